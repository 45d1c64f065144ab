using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;

namespace PomIsa.Machine;

/// <summary>A run whose records are minted into a log, each once, also when it was cut off before and is taken up again.</summary>
public static class AttestedRun
{
    /// <summary>Opens the run in the log or takes it up, executes it, closes it, and makes all of it durable.</summary>
    /// <exception cref="LogException">The log can't be read or written.</exception>
    public static bool TryExecute(
        BoundProgram program, RunRequest request, RecordLog log, WorkerPool pool, [NotNullWhen(true)] out RunOutcome? outcome, out MachineFault fault)
    {
        outcome = null;
        if (!Minter.TryBegin(log, request.Opening(program), out Minter minter, out MintFault refused))
        {
            fault = new MachineFault(Isa.FaultCode.Stopped, Detail: refused.ToString());
            return false;
        }

        using (minter)
        {
            ulong before = minter.Recorded;
            var sink = new MintSink(minter, log);
            if (!MachineRun.TryExecute(program, request, minter.RunId, sink, pool, out outcome, out fault))
            {
                return false;
            }

            long start = Stopwatch.GetTimestamp();
            log.CommitAndWait();
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            outcome = outcome with
            {
                FirstIndex = minter.FirstIndex,
                RecordedBefore = before,
                Elapsed = outcome.Elapsed + waited,
                EvidenceTime = outcome.EvidenceTime + waited,
            };
            return true;
        }
    }

    private sealed class MintSink(Minter minter, RecordLog log) : IRecordSink
    {
        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            bool minted = minter.TryMint(entry, out MintFault fault);
            refusal = minted ? "" : fault.ToString();
            return minted;
        }

        public void Commit() => log.Commit();
    }
}
