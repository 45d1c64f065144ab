using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Replays a run whose steps keep rows apart in a few wide steps: every record is compared, as in a replay call by call, at the cost of a prefill.</summary>
/// <remarks>
/// The log tells which rows each step was called with. All of them go through the step at once; the root of each row is that of the call which made it, so each call's
/// commitments follow. Then the driver alone executes, on the rows of the results, and its records and the steps' are compared in order. If the log lied about what a
/// step was called with, the driver calls it with something else, and that record differs; nothing rests on what the log says.
/// </remarks>
internal static class WideReplay
{
    /// <summary>Compares all records behind the opening one; null where that comes to nothing, which a replay call by call explains.</summary>
    public static ReplayReport? TryVerify(BoundProgram program, RunRequest request, RunOpen opening, EntryList entries, WidePlan plan, WorkerPool pool, WideOptions? options = null)
    {
        Function step = program.Module.Functions[plan.Step];
        WideProgram made = plan.Program;
        bool[]? only = options?.Scope?.Invoke(plan.Step, plan.Calls);
        var outputs = new WideOutputs(step, plan.Classes, plan.Chosen, plan.Calls, made.Parts, pool, only);
        using BoundProgram wide = program.Sharing(made.Verified);
        using var interpreter = new Interpreter(wide, made.Request with { Stop = request.Stop, Products = options?.Products?.Invoke(step, plan.Classes, plan.Calls, made.Parts) }, pool, outputs) { LeavesResults = true, OnlyStep = made.OnlyStep };
        return interpreter.TryRun(out _) ? Compare(program, request, opening, entries, pool, plan.Step, plan.Calls, outputs, only) : null;
    }

    /// <summary>The driver alone, on the rows of the results: its records and the steps' beside the recorded ones.</summary>
    internal static ReplayReport? Compare(
        BoundProgram program,
        RunRequest request,
        RunOpen opening,
        EntryList entries,
        WorkerPool pool,
        int step,
        List<StepCall> calls,
        WideOutputs outputs,
        bool[]? only)
    {
        var sink = new CompareSink(program, entries) { Compared = 1 };
        PrivateRecords? hidden = request.Privacy is { } privacy ? new PrivateRecords(privacy) : null;
        bool[] salts = WideRetires.Salting(hidden?.Mode ?? PrivacyMode.None, program.Module.Functions[step]);
        WideComparison? compared = only is null
            ? new WideComparison(opening.RunId, program.Module.Functions[step], step, calls, outputs, entries, request.Privacy, salts, pool)
            : null;
        var retires = new WideRetires(program.Module, step, calls, outputs, new RetireWriter(opening.RunId, hidden), sink, only, salts, compared, pool);
        using var driver = new Interpreter(program, request, pool, retires) { Prepared = retires };
        bool finished = driver.TryRun(out _), ended = finished;
        bool flushed = retires.WentAstray || retires.TryFlush(out _);
        if (!finished && request.ClosesWhenStopped && sink.Report is null && !retires.WentAstray)
        {
            ended = driver.Retired == request.StopAfter; // a run that its host ended there
        }

        if (ended && flushed)
        {
            ended = retires.TryClose(driver, finished, out _);
        }

        // What neither ended well nor found a difference is for the replay call by call to name.
        return sink.Report ?? (!ended || retires.WentAstray ? null
            : sink.HasMore ? new ReplayReport(Verdict.Reject, sink.Compared, null, $"The log goes on after the run's last record ({sink.Compared} records).")
            : Replay.Accepted(sink.Compared));
    }
}
