using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;

namespace PomIsa.Cli.Runs;

/// <summary>What a private run's records hold under salt, for who has the secret: each is shown only if it opens the record.</summary>
internal sealed class HiddenScalars
{
    private readonly RunSecret? _secret;
    private readonly ImmutableArray<long> _scalars;
    private int _at;

    private HiddenScalars(RunSecret? secret, ImmutableArray<long> scalars) => (_secret, _scalars) = (secret, scalars);

    /// <summary>Those of a run's folder; none where it is not private, or not ours.</summary>
    public static HiddenScalars Of(string folder) =>
        File.Exists(Path.Combine(folder, RunDescription.PrivateName)) && RunDescription.Load(folder) is { Secret: { } secret, Runs: [var run] }
            ? new HiddenScalars(secret, run.ScalarValues())
            : new HiddenScalars(null, []);

    /// <summary>The scalars of the next record, as text; empty where it has none or they are not known. All records come, in order.</summary>
    public string Next(Retire retire)
    {
        int count = retire.SaltsScalars ? retire.Salted.Length : 0;
        string text = "";
        for (int i = 0; i < count && _secret is not null; i++, _at++)
        {
            bool opens = _at < _scalars.Length && Salted.Opens(retire, i, _scalars[_at], _secret.Salt(retire.Head.Sequence, (byte)i));
            text += opens ? string.Create(CultureInfo.InvariantCulture, $"  = {_scalars[_at]}") : "";
        }

        return text;
    }
}
