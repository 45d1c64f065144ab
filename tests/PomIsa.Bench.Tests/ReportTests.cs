using System.Text.Json.Nodes;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Limits;
using PomIsa.Bench.Results;
using PomIsa.Bench.Runs;

namespace PomIsa.Bench.Tests;

public sealed class ReportTests
{
    private static readonly DecoderSize Size = DecoderSize.All[1];

    [Fact]
    public void Each_model_is_one_object_with_the_figures_that_readers_ask_for()
    {
        JsonObject model = ReportJson.Of(Report(rival: true))["models"]![0]!.AsObject();
        Assert.Equal("135M", (string?)model["size"]);
        Assert.Equal("w8", (string?)model["weights"]);
        Assert.Equal(2, (int?)model["threads"]);
        foreach (string name in new[] { "decode", "prefill128", "prefill512", "loadSeconds", "firstTokenSeconds", "peakMiB", "evidenceShare", "bandwidthShare", "arithmeticShare" })
        {
            Assert.True((double?)model[name] > 0, name);
        }

        Assert.Equal(2.5, (double?)model["ratio"]!["decode"]);
        Assert.Equal(40, (double?)model["ort"]!["decode"]);
    }

    [Fact]
    public void Without_another_runtime_there_is_no_ratio() =>
        Assert.False(ReportJson.Of(Report(rival: false))["models"]![0]!.AsObject().ContainsKey("ratio"));

    [Fact]
    public void Shares_are_of_the_limits_of_the_same_run()
    {
        DecoderResult result = Report(rival: false).Decoders[0];
        Assert.Equal(100 * (double)WeightKind.W8.Bytes(Size) / 20e9, result.BandwidthShare, 12);
        Assert.Equal(2 * Size.PrefillProducts(512) / 512.0 * 100 / 400e9, result.ArithmeticShare, 12);
    }

    [Fact]
    public void Medians_are_taken_of_what_each_round_gives()
    {
        WorkloadResult result = WorkloadResult.Of([[90, 100, 50], [100, 125, 50], [45, 25, 50]]);
        Assert.Equal((90, 100, 45), (result.Evidence, result.Plain, result.Rival));
        Assert.Equal(0.1, result.EvidenceShare, 12);
        Assert.Equal(2.0, result.Ratio!.Value, 12);
    }

    [Fact]
    public void Tables_have_a_row_for_each_model_and_columns_that_line_up()
    {
        string[] lines = ReportTable.Of(Report(rival: true)).Split(Environment.NewLine);
        Assert.Equal(2, lines.Count(static l => l.Contains("135M |", StringComparison.Ordinal)));
        Assert.Contains(lines, static l => l.Contains("the library is missing", StringComparison.Ordinal));
        foreach (int at in Enumerable.Range(1, lines.Length - 1).Where(i => lines[i].StartsWith('|') && lines[i - 1].StartsWith('|')))
        {
            Assert.Equal(lines[at - 1].Length, lines[at].Length);
        }
    }

    private static BenchReport Report(bool rival)
    {
        var limits = new MachineLimits(2, 20e9, 300e9, 400e9);
        WorkloadResult rates = WorkloadResult.Of(rival ? [[100], [110], [40]] : [[100], [110]]);
        var result = new DecoderResult
        {
            Size = Size,
            Kind = WeightKind.W8,
            Limits = limits,
            Decode = rates,
            Prefill128 = rates,
            Prefill512 = rates,
            Cold = new ColdStart(0.5, 0.8, 300),
            Rival = rival ? new RivalFigures("another", "equal", 0.4, 200) : null,
        };
        return new BenchReport([limits], [result], ["the library is missing"], 5);
    }
}
