using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Audit.Tests;

/// <summary>A spot check finds what is wrong in the records that it draws, wherever they claim to come from, and computes no commitments but theirs.</summary>
public sealed class SpotCheckTests : IDisposable
{
    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 60, 22], Trigger = Digest.Of([1]) };

    private readonly WorkerPool _pool = new(2);
    private readonly TinyDecoder _decoder = new(quantized: true);
    private readonly BoundProgram _program;
    private readonly byte[][] _run;

    public SpotCheckTests()
    {
        _program = _decoder.Bind(TinyDecoder.Generate(4));
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(_program, Request, log, _pool, out _, out _));
        _run = [.. log.ReadAll()];
    }

    public void Dispose()
    {
        _program.Dispose();
        _decoder.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void An_honest_run_is_accepted_and_fewer_records_are_compared_than_it_has()
    {
        ReplayReport report = SpotCheck.Verify(_program, Request, EntryList.Of(_run), SpotDraw.Of(Digest.Of([2]), (ulong)_run.Length, 3), _pool);
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.InRange(report.Compared, 10UL, (ulong)_run.Length - 1);
    }

    [Fact]
    public void A_wrong_record_is_found_if_it_is_drawn()
    {
        for (int at = 1; at < _run.Length; at += 3)
        {
            byte[][] changed = [.. _run];
            changed[at] = [.. _run[at]];
            changed[at][^1] ^= 1;
            ReplayReport report = SpotCheck.Verify(_program, Request, EntryList.Of(changed), [(ulong)at], _pool);
            Assert.NotEqual(Verdict.Accept, report.Verdict);
            Assert.Equal((ulong)at, report.First?.Sequence ?? (ulong)at);
        }
    }

    [Fact]
    public void A_record_that_lies_about_where_it_comes_from_is_found_too()
    {
        int at = Array.FindIndex(_run, static e => Record.TryDecode(e, out Record r, out _) && r is Retire { Head: { Offset: 5, Step: 2 } });
        byte[][] changed = [.. _run];
        changed[at] = [.. _run[at]];
        changed[at][52] = 4; // the offset's low byte
        ReplayReport report = SpotCheck.Verify(_program, Request, EntryList.Of(changed), [(ulong)at], _pool);
        Assert.Equal((Verdict.Reject, (ulong)at), (report.Verdict, report.First!.Sequence));
    }

    [Fact]
    public void What_was_not_drawn_is_not_looked_at()
    {
        ulong drawn = (ulong)Array.FindIndex(_run, static e => Record.TryDecode(e, out Record r, out _) && r is Retire { Head.Step: 2, Commitments.Length: 1 }) - 1;
        byte[][] changed = [.. _run];
        changed[drawn + 1] = [.. _run[drawn + 1]];
        changed[drawn + 1][^1] ^= 1;
        Assert.Equal(Verdict.Accept, SpotCheck.Verify(_program, Request, EntryList.Of(changed), [drawn], _pool).Verdict);
        Assert.Equal(Verdict.Reject, Replay.Verify(_program, Request, changed, _pool).Verdict);
    }

    [Fact]
    public void A_log_cut_short_is_found_whatever_is_drawn()
    {
        for (int length = 1; length < _run.Length; length += 7)
        {
            Assert.Equal(Verdict.Reject, SpotCheck.Verify(_program, Request, EntryList.Of(_run[..length]), [], _pool).Verdict);
        }
    }

    [Fact]
    public void Draws_follow_from_the_seed_as_the_specification_says()
    {
        // SHA-256("pomisa spot v1\n" + 32 zero bytes + i as u64), first eight bytes little-endian, times 1000, high half.
        Assert.Equal(DrawsOfZero, SpotDraw.Of(default, 1000, 5));
        Assert.NotEqual(SpotDraw.Of(Digest.Of([1]), 1 << 20, 5), SpotDraw.Of(default, 1 << 20, 5));
        Assert.All(SpotDraw.Of(default, 3, 1000), static at => Assert.InRange(at, 0UL, 2UL));
    }

    private static readonly SortedSet<ulong> DrawsOfZero = [559, 810, 838, 843, 855];
}
