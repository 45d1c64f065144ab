using System.Globalization;
using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit;

/// <summary>Runs a program again and compares every record with what a log holds.</summary>
public static class Replay
{
    /// <summary>Replays one run.</summary>
    /// <param name="program">The program with its attested weights.</param>
    /// <param name="request">The prompt and salt that the run claims.</param>
    /// <param name="entries">The run's records in order, the opening one first; anyone's bytes.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="narrow">Whether every step is executed by itself also where many could go through one; the report is the same.</param>
    public static ReplayReport Verify(BoundProgram program, RunRequest request, EntryList entries, WorkerPool pool, bool narrow = false) =>
        Verify(program, RunPlan.Of(ModuleOf(program), request, entries, narrow), pool);

    /// <summary>The same of a run that was planned before the weights were there.</summary>
    /// <param name="program">The program with its attested weights.</param>
    /// <param name="plan">The run, planned for this program's module.</param>
    /// <param name="pool">Threads to use.</param>
    public static ReplayReport Verify(BoundProgram program, RunPlan plan, WorkerPool pool) => Verify(program, plan, pool, new WideOptions())!;

    /// <summary>The same of entries that were not read from a log.</summary>
    public static ReplayReport Verify(BoundProgram program, RunRequest request, IEnumerable<byte[]> entries, WorkerPool pool, bool narrow = false)
    {
        using var list = EntryList.Of(entries);
        return Verify(program, request, list, pool, narrow);
    }

    /// <summary>The same with a wide pass of another kind; null where it must be wide and is not.</summary>
    internal static ReplayReport? Verify(BoundProgram program, RunPlan plan, WorkerPool pool, WideOptions options)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Refused is { } refused)
        {
            return refused;
        }

        (RunRequest request, EntryList entries) = (plan.Request, plan.Entries);
        RunOpen opening = request.Opening(program);
        if (OpeningDifference(entries[0], opening) is { } difference)
        {
            return difference;
        }

        if (plan.Wide is { } way && WideReplay.TryVerify(program, request, opening, entries, way, pool, options) is { } wide)
        {
            return wide;
        }

        if (options.WideOnly)
        {
            return null;
        }

        var sink = new CompareSink(program, entries) { Compared = 1 };
        bool ended = MachineRun.TryExecute(program, request, opening.RunId, sink, pool, out _, out MachineFault fault);
        if (sink.Report is { } found)
        {
            return found;
        }

        if (!ended)
        {
            return new ReplayReport(
                Verdict.Reject, sink.Compared, null, $"The replay ended early where the log goes on: {fault.Describe(program.Module)}");
        }

        return sink.HasMore
            ? new ReplayReport(Verdict.Reject, sink.Compared, null, $"The log goes on after the run's last record ({sink.Compared} records).")
            : Accepted(sink.Compared);
    }

    internal static ReplayReport Accepted(ulong compared) =>
        new(Verdict.Accept, compared, null, Sentence($"All {compared} records follow from the program, the weights and the prompt."));

    private static Isa.Module ModuleOf(BoundProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Module;
    }

    private static ReplayReport? OpeningDifference(ReadOnlySpan<byte> entry, RunOpen expected)
    {
        if (!Record.TryDecode(entry, out Record record, out RecordFault fault))
        {
            return new ReplayReport(Verdict.Malformed, 0, null, Sentence($"The run's first record can't be read: {fault.Code} at byte {fault.At}."));
        }

        if (record is not RunOpen open)
        {
            return Differ("the first record opens no run");
        }

        string? what = open.Program != expected.Program ? $"program {open.Program.Short}, not {expected.Program.Short}"
            : open.Weights != expected.Weights ? $"weights {open.Weights.Short}, not {expected.Weights.Short}"
            : open.Numerics != expected.Numerics ? Sentence($"numerics {open.Numerics}, not {expected.Numerics}")
            : open.Prompt != expected.Prompt ? "another prompt, or another salt"
            : open != expected ? "another trigger or other bounds"
            : null;
        return what is null ? null : Differ("the run was opened with " + what);
    }

    private static ReplayReport Differ(string what) => new(
        Verdict.Reject, 0, new FirstDifference(0, 0, "open", "", 0, null, what), $"Rejected at the first record: {what}.");

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
