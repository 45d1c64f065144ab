using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Audit.Tests;

/// <summary>The wide pass alone, without the replay call by call that stands behind it.</summary>
internal static class WidePass
{
    public static ReplayReport? TryVerify(BoundProgram program, RunRequest request, RunRequest opened, byte[][] run, WorkerPool pool)
    {
        using var entries = EntryList.Of(run);
        return WidePlan.TryMake(program.Module, request, entries) is { } plan ? WideReplay.TryVerify(program, request, opened.Opening(program), entries, plan, pool) : null;
    }
}
