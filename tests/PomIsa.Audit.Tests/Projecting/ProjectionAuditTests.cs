using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
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

    private readonly WorkerPool _pool = new(2);
    private readonly TempFolder _folder = new();
    private readonly BoundProgram _program = QuantizedProgram.Bind(Tokens);
    private int _runs;

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
        AuditReport audit = ProjectionAudit.Verify(_program, Request, run, openings, Checkpoint, _pool);
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
            AuditReport audit = Audit(run, openings);
            found += audit.Report.Verdict == Verdict.Reject ? audit.Report.First?.Step > call ? 1 : 0 : audit.Report.Verdict == Verdict.Unverifiable ? 1 : 0; // the latter where no later record shows it
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
            Assert.Contains(audit.Report.Verdict, (Verdict[])[Verdict.Unverifiable, Verdict.Accept]); // row scales are not needed
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
        AuditReport audit = ProjectionAudit.Verify(program, Request, run, openings, Checkpoint, _pool, fewest: 1);
        Assert.Equal((Verdict.Accept, 0L, (ulong)run.Length), (audit.Report.Verdict, audit.Tested, audit.Report.Compared));
    }

    [Fact]
    public void A_decoder_with_attention_is_audited_whole()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(6));
        (byte[][] run, string openings) = Run(null, program);
        AuditReport audit = ProjectionAudit.Verify(program, Request, run, openings, Checkpoint, _pool, fewest: 1);
        Assert.Equal((Verdict.Accept, 8 * 7, 0, (ulong)run.Length), (audit.Report.Verdict, audit.Tested, audit.Computed, audit.Report.Compared));
    }

    private AuditReport Audit(byte[][] run, string openings) => ProjectionAudit.Verify(_program, Request, run, openings, Checkpoint, _pool, fewest: 1);

    private (byte[][] Run, string Openings) Run(IProductSource? lying, BoundProgram? program = null)
    {
        program ??= _program;
        string openings = _folder["openings-" + _runs.ToString(CultureInfo.InvariantCulture)];
        using RecordLog log = RecordLog.Open(_folder["log-" + _runs++.ToString(CultureInfo.InvariantCulture)]);
        using (OpeningWriter writer = OpeningWriter.Create(openings, Request.Opening(program).RunId))
        {
            Assert.True(AttestedRun.TryExecute(program, Request with { Openings = writer, Products = lying }, log, _pool, out _, out MachineFault fault), fault.Detail);
            writer.Complete();
        }

        return ([.. log.ReadAll()], openings);
    }
}
