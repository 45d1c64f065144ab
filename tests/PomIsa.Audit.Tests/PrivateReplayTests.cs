using System.Collections.Immutable;
using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests;

/// <summary>A private run is verified like any other by who has its secret, and by nobody else.</summary>
public sealed class PrivateReplayTests : IDisposable
{
    private static readonly RunSecret Secret = RunSecret.Of([.. Enumerable.Range(1, 32).Select(static i => (byte)i)]);

    private readonly WorkerPool _pool = new(2);
    private readonly TinyDecoder _decoder = new(quantized: true);

    [Theory]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void With_the_secret_it_is_accepted_wide_and_narrow_whatever_is_told_of_the_scalars(PrivacyMode mode)
    {
        using BoundProgram program = _decoder.Bind(TinyDecoder.Generate(5));
        (byte[][] run, ImmutableArray<long> scalars) = Run(program, mode);
        RunRequest told = Request(mode, scalars);
        ReplayReport? wide = WidePass.TryVerify(program, told, told, run, _pool);
        Assert.NotNull(wide);
        Assert.Equal((Verdict.Accept, (ulong)run.Length), (wide.Verdict, wide.Compared));
        Assert.Equal(wide, Replay.Verify(program, told, run, _pool, narrow: true));
        Assert.Equal(wide, Replay.Verify(program, Request(PrivacyMode.Tokens, scalars), run, _pool)); // the mode is the log's to say
        foreach (ImmutableArray<long> lie in (ImmutableArray<long>[])[[], scalars[..3], [.. scalars.Select(static s => s ^ 1)]])
        {
            Assert.Null(WidePass.TryVerify(program, Request(mode, lie), told, run, _pool));
            Assert.Equal(wide, Replay.Verify(program, Request(mode, lie), run, _pool));
        }
    }

    [Theory]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void Whatever_is_changed_is_found_wide_as_narrow(PrivacyMode mode)
    {
        using BoundProgram program = _decoder.Bind(TinyDecoder.Generate(3));
        (byte[][] run, ImmutableArray<long> scalars) = Run(program, mode);
        RunRequest told = Request(mode, scalars);
        var random = new Random(11);
        for (int round = 0; round < 60; round++)
        {
            byte[][] changed = [.. run.Select(static e => e.ToArray())];
            int at = random.Next(1, run.Length);
            changed[at][random.Next(changed[at].Length)] ^= (byte)(1 << random.Next(8));
            ReplayReport report = Replay.Verify(program, told, changed, _pool);
            Assert.NotEqual(Verdict.Accept, report.Verdict);
            Assert.Equal(Replay.Verify(program, told, changed, _pool, narrow: true), report);
        }
    }

    [Fact]
    public void Without_the_secret_or_with_another_nothing_can_be_said()
    {
        using BoundProgram program = _decoder.Bind(TinyDecoder.Generate(2));
        (byte[][] run, ImmutableArray<long> scalars) = Run(program, PrivacyMode.All);
        ReplayReport report = Replay.Verify(program, Request(PrivacyMode.All, scalars) with { Privacy = null }, run, _pool);
        Assert.Equal((Verdict.Unverifiable, 0ul), (report.Verdict, report.Compared));
        Assert.Contains("secret is missing", report.Text, StringComparison.Ordinal);
        report = Replay.Verify(program, Request(PrivacyMode.All, scalars) with { Privacy = new RunPrivacy(PrivacyMode.All, RunSecret.Create()) }, run, _pool);
        Assert.Equal((Verdict.Unverifiable, 0ul), (report.Verdict, report.Compared));
        Assert.Contains("another run's", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_no_matter_to_a_public_run()
    {
        using BoundProgram program = _decoder.Bind(TinyDecoder.Generate(2));
        (byte[][] run, _) = Run(program, PrivacyMode.None);
        Assert.Equal(Verdict.Accept, Replay.Verify(program, Request(PrivacyMode.All, []), run, _pool).Verdict);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _pool.Dispose();
    }

    private static RunRequest Request(PrivacyMode mode, ImmutableArray<long> scalars) => new()
    {
        Prompt = [3, 17, 5, 60, 22],
        Privacy = mode == PrivacyMode.None ? null : new RunPrivacy(mode, Secret) { ToldScalars = scalars },
    };

    private (byte[][] Entries, ImmutableArray<long> Scalars) Run(BoundProgram program, PrivacyMode mode)
    {
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(program, Request(mode, []), log, _pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
        return ([.. log.ReadAll()], outcome.Scalars);
    }
}
