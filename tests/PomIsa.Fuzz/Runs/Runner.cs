using System.Collections.Immutable;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Fuzz.Runs;

/// <summary>What the machine did.</summary>
/// <param name="Fault">None, or what ended it.</param>
/// <param name="Records">Records of retires, in order; the closing one left out.</param>
/// <param name="Tokens">The response, of a run that came to its end.</param>
/// <param name="Outcome">Null where a fault ended the run.</param>
internal sealed record MachineOutcome(MachineFault Fault, List<byte[]> Records, ImmutableArray<int> Tokens, RunOutcome? Outcome);

/// <summary>Runs a program on the machine.</summary>
internal sealed class Runner : IDisposable
{
    public Runner(FuzzProgram program)
    {
        Assert.True(BoundProgram.TryBind(program.Verified, null, out BoundProgram? bound, out MachineFault fault), fault.Detail);
        Program = bound;
        Request = new RunRequest { Inputs = program.Inputs, Sampling = program.Sampling };
    }

    public BoundProgram Program { get; }

    public RunRequest Request { get; init; }

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

    public void Dispose() => Program.Dispose();

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
