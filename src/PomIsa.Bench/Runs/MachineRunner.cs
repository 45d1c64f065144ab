using System.Buffers.Binary;
using System.Diagnostics;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Bench.Runs;

/// <summary>The machine itself, minting each retire into a log or not.</summary>
/// <param name="log">The log; null for a run without evidence.</param>
public sealed class MachineRunner(DecoderSize size, BoundProgram program, WorkerPool pool, RecordLog? log, CancellationToken stop) : IDecoderRunner
{
    private long _runs;

    /// <inheritdoc/>
    public string Name => log is null ? "plain" : "evidence";

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public RunTiming Run(Workload workload)
    {
        long start = Stopwatch.GetTimestamp(), first = 0;
        var request = new RunRequest
        {
            Prompt = workload.Prompt(size),
            Trigger = NextTrigger(),
            Stop = stop,
            OnToken = _ => first = first == 0 ? Stopwatch.GetTimestamp() : first,
        };
        bool ran = log is null
            ? MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault)
            : AttestedRun.TryExecute(program, request, log, pool, out outcome, out fault);
        long end = Stopwatch.GetTimestamp();
        stop.ThrowIfCancellationRequested();
        return ran && outcome is not null && outcome.Tokens.Length == 1 + workload.NewTokens
            ? new RunTiming(outcome.Tokens, Stopwatch.GetElapsedTime(start, first).TotalSeconds, Stopwatch.GetElapsedTime(first, end).TotalSeconds)
            : throw new InvalidOperationException($"The run of {workload.Name} ended early: {fault.Code} {fault.Detail}");
    }

    // A run with the opening of an earlier one would be taken for that one, to be continued.
    private Digest NextTrigger()
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, ++_runs);
        return Digest.Of(number);
    }
}
