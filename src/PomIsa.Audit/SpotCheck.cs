using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Audit;

/// <summary>Computes a run again and compares some of its records: the drawn ones, all that the driver left, and those of the same instructions in other calls.</summary>
/// <remarks>What is not compared is not hashed either, which is what this saves against a replay. A run that can't be replayed wide is compared whole.</remarks>
public static class SpotCheck
{
    /// <summary>Checks one run.</summary>
    /// <param name="program">The program with its attested weights.</param>
    /// <param name="request">The prompt and salt that the run claims.</param>
    /// <param name="entries">The run's records in order, the opening one first; anyone's bytes.</param>
    /// <param name="drawn">Sequence numbers of the records to look at.</param>
    /// <param name="pool">Threads to use.</param>
    public static ReplayReport Verify(BoundProgram program, RunRequest request, EntryList entries, IReadOnlyCollection<ulong> drawn, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(program);
        return Verify(program, RunPlan.Of(program.Module, request, entries), drawn, pool);
    }

    /// <summary>The same of a run that was planned before the weights were there.</summary>
    public static ReplayReport Verify(BoundProgram program, RunPlan plan, IReadOnlyCollection<ulong> drawn, WorkerPool pool) =>
        Replay.Verify(program, plan, pool, new WideOptions { Scope = (step, calls) => Instructions(program.Module.Functions[step], calls, drawn) })!;

    /// <summary>The step's instructions that made the drawn records. Where they lie follows from the calls, not from what the records say of themselves.</summary>
    private static bool[] Instructions(Function step, IReadOnlyList<StepCall> calls, IReadOnlyCollection<ulong> drawn)
    {
        var only = new bool[step.Body.Length];
        foreach (StepCall call in calls)
        {
            foreach (ulong sequence in drawn)
            {
                if (sequence >= (ulong)call.First && sequence - (ulong)call.First < (ulong)only.Length)
                {
                    only[sequence - (ulong)call.First] = true;
                }
            }
        }

        return only;
    }
}
