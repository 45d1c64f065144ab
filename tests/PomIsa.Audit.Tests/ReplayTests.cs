using System.Collections.Immutable;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Audit.Tests;

public sealed class ReplayTests : IDisposable
{
    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 60, 22], Trigger = Digest.Of([1]) };

    private readonly TinyDecoder _decoder = new(quantized: true);
    private readonly BoundProgram _program;
    private readonly WorkerPool _pool = new(2);
    private readonly byte[][] _run;

    public ReplayTests()
    {
        _program = _decoder.Bind(TinyDecoder.Generate(3));
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(_program, Request, log, _pool, out _, out MachineFault fault), fault.Detail);
        _run = [.. log.ReadAll()];
    }

    [Fact]
    public void An_honest_run_is_accepted_record_by_record()
    {
        ReplayReport report = Replay.Verify(_program, Request, _run, _pool);
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal((ulong)_run.Length, report.Compared);
        Assert.Null(report.First);
    }

    [Fact]
    public void A_changed_bit_is_found_at_its_action_whichever_record_it_is_in()
    {
        for (int i = 1; i < _run.Length; i++)
        {
            byte[][] changed = Copy();
            changed[i][^1] ^= 0x10;
            ReplayReport report = Replay.Verify(_program, Request, changed, _pool);
            Assert.NotEqual(Verdict.Accept, report.Verdict);
            Assert.Equal((ulong)i, report.Compared);
            if (report.Verdict == Verdict.Reject && i < _run.Length - 1)
            {
                Assert.Equal((ulong)i, report.First!.Sequence);
                Assert.StartsWith("test.pisa:", report.First.Source, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_wrong_commitment_is_named_with_its_opcode_and_line()
    {
        int at = Array.FindIndex(_run, r => Record.TryDecode(r, out Record record, out _) && record is Retire { Head.Opcode: 0x51 });
        byte[][] changed = Copy();
        changed[at][^7] ^= 1;
        ReplayReport report = Replay.Verify(_program, Request, changed, _pool);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal("linear.w8", report.First!.Opcode);
        Assert.Equal("forward", report.First.Function);
        Assert.Equal(1u, report.First.Step);
        Assert.Contains("commits to", report.First.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_a_swapped_and_a_doubled_record_are_rejected_by_log_and_replay()
    {
        byte[][] removed = [.. _run[..9], .. _run[10..]];
        byte[][] swapped = [.. _run[..9], _run[10], _run[9], .. _run[11..]];
        byte[][] doubled = [.. _run[..10], _run[9], .. _run[10..]];
        foreach ((byte[][] entries, LogCheckCode code) in new[]
            { (removed, LogCheckCode.SequenceGap), (swapped, LogCheckCode.SequenceGap), (doubled, LogCheckCode.DuplicateMint) })
        {
            Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request, entries, _pool).Verdict);
            Assert.False(LogCheck.Verify(entries, CheckpointOf(entries), out LogCheckFault fault));
            Assert.Equal(code, fault.Code);
        }
    }

    [Fact]
    public void A_run_cut_short_and_a_run_that_goes_on_are_rejected()
    {
        Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request, _run[..^1], _pool).Verdict);
        Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request, [.. _run, _run[^1]], _pool).Verdict);
        Assert.Equal(Verdict.Unverifiable, Replay.Verify(_program, Request, [], _pool).Verdict);
    }

    [Fact]
    public void Another_prompt_salt_or_trigger_is_rejected_at_the_first_record()
    {
        foreach (RunRequest other in new[]
            { Request with { Prompt = [3, 17, 5, 60, 23] }, Request with { Salt = [.. new byte[31], 1] }, Request with { Trigger = default } })
        {
            ReplayReport report = Replay.Verify(_program, other, _run, _pool);
            Assert.Equal(Verdict.Reject, report.Verdict);
            Assert.Equal(0ul, report.First!.Sequence);
        }
    }

    [Fact]
    public void Other_weights_and_another_program_are_rejected_at_the_first_record()
    {
        using BoundProgram other = _decoder.Bind(TinyDecoder.Generate(4));
        Assert.Contains("program", Replay.Verify(other, Request, _run, _pool).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_record_are_malformed()
    {
        byte[][] changed = Copy();
        changed[0] = [1, 2, 3];
        Assert.Equal(Verdict.Malformed, Replay.Verify(_program, Request, changed, _pool).Verdict);
        changed = Copy();
        changed[5] = [];
        Assert.Equal(Verdict.Malformed, Replay.Verify(_program, Request, changed, _pool).Verdict);
    }

    public void Dispose()
    {
        _program.Dispose();
        _decoder.Dispose();
        _pool.Dispose();
    }

    private byte[][] Copy() => [.. _run.Select(r => (byte[])r.Clone())];

    private static Checkpoint CheckpointOf(byte[][] entries) =>
        new("test", (ulong)entries.Length, Merkle.Root([.. entries.Select(e => Merkle.LeafHash(e))]));
}
