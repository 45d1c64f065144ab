using PomIsa.Debugging.Tracing;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging;

/// <summary>One execution that is told retire by retire. It leaves no evidence.</summary>
public static class TracedRun
{
    /// <summary>Executes a program. The sink is finished whatever happens.</summary>
    public static bool TryExecute(BoundProgram program, RunRequest request, WorkerPool pool, ITraceSink sink, out MachineFault fault)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(sink);
        using var interpreter = new Interpreter(program, request, pool, new Tracer(new ProgramMap(program.Module), sink));
        bool finished = interpreter.TryRun(out fault);
        sink.Finish();
        return finished;
    }
}
