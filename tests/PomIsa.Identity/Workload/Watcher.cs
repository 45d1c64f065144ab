using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Identity.Workload;

/// <summary>Executes a program and hashes rows of logits as they retire, the response, and the states at the end.</summary>
internal sealed class Watcher(int vocabulary, RecordHash hash) : IRetireObserver
{
    private OpContext? _last;

    /// <summary>Rows of logits so far.</summary>
    public int Rows { get; private set; }

    /// <exception cref="InvalidOperationException">The run ended in a fault.</exception>
    public static (string Digest, ulong Retires) Run(BoundProgram program, RunRequest request, int vocabulary, int rows, Conditions conditions)
    {
        using var hash = new RecordHash();
        var watcher = new Watcher(vocabulary, hash);
        using var interpreter = new Interpreter(program, request, conditions.Pool, watcher);
        if (!interpreter.TryRun(out MachineFault fault))
        {
            throw new InvalidOperationException(fault.Describe(program.Module));
        }

        if (rows >= 0 && watcher.Rows != rows)
        {
            throw new InvalidOperationException($"{watcher.Rows} rows of logits retired, not {rows}.");
        }

        hash.Add(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(interpreter.Response)));
        foreach (StateBuffer state in watcher._last!.States)
        {
            hash.Add(MemoryMarshal.AsBytes(state.F32));
        }

        return (hash.Finish(), interpreter.Retired);
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        _last = context;
        Line line = context.Line;
        if (line.Row.Family == Family.Network && line.Views[0] is { Element: DType.F32, Rank: 2 } view && view.Dimension(1) == vocabulary)
        {
            hash.Add(view.Raw);
            Rows += view.Rows;
        }

        refusal = "";
        return true;
    }
}
