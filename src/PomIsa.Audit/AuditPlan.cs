using PomIsa.Evidence.Openings;

namespace PomIsa.Audit;

/// <summary>A run that is to be audited, its openings opened: what can be done before the weights are there.</summary>
public sealed class AuditPlan : IDisposable
{
    private AuditPlan(RunPlan run, string path) => (Run, Path) = (run, path);

    /// <summary>The run.</summary>
    internal RunPlan Run { get; }

    /// <summary>Where its openings should lie.</summary>
    internal string Path { get; }

    /// <summary>What they say; null where there are none, or they were refused.</summary>
    internal OpeningFile? Openings { get; private init; }

    /// <summary>Why they were refused; null where there are none.</summary>
    internal string? Fault { get; private init; }

    /// <summary>Plans an audit.</summary>
    /// <param name="run">The run. Its openings are not looked at where it has no records.</param>
    /// <param name="openings">Path of its openings; anyone's bytes.</param>
    public static AuditPlan Of(RunPlan run, string openings)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Entries.Count == 0 || !File.Exists(openings))
        {
            return new AuditPlan(run, openings);
        }

        bool opened = OpeningFile.TryOpen(openings, Digest.Of(run.Entries[0]), out OpeningFile? file, out string fault);
        return new AuditPlan(run, openings) { Openings = file, Fault = opened ? null : fault };
    }

    /// <inheritdoc/>
    public void Dispose() => Openings?.Dispose();
}
