using PomIsa.Evidence.Log;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Audit.Wide;

/// <summary>How a run goes through a few wide steps: all of it that follows from the program, the request and the log, and needs no weights.</summary>
/// <param name="Step">Number of the step.</param>
/// <param name="Calls">Its calls.</param>
/// <param name="Classes">Of its registers.</param>
/// <param name="Chosen">By instruction, whether it is enough to know where the greatest values of its result are.</param>
/// <param name="Program">The wide step, and what it is given.</param>
internal sealed record WidePlan(int Step, List<StepCall> Calls, RowClass[] Classes, bool[] Chosen, WideProgram Program)
{
    /// <summary>Plans a run; null where it is not of that kind, or there is nothing to gain.</summary>
    /// <param name="module">A verified module.</param>
    /// <param name="request">As the run's first record declares it.</param>
    /// <param name="entries">The run's records.</param>
    public static WidePlan? TryMake(Module module, RunRequest request, EntryList entries) =>
        StepCall.TryRead(module, request, entries, out int step, out List<StepCall> calls) ? TryMake(module, request, step, calls) : null;

    /// <summary>The same where the calls are known.</summary>
    public static WidePlan? TryMake(Module module, RunRequest request, int step, List<StepCall> calls)
    {
        if (calls.Count < 2 || !RowRules.TryClassify(module.Functions[step], out int symbol, out RowClass[] classes)
            || !WideProgram.TryMake(module, step, symbol, classes, calls, out WideProgram? program))
        {
            return null;
        }

        return new WidePlan(step, calls, classes, ChosenResults.Of(module, step, classes, request.Sampling), program);
    }
}
