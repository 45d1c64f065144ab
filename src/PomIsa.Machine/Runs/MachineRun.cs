using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>One execution whose records go to a sink: the first, one for each retire, the last.</summary>
public static class MachineRun
{
    /// <summary>Executes a program. The sink has taken the opening record already; this gives it all others.</summary>
    public static bool TryExecute(
        BoundProgram program, RunRequest request, Digest runId, IRecordSink sink, WorkerPool pool, [NotNullWhen(true)] out RunOutcome? outcome, out MachineFault fault)
    {
        outcome = null;
        var clock = new RunClock(request);
        PrivateRecords? hidden = request.Privacy is { } privacy ? new PrivateRecords(privacy) : null;
        var attester = new Attester(runId, sink, pool, hidden);
        request.Openings?.WriteBehind(pool);
        IRetireObserver observer = request.Openings is { } openings ? new OpeningObserver(attester, openings) : attester;
        using var interpreter = new Interpreter(program, clock.Request, pool, observer);
        using Attester ended = attester; // before the interpreter's memory goes
        string refusal;
        bool finished = interpreter.TryRun(out fault);
        if (!finished && !(request.ClosesWhenStopped && fault.Code == Isa.FaultCode.Stopped && !attester.IsRefused))
        {
            if (!attester.IsRefused && !attester.TryAbandon(out refusal))
            {
                fault = new MachineFault(Isa.FaultCode.Stopped, Detail: refusal);
            }

            return false;
        }

        ImmutableArray<int> tokens = [.. interpreter.Response];
        RunStatus status = finished ? RunStatus.Finished : RunStatus.Abandoned;
        if (!attester.TryFlush(out refusal) || !attester.TryClose(tokens.AsSpan(), interpreter.Retired, status, out refusal))
        {
            fault = new MachineFault(Isa.FaultCode.Stopped, Detail: refusal);
            return false;
        }

        fault = default;
        outcome = clock.Stop(interpreter, runId, attester.Sequence + 2, attester.Time, tokens) with { Status = status, Scalars = hidden?.Scalars ?? [] };
        return true;
    }

    /// <summary>Executes a program without evidence: for evaluation and as the yardstick of benchmarks.</summary>
    public static bool TryExecutePlain(
        BoundProgram program, RunRequest request, WorkerPool pool, [NotNullWhen(true)] out RunOutcome? outcome, out MachineFault fault)
    {
        outcome = null;
        var clock = new RunClock(request);
        using var interpreter = new Interpreter(program, clock.Request, pool, observer: null);
        if (!interpreter.TryRun(out fault))
        {
            return false;
        }

        ImmutableArray<int> tokens = [.. interpreter.Response];
        outcome = clock.Stop(interpreter, default, 0, TimeSpan.Zero, tokens);
        return true;
    }

    /// <summary>Measures a run for display; nothing of it enters a record.</summary>
    private sealed class RunClock
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private TimeSpan? _first;

        public RunClock(RunRequest request)
        {
            Action<int>? onToken = request.OnToken;
            Request = request with
            {
                OnToken = token =>
                {
                    _first ??= Stopwatch.GetElapsedTime(_start);
                    onToken?.Invoke(token);
                },
            };
        }

        public RunRequest Request { get; }

        public RunOutcome Stop(Interpreter interpreter, Digest runId, ulong records, TimeSpan evidence, ImmutableArray<int> tokens)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            return new RunOutcome(
                runId, 0, records, 0, interpreter.Retired, tokens, RunRequest.ResponseDigest(tokens.AsSpan()), elapsed, evidence, _first ?? elapsed, interpreter.ArenaBytes, interpreter.StateBytes, interpreter.ScratchBytes)
            {
                Outputs = interpreter.Outputs.ToImmutable(),
            };
        }
    }
}
