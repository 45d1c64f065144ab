using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Audit.Projecting;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>Audits of whole runs: honest ones, and ones of a machine that multiplies wrongly and records what it got.</summary>
public sealed class ProjectionAuditTests : IDisposable
{
    private const int Tokens = 5, ProductsOfStep = 4;

    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 40, 22], Trigger = Digest.Of([1]) };
    private static readonly Digest Checkpoint = Digest.Of([2]);
    private static readonly AuditSeed Seed = AuditSeed.Of(Digest.Of([3]));

    private readonly WorkerPool _pool = new(2);
    private readonly TempFolder _folder = new();
    private readonly BoundProgram _program = QuantizedProgram.Bind(Tokens);
    private int _runs;
    private ImmutableArray<long> _scalars = [];

    /// <summary>Runs with a wrong sum for each operator: some dozens, or as many as the variable POMISA_PLANTS says.</summary>
    private static int Plants => int.TryParse(Environment.GetEnvironmentVariable("POMISA_PLANTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int many) ? many : 24;

    public void Dispose()
    {
        _program.Dispose();
        _folder.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void An_honest_run_is_accepted_with_every_record_compared_and_no_product_computed()
    {
        (byte[][] run, string openings) = Run(null);
        AuditReport audit = Audit(run, openings);
        Assert.Equal(Replay.Verify(_program, Request, run, _pool), audit.Report);
        Assert.Equal(Verdict.Accept, audit.Report.Verdict);
        Assert.Equal((ProductsOfStep * (Tokens + 1), 0), (audit.Tested, audit.Computed));
    }

    [Fact]
    public void Products_of_few_rows_are_computed()
    {
        (byte[][] run, string openings) = Run(null);
        AuditReport audit = ProjectionAudit.Verify(_program, Request, EntryList.Of(run), openings, Checkpoint, Seed, _pool);
        Assert.Equal((Verdict.Accept, 0, ProductsOfStep * (Tokens + 1)), (audit.Report.Verdict, audit.Tested, audit.Computed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_wrong_sum_that_was_opened_and_computed_with_is_found_in_each_operator(int product)
    {
        var random = new Random(product);
        int found = 0;
        for (int plant = 0; plant < Plants; plant++)
        {
            int call = random.Next(Tokens + 1);
            (byte[][] run, string openings) = Run(new LyingProducts((call * ProductsOfStep) + product, random.Next(1 << 16), random.Next(2) == 0 ? 1 : random.Next(-100_000, 0)));
            ReplayReport replayed = Replay.Verify(_program, Request, run, _pool);
            AuditReport audit = Audit(run, openings);

            // An error that no record shows, as no later product's rows and no choice changed, is one of the openings alone.
            found += audit.Report.Verdict == (replayed.Verdict == Verdict.Accept ? Verdict.Unverifiable : Verdict.Reject) ? 1 : 0;
            Assert.True(replayed.Verdict == Verdict.Accept || (audit.Report == replayed && replayed.First!.Step > call));
        }

        Assert.Equal(Plants, found);
    }

    [Fact]
    public void Whatever_is_changed_in_the_log_the_report_is_that_of_a_replay()
    {
        (byte[][] run, string openings) = Run(null);
        for (int at = 0; at < run.Length; at += 5)
        {
            byte[][] changed = [.. run];
            changed[at] = [.. run[at]];
            changed[at][^1] ^= 1;
            AuditReport audit = Audit(changed, openings);
            Assert.NotEqual(Verdict.Accept, audit.Report.Verdict);
            Assert.True(at == 0 || audit.Report == Replay.Verify(_program, Request, changed, _pool)); // another run at 0, whose openings these are not
        }
    }

    [Fact]
    public void Openings_that_are_not_the_logs_say_nothing_of_the_run()
    {
        (byte[][] run, string openings) = Run(null);
        byte[] bytes = File.ReadAllBytes(openings);
        var random = new Random(9);
        for (int round = 0; round < 200; round++)
        {
            byte[] changed = [.. bytes];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(openings, round % 10 == 0 ? changed[..random.Next(changed.Length)] : changed);
            AuditReport audit = Audit(run, openings);
            Assert.NotEqual(Verdict.Reject, audit.Report.Verdict);
            Assert.Contains(audit.Report.Verdict, (Verdict[])[Verdict.Unverifiable, Verdict.Accept]); // bits behind the last sum of a row are not read
        }
    }

    [Fact]
    public void Without_openings_products_are_computed_again()
    {
        (byte[][] run, string openings) = Run(null);
        AuditReport opened = Audit(run, openings);
        File.Delete(openings);
        AuditReport audit = Audit(run, openings);
        Assert.Equal((Verdict.Accept, 0L, opened.Tested + opened.Computed, true), (audit.Report.Verdict, audit.Tested, audit.Computed, audit.IsReplay));
    }

    [Fact]
    public void A_run_without_quantized_products_is_computed_as_a_whole()
    {
        using var decoder = new TinyDecoder(quantized: false);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        (byte[][] run, string openings) = Run(null, program);
        AuditReport audit = ProjectionAudit.Verify(program, Request, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1);
        Assert.Equal((Verdict.Accept, 0L, (ulong)run.Length), (audit.Report.Verdict, audit.Tested, audit.Report.Compared));
    }

    [Fact]
    public void A_decoder_with_attention_is_audited_whole()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        (byte[][] run, string openings) = Run(null, program);
        AuditReport audit = ProjectionAudit.Verify(program, Request, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1);
        Assert.Equal((Verdict.Accept, 8 * 7, 0, (ulong)run.Length), (audit.Report.Verdict, audit.Tested, audit.Computed, audit.Report.Compared));
    }

    [Theory]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void A_private_run_is_audited_by_who_has_its_secret(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        RunRequest request = Request with { Privacy = new RunPrivacy(mode, RunSecret.Create()) };
        (byte[][] run, string openings) = Run(null, program, request);
        RunRequest told = request with { Privacy = request.Privacy with { ToldScalars = _scalars } };
        AuditReport audit = ProjectionAudit.Verify(program, told, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1);
        Assert.Equal((Verdict.Accept, 8 * 7, 0, (ulong)run.Length), (audit.Report.Verdict, audit.Tested, audit.Computed, audit.Report.Compared));
        Assert.Equal(Verdict.Unverifiable, ProjectionAudit.Verify(program, Request, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1).Report.Verdict);

        (run, openings) = Run(new LyingProducts(8, 3, 40_000), program, request);
        told = request with { Privacy = request.Privacy with { ToldScalars = _scalars } };
        ReplayReport lying = ProjectionAudit.Verify(program, told, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1).Report;
        Assert.Equal((Verdict.Reject, Replay.Verify(program, told, run, _pool)), (lying.Verdict, lying));
    }

    [Fact]
    public void Seeds_are_written_as_they_are_read()
    {
        Assert.NotEqual(AuditSeed.Draw(), AuditSeed.Draw());
        foreach (AuditSeed seed in (AuditSeed[])[AuditSeed.Openings, Seed, AuditSeed.Draw()])
        {
            Assert.True(AuditSeed.TryParse(seed.ToString(), out AuditSeed read));
            Assert.Equal(seed, read);
        }

        Assert.All((string?[])[null, "", "opening", new string('g', 64), new string('0', 63)], static text => Assert.False(AuditSeed.TryParse(text, out _)));
    }

    [Fact]
    public void With_the_root_of_the_openings_as_its_seed_an_audit_is_the_same()
    {
        (byte[][] run, string openings) = Run(null);
        Assert.Equal(Audit(run, openings), ProjectionAudit.Verify(_program, Request, EntryList.Of(run), openings, Checkpoint, AuditSeed.Openings, _pool, fewest: 1));
        (run, openings) = Run(new LyingProducts(5, 9, 1));
        Assert.NotEqual(Verdict.Accept, ProjectionAudit.Verify(_program, Request, EntryList.Of(run), openings, Checkpoint, AuditSeed.Openings, _pool, fewest: 1).Report.Verdict);
    }

    /// <summary>Why nobody may know the challenge before he has opened his sums; and that it follows from all that it should.</summary>
    [Fact]
    public void Who_knows_the_challenge_before_he_opens_deceives_that_audit_and_no_other()
    {
        RunRequest request = Request with { Prompt = [.. Enumerable.Range(0, 64).Select(static i => i * 7 % 48)] };
        Digest id = request.Opening(_program).RunId, drawn = Digest.Of([3]);
        int[] errors = UnseenErrors.Of(Challenge.Rows(Checkpoint, id, drawn, request.Prompt.Length));
        (byte[][] run, string openings) = Run(new LyingProducts(0, sums => UnseenErrors.Add(errors, sums)), request: request);
        Assert.Equal(Verdict.Reject, Replay.Verify(_program, request, run, _pool).Verdict);
        Assert.Equal(Verdict.Accept, Audit(Checkpoint, AuditSeed.Of(drawn)));
        Assert.Equal(Verdict.Reject, Audit(Checkpoint, AuditSeed.Of(Digest.Of([4]))));
        Assert.Equal(Verdict.Reject, Audit(Digest.Of([5]), AuditSeed.Of(drawn)));
        Assert.Equal(Verdict.Reject, Audit(Checkpoint, AuditSeed.Openings));
        Assert.Equal(Verdict.Reject, Audit(Checkpoint, AuditSeed.Draw()));

        Verdict Audit(Digest checkpoint, AuditSeed seed) => ProjectionAudit.Verify(_program, request, EntryList.Of(run), openings, checkpoint, seed, _pool, fewest: 1).Report.Verdict;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(524_288 - 36)] // 1 MiB to the byte
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    public void The_seed_of_openings_is_the_root_over_their_blocks(int columns)
    {
        string path = _folder["file"];
        using (OpeningWriter writer = OpeningWriter.Create(path, default))
        {
            writer.Add(3, 1, columns, new int[columns]);
            writer.Complete();
        }

        Assert.True(OpeningFile.TryOpen(path, default, out OpeningFile? file, out string fault), fault);
        using (file)
        {
            Digest root = Commitment.RowRoot(File.ReadAllBytes(path));
            Assert.Equal(root, OpeningsRoot.Of(file, _pool));
            Assert.Equal(root, AuditSeed.Openings.Bytes(file, _pool));
        }
    }

    private AuditReport Audit(byte[][] run, string openings) => ProjectionAudit.Verify(_program, Request, EntryList.Of(run), openings, Checkpoint, Seed, _pool, fewest: 1);

    private (byte[][] Run, string Openings) Run(IProductSource? lying, BoundProgram? program = null, RunRequest? request = null)
    {
        (program, request) = (program ?? _program, request ?? Request);
        string openings = _folder["openings-" + _runs.ToString(CultureInfo.InvariantCulture)];
        using RecordLog log = RecordLog.Open(_folder["log-" + _runs++.ToString(CultureInfo.InvariantCulture)]);
        using (OpeningWriter writer = OpeningWriter.Create(openings, request.Opening(program).RunId))
        {
            Assert.True(AttestedRun.TryExecute(program, request with { Openings = writer, Products = lying }, log, _pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
            _scalars = outcome.Scalars;
            writer.Complete();
        }

        return ([.. log.ReadAll()], openings);
    }
}
