using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Benchmarks.Exports;

/// <summary>The machine with a compiled decoder, minting each retire into a log or not.</summary>
internal sealed class CompiledRunner(ExportedDecoder decoder, BoundProgram program, WorkerPool pool, RecordLog? log, CancellationToken stop) : IDecoderRunner
{
    private static long s_runs;

    public string Name => log is null ? "plain" : "evidence";

    public bool IsExact => true;

    public RunTiming Run(Workload workload)
    {
        long start = Stopwatch.GetTimestamp(), first = 0;
        RunRequest request = ExportRun.Request(
            decoder.Prompt(workload.PromptTokens), 1 + workload.NewTokens, Interlocked.Increment(ref s_runs), stop, _ => first = first == 0 ? Stopwatch.GetTimestamp() : first);
        bool ran = log is null
            ? MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault)
            : AttestedRun.TryExecute(program, request, log, pool, out outcome, out fault);
        long end = Stopwatch.GetTimestamp();
        stop.ThrowIfCancellationRequested();
        return ran && outcome is not null && outcome.Tokens.Length == 1 + workload.NewTokens
            ? new RunTiming(outcome.Tokens, Stopwatch.GetElapsedTime(start, first).TotalSeconds, Stopwatch.GetElapsedTime(first, end).TotalSeconds)
            : throw new InvalidOperationException($"The run of {workload.Name} ended early: {fault.Code} {fault.Detail}");
    }
}

/// <summary>ONNX Runtime with the file itself.</summary>
internal sealed class OrtRunner(ExportedDecoder decoder, OrtExport ort) : IDecoderRunner
{
    public string Name => OrtExport.Name;

    public bool IsExact => false;

    public RunTiming Run(Workload workload)
    {
        ImmutableArray<int> prompt = decoder.Prompt(workload.PromptTokens);
        var tokens = ImmutableArray.CreateBuilder<int>(1 + workload.NewTokens);
        ort.Reset();
        long start = Stopwatch.GetTimestamp();
        tokens.Add(ort.Step(prompt.AsSpan()));
        long first = Stopwatch.GetTimestamp();
        for (int i = 0; i < workload.NewTokens; i++)
        {
            tokens.Add(ort.Step([tokens[i]]));
        }

        return new RunTiming(tokens.MoveToImmutable(), Stopwatch.GetElapsedTime(start, first).TotalSeconds, Stopwatch.GetElapsedTime(first).TotalSeconds);
    }
}
