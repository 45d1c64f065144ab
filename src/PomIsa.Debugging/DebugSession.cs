using System.Globalization;
using PomIsa.Debugging.Stepping;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging;

/// <summary>A program under a debugger: runs of it, one after the other, until the person leaves.</summary>
public sealed class DebugSession
{
    private readonly BoundProgram _program;
    private readonly RunRequest _request;
    private readonly WorkerPool _pool;
    private readonly DebugConsole _console;
    private readonly Debugger _debugger;

    public DebugSession(BoundProgram program, RunRequest request, WorkerPool pool, DebugConsole console)
    {
        ArgumentNullException.ThrowIfNull(program);
        (_program, _request, _pool, _console) = (program, request, pool, console);
        _debugger = new Debugger(new ProgramMap(program.Module), console);
    }

    /// <summary>Stops the program before its next instruction; from any thread.</summary>
    public void Interrupt() => _debugger.Interrupt();

    /// <summary>Runs until the person leaves. The program stops before its first instruction.</summary>
    public void Run()
    {
        _console.Say($"{_program.Module.Functions.Length} functions; stopped before the first instruction. 'help' lists commands.");
        do
        {
            _debugger.Restart();
            using var interpreter = new Interpreter(_program, _request, _pool, _debugger);
            bool finished = interpreter.TryRun(out MachineFault fault);
            if (_debugger.Leave == Leave.No)
            {
                string tokens = interpreter.Response.Count == 0 ? "" : $"; tokens: {_console.Tokens(interpreter.Response)}";
                _debugger.End(finished
                    ? string.Create(CultureInfo.InvariantCulture, $"The run is finished: {interpreter.Retired} opcodes{tokens}")
                    : fault.Describe(_program.Module));
            }
        }
        while (_debugger.Leave == Leave.Restart && !_request.Stop.IsCancellationRequested);
    }
}
