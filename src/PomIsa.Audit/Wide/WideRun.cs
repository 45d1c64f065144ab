using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Makes the records of a run again, of which only the tokens are known, in a few wide steps.</summary>
public static class WideRun
{
    /// <summary>Gives all records behind the opening one to a sink.</summary>
    /// <remarks>The tokens only say what to compute together. If they are not those that the run emits, no record that follows from them is given to the sink.</remarks>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">Prompt and salt.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="tokens">What it emitted.</param>
    /// <param name="sink">Takes the records in their order.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="refusal">Why the sink refused a record; empty where it did not.</param>
    /// <returns>False where the run does not go wide, or has other tokens: the sink was given its first records or none; or where the sink refused one.</returns>
    public static bool TryExecute(BoundProgram program, RunRequest request, Digest run, int[] tokens, IRecordSink sink, WorkerPool pool, out string refusal)
    {
        refusal = "";
        Module module = program.Module;
        if (!Foresight.TryForesee(program, request, tokens, pool, out int step, out List<StepCall> calls) || WidePlan.TryMake(module, request, step, calls) is not { } plan)
        {
            return false;
        }

        var outputs = new WideOutputs(module.Functions[step], plan.Classes, plan.Chosen, calls, plan.Program.Parts, pool, only: null);
        using BoundProgram wide = program.Sharing(plan.Program.Verified);
        using var interpreter = new Interpreter(wide, plan.Program.Request with { Stop = request.Stop }, pool, outputs) { LeavesResults = true, OnlyStep = plan.Program.OnlyStep };
        if (!interpreter.TryRun(out _))
        {
            return false;
        }

        PrivateRecords? hidden = request.Privacy is { } privacy ? new PrivateRecords(privacy) : null;
        bool[] salts = WideRetires.Salting(hidden?.Mode ?? PrivacyMode.None, module.Functions[step]);
        var retires = new WideRetires(module, step, calls, outputs, new RetireWriter(run, hidden), sink, only: null, salts, compared: null, pool);
        using var driver = new Interpreter(program, request, pool, retires) { Prepared = retires };
        bool finished = driver.TryRun(out MachineFault fault);
        bool ended = finished || (request.ClosesWhenStopped && driver.Retired == request.StopAfter && !retires.WentAstray);
        if (!ended || !retires.TryFlush(out refusal))
        {
            refusal = retires.WentAstray ? "" : refusal.Length > 0 ? refusal : fault.Detail ?? "";
            return false;
        }

        return retires.TryClose(driver, finished, out refusal);
    }
}
