using System.Collections.Immutable;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>The logits that the machine chose each of its tokens from.</summary>
internal sealed class MachineLogits : IRetireObserver
{
    private readonly List<float[]> _logits = [];
    private readonly int _steps;
    private readonly Action _enough;

    private MachineLogits(int steps, Action enough) => (_steps, _enough) = (steps, enough);

    /// <summary>Runs a decoder for the first steps of a workload: its logits after the prompt and after each of its own tokens.</summary>
    public static (ImmutableArray<int> Tokens, List<float[]> Logits) Of(DecoderSize size, BoundProgram program, Workload workload, int steps)
    {
        using var enough = new CancellationTokenSource();
        var observer = new MachineLogits(steps, enough.Cancel);
        using var pool = new WorkerPool(1);
        var request = new RunRequest { Prompt = workload.Prompt(size), Stop = enough.Token };
        using var interpreter = new Interpreter(program, request, pool, observer);
        interpreter.TryRun(out _); // ends by being stopped, or by itself after a long prompt
        return ([.. interpreter.Response], observer._logits);
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "";
        string mnemonic = context.Line.Row.Mnemonic;
        if (mnemonic == "argmax")
        {
            _logits.Add(context.View(0).F32.ToArray());
        }
        else if (mnemonic == "emit" && _logits.Count == _steps)
        {
            _enough();
        }

        return true;
    }
}
