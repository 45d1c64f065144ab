using PomIsa.Audit;
using PomIsa.Evidence.Log;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>One run of a folder at one level: planned before the weights are there, verified when they are.</summary>
internal sealed class RunCheck : IDisposable
{
    private readonly RunEntry _run;
    private readonly RunPlan _plan;
    private readonly AuditPlan? _audit;

    private RunCheck(RunEntry run, RunPlan plan, AuditPlan? audit) => (_run, _plan, _audit) = (run, plan, audit);

    /// <summary>Of an audit, products tested by projection, and quantized products computed again.</summary>
    public (long Tested, long Computed) Products { get; private set; }

    /// <summary>Whether an audit found no openings of a run with quantized products.</summary>
    public bool LacksOpenings { get; private set; }

    /// <summary>Whether the log has a run's records where the run begins, behind those of the runs before it.</summary>
    public static bool Accounts(RunEntry run, ulong at, EntryList entries) =>
        run.FirstIndex == at && run.Records <= (ulong)entries.Count - Math.Min(at, (ulong)entries.Count);

    /// <summary>Plans it.</summary>
    /// <param name="module">The program.</param>
    /// <param name="run">What is claimed of the run, which <see cref="Accounts"/> was asked of.</param>
    /// <param name="entries">All of the log's.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="level">How much is to be checked.</param>
    public static RunCheck Plan(Module module, RunEntry run, EntryList entries, string folder, Level level)
    {
        var plan = RunPlan.Of(module, run.ToRequest(), entries.Slice((int)run.FirstIndex, (int)run.Records));
        return new RunCheck(run, plan, level == Level.Audit ? AuditPlan.Of(plan, RunFolder.OpeningsPath(folder, Digest.Parse(run.Run))) : null);
    }

    /// <summary>Verifies it.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="drawn">Entries of the log that a spot check looks at; null at other levels.</param>
    /// <param name="checkpoint">SHA-256 of the checkpoint's text.</param>
    /// <param name="seed">Of an audit.</param>
    /// <param name="pool">Threads to use.</param>
    public ReplayReport Verify(BoundProgram program, SortedSet<ulong>? drawn, Digest checkpoint, AuditSeed seed, WorkerPool pool)
    {
        if (_audit is not null)
        {
            AuditReport audit = ProjectionAudit.Verify(program, _audit, checkpoint, seed, pool);
            Products = (audit.Tested, audit.Computed);
            LacksOpenings = audit.IsReplay && audit.Computed > 0;
            return audit.Report;
        }

        return drawn is null ? Replay.Verify(program, _plan, pool)
            : SpotCheck.Verify(program, _plan, [.. drawn.GetViewBetween(_run.FirstIndex, _run.FirstIndex + _run.Records - 1).Select(index => index - _run.FirstIndex)], pool);
    }

    /// <inheritdoc/>
    public void Dispose() => _audit?.Dispose();
}
