using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PomIsa.Evidence.Keys;

namespace PomIsa.Evidence.Notes;

/// <summary>Whose signatures make a checkpoint acceptable: logs, witnesses, groups of them, and the quorum that is asked for. The file form is C2SP's tlog-policy.</summary>
public sealed class WitnessPolicy
{
    private const int MaxLines = 4096;

    private readonly Dictionary<string, VerifierKey> _witnesses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Threshold, string[] Members)> _groups = new(StringComparer.Ordinal);
    private string? _quorum;

    private WitnessPolicy()
    {
    }

    /// <summary>Keys of the logs.</summary>
    public IReadOnlyList<VerifierKey> Logs { get; private set; } = [];

    /// <summary>Keys of the witnesses.</summary>
    public IEnumerable<VerifierKey> Witnesses => _witnesses.Values;

    /// <summary>A policy that trusts one log and asks for no witness.</summary>
    public static WitnessPolicy Of(VerifierKey log) => new() { Logs = [log] };

    /// <summary>Reads a policy.</summary>
    /// <param name="text">The file.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="fault">Line number and what is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out WitnessPolicy? policy, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = new WitnessPolicy();
        var logs = new List<VerifierKey>();
        policy = null;
        string[] lines = text.Split('\n', MaxLines + 1);
        for (int i = 0; i < lines.Length; i++)
        {
            string? wrong = i == MaxLines ? "there are too many lines" : read.Line(lines[i].Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), logs);
            if (wrong is not null)
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"line {i + 1}: {wrong}");
                return false;
            }
        }

        if (logs.Count == 0 || read._quorum is null)
        {
            fault = logs.Count == 0 ? "no log is named" : "no quorum is named; 'quorum none' asks for no witness";
            return false;
        }

        read.Logs = logs;
        (policy, fault) = (read, "");
        return true;
    }

    /// <summary>Opens a signed checkpoint: a log of the policy signed it, and witnesses enough.</summary>
    public bool TryOpen(ReadOnlySpan<byte> note, [NotNullWhen(true)] out Checkpoint? checkpoint, out string fault)
    {
        checkpoint = null;
        fault = "";
        foreach (VerifierKey log in Logs)
        {
            if (!Checkpoint.TryOpen(note, log, out Checkpoint read, out NoteFault why))
            {
                fault = $"the checkpoint is not {log.Name}'s ({why})";
                continue;
            }

            // Each witness by itself: a wrong signature of one is no signature, whatever the others did.
            HashSet<string> signed = new(StringComparer.Ordinal);
            foreach ((string name, VerifierKey witness) in _witnesses)
            {
                if (SignedNote.TryOpen(note, [witness], out _, out _))
                {
                    signed.Add(name);
                }
            }

            if (_quorum is null or "none" || Holds(_quorum, signed, 0))
            {
                checkpoint = read;
                return true;
            }

            fault = $"only {signed.Count} of {_witnesses.Count} witnesses signed, and the quorum '{_quorum}' is not reached";
            return false;
        }

        return false;
    }

    private bool Holds(string name, HashSet<string> signed, int depth) => _groups.TryGetValue(name, out (int Threshold, string[] Members) group)
        ? depth < 64 && group.Members.Count(m => Holds(m, signed, depth + 1)) >= group.Threshold
        : signed.Contains(name);

    private string? Line(string[] words, List<VerifierKey> logs)
    {
        switch (words)
        {
            case []:
                return null;
            case ["log", var text, ..] when words.Length <= 3:
                if (!VerifierKey.TryParse(text, out VerifierKey log) || log.Type != VerifierKey.Ed25519Type)
                {
                    return "this is no log's verifier key";
                }

                logs.Add(log);
                return null;
            case ["witness", var name, var text, ..] when words.Length <= 4:
                return !VerifierKey.TryParse(text, out VerifierKey witness) || witness.Type != VerifierKey.CosignatureType ? "this is no witness's verifier key"
                    : IsKnown(name) || !_witnesses.TryAdd(name, witness) ? $"'{name}' is defined twice"
                    : null;
            case ["group", var name, var threshold, _, ..]:
                string[] members = words[3..];
                int needed = threshold switch { "any" => 1, "all" => members.Length, _ => int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0 };
                return needed < 1 || needed > members.Length ? $"of {members.Length} members '{threshold}' can't be asked for"
                    : members.FirstOrDefault(m => !IsKnown(m)) is { } unknown ? $"'{unknown}' is not defined before this line"
                    : members.Distinct().Count() != members.Length ? "a member is named twice"
                    : IsKnown(name) || !_groups.TryAdd(name, (needed, members)) ? $"'{name}' is defined twice"
                    : null;
            case ["quorum", var name]:
                string? wrong = _quorum is not null ? "there is a quorum already" : name != "none" && !IsKnown(name) ? $"'{name}' is not defined before this line" : null;
                _quorum ??= name;
                return wrong;
            default:
                return $"'{words[0]}' is not one of log, witness, group, quorum, or its words are too few or too many";
        }
    }

    private bool IsKnown(string name) => name == "none" || _witnesses.ContainsKey(name) || _groups.ContainsKey(name);
}
