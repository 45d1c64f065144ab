using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Audit.Tests;

/// <summary>Runs that their host ended early, and closed.</summary>
public sealed class StoppedRunTests : IDisposable
{
    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 60, 22], ClosesWhenStopped = true };

    private readonly TinyDecoder _decoder = new(quantized: true);
    private readonly BoundProgram _program;
    private readonly WorkerPool _pool = new(2);
    private readonly List<byte[]> _whole;

    public StoppedRunTests()
    {
        _program = _decoder.Bind(TinyDecoder.Generate(3));
        _whole = Records(Request, out RunOutcome outcome);
        Assert.Equal(RunStatus.Finished, outcome.Status);
    }

    [Fact]
    public void A_run_ended_by_its_host_keeps_what_was_minted_and_is_closed()
    {
        using var stop = new CancellationTokenSource();
        var seen = new List<int>();
        List<byte[]> records = Records(Request with { Stop = stop.Token, OnToken = Take }, out RunOutcome outcome);
        Assert.Equal(RunStatus.Abandoned, outcome.Status);
        Assert.Equal(2, outcome.Tokens.Length);
        Assert.Equal(_whole.Take(records.Count - 1), records[..^1]);
        Assert.True(Record.TryDecode(records[^1], out Record last, out _));
        var close = Assert.IsType<RunClose>(last);
        Assert.Equal((RunStatus.Abandoned, 2u, outcome.Retired), (close.Status, close.Tokens, close.Retired));
        Assert.Equal(Verdict.Accept, Replay.Verify(_program, Request with { StopAfter = outcome.Retired }, records, _pool).Verdict);

        void Take(int token)
        {
            seen.Add(token);
            if (seen.Count == 2)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>After any number of instructions: the records up to there, then the closing one, and a replay of as many accepts them and no others.</summary>
    [Fact]
    public void A_run_can_be_ended_after_any_instruction()
    {
        int total = _whole.Count - 2;
        for (int most = 0; most < total; most++)
        {
            RunRequest request = Request with { StopAfter = (ulong)most };
            List<byte[]> records = Records(request, out RunOutcome outcome);
            Assert.InRange(outcome.Retired, (ulong)most, (ulong)most + 1); // a step's ret is not a place to stop at
            Assert.Equal(_whole.Take(records.Count - 1), records[..^1]);
            Assert.Equal(Verdict.Accept, Replay.Verify(_program, Request with { StopAfter = outcome.Retired }, records, _pool).Verdict);
            Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request, records, _pool).Verdict);
            Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request with { StopAfter = outcome.Retired + 2 }, records, _pool).Verdict);
        }
    }

    [Fact]
    public void Without_the_wish_to_close_it_a_stopped_run_has_no_closing_record()
    {
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.False(AttestedRun.TryExecute(_program, Request with { StopAfter = 9, ClosesWhenStopped = false }, log, _pool, out _, out MachineFault fault));
        Assert.Equal(Isa.FaultCode.Stopped, fault.Code);
        log.CommitAndWait();
        Assert.DoesNotContain(log.ReadAll(), entry => Record.TryDecode(entry, out Record record, out _) && record is RunClose);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _program.Dispose();
        _decoder.Dispose();
    }

    private List<byte[]> Records(RunRequest request, out RunOutcome outcome)
    {
        RunOpen opening = request.Opening(_program);
        var sink = new RecordList();
        var first = new byte[RecordWriter.MaxRunOpenBytes];
        Assert.True(sink.TryTake(first.AsSpan(0, RecordWriter.WriteRunOpen(first, opening)), out _));
        Assert.True(MachineRun.TryExecute(_program, request, opening.RunId, sink, _pool, out RunOutcome? done, out MachineFault fault), fault.Detail);
        outcome = done;
        return sink.Entries;
    }
}
