using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using PomIsa.Evidence.Records;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Weights;
using PomIsa.Shards;

namespace PomIsa.Fuzz.Runs;

/// <summary>What the machine did.</summary>
/// <param name="Fault">None, or what ended it.</param>
/// <param name="Records">Records of retires, in order; the closing one left out.</param>
/// <param name="Tokens">The response, of a run that came to its end.</param>
/// <param name="Outcome">Null where a fault ended the run.</param>
internal sealed record MachineOutcome(MachineFault Fault, List<byte[]> Records, ImmutableArray<int> Tokens, RunOutcome? Outcome);

/// <summary>Binds a program's weights in memory and runs it on the machine.</summary>
internal sealed unsafe class Runner : IDisposable
{
    private readonly List<NativeBuffer> _memory = [];
    private readonly FuzzProgram _program;

    public Runner(FuzzProgram program)
    {
        _program = program;
        Program = Bound(program.Verified, null, [.. program.Weights.Select(Store)]);
    }

    public BoundProgram Program { get; }

    public RunRequest Request => new() { Prompt = _program.Prompt };

    public MachineOutcome Run(WorkerPool pool)
    {
        var sink = new RecordSink();
        bool ended = MachineRun.TryExecute(Program, Request, default, sink, pool, out RunOutcome? outcome, out MachineFault fault);
        if (ended)
        {
            sink.Entries.RemoveAt(sink.Entries.Count - 1);
        }

        return new MachineOutcome(fault, sink.Entries, outcome?.Tokens ?? [], outcome);
    }

    /// <summary>Runs with an observer of each retire in place of records.</summary>
    public MachineFault Observe(IRetireObserver observer, WorkerPool pool, out long peakArena)
    {
        using var interpreter = new Interpreter(Program, Request, pool, observer);
        _ = interpreter.TryRun(out MachineFault fault);
        peakArena = interpreter.PeakArenaBytes;
        return fault;
    }

    public void Dispose() => _memory.ForEach(static m => m.Dispose());

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern BoundProgram Bound(VerifiedModule verified, WeightSet? set, ImmutableArray<BoundWeight> weights);

    private BoundWeight Store(LogicalWeight weight)
    {
        byte[][] stored = weight.Stored;
        byte* scales = weight.Scales.Length > 0 ? Keep(stored[^1]) : null;
        byte* subs = weight.Subs.Length > 0 ? Keep(stored[1]) : null;
        return new BoundWeight(weight.Entry, Keep(stored[0]), stored[0].Length, (float*)scales, subs);
    }

    private byte* Keep(byte[] bytes)
    {
        var buffer = new NativeBuffer(bytes.Length);
        bytes.CopyTo(buffer.Slice(0, bytes.Length));
        _memory.Add(buffer);
        return buffer.Data;
    }

    private sealed class RecordSink : IRecordSink
    {
        public List<byte[]> Entries { get; } = [];

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            Entries.Add(entry.ToArray());
            refusal = "";
            return true;
        }

        public void Commit()
        {
        }
    }
}
