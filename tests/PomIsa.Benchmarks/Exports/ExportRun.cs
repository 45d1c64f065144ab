using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Benchmarks.Exports;

/// <summary>Runs of compiled decoders: they take a prompt and the most tokens of an answer.</summary>
internal static class ExportRun
{
    /// <summary>A greedy run; the number tells runs of one log apart.</summary>
    public static RunRequest Request(ImmutableArray<int> prompt, int limit, long number, CancellationToken stop, Action<int>? onToken = null)
    {
        Span<byte> trigger = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(trigger, number);
        return new RunRequest
        {
            Prompt = prompt,
            Inputs = [Words(prompt), Words([limit])],
            Trigger = Digest.Of(trigger),
            Stop = stop,
            OnToken = onToken,
        };
    }

    /// <summary>The answer, and the logits that each of its tokens was chosen from.</summary>
    public static (ImmutableArray<int> Tokens, List<float[]> Logits) Observe(BoundProgram program, RunRequest request)
    {
        var observer = new LogitsObserver();
        using var pool = new WorkerPool(Environment.ProcessorCount);
        using var interpreter = new Interpreter(program, request, pool, observer);
        return interpreter.TryRun(out MachineFault fault)
            ? ([.. interpreter.Response], observer.Logits)
            : throw new InvalidOperationException($"{fault.Code} {fault.Detail}");
    }

    private static InputTensor Words(ImmutableArray<int> values) => new(DType.I32, [values.Length], [.. MemoryMarshal.AsBytes(values.AsSpan())]);

    private sealed class LogitsObserver : IRetireObserver
    {
        public List<float[]> Logits { get; } = [];

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            refusal = "";
            if (context.Line.Row.Mnemonic is "sample" or "argmax")
            {
                Logits.Add(context.View(0).F32.ToArray());
            }

            return true;
        }
    }
}
