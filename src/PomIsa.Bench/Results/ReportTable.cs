using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PomIsa.Bench.Limits;

namespace PomIsa.Bench.Results;

/// <summary>A report as Markdown tables whose columns are also aligned as they stand.</summary>
public static class ReportTable
{
    /// <summary>The machine and its limits, the decoders, the other runtime, and what else there is to say.</summary>
    public static string Of(BenchReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{MachineDescription.Text}.");
        text.AppendLine();
        Append(text, ["threads", "read GB/s", "f32 GFLOP/s", "8-bit GOP/s"], report.Limits.Select(Row));
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Tokens/s, evidence on / off; medians of {report.Rounds} interleaved {(report.Rounds == 1 ? "round" : "rounds")}.");
        text.AppendLine();
        Append(
            text,
            ["size", "weights", "threads", "decode", "prefill 128", "prefill 512", "evidence", "of bandwidth", "of peak", "load s", "first token s", "peak MiB"],
            report.Decoders.Select(Row));
        ImmutableArray<DecoderResult> compared = [.. report.Decoders.Where(static d => d.Rival is not null)];
        if (compared.Length > 0)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"Against {compared[0].Rival!.Name}: its tokens/s, and ours with evidence as a multiple of them.");
            text.AppendLine();
            Append(
                text,
                ["size", "weights", "threads", "decode", "x", "prefill 128", "x", "prefill 512", "x", "load s", "peak MiB", "results"],
                compared.Select(RivalRow));
        }

        foreach (string note in report.Notes)
        {
            text.AppendLine();
            text.AppendLine(note);
        }

        return text.ToString();
    }

    private static string[] Row(MachineLimits limits) =>
        [Whole(limits.Threads), One(limits.ReadBandwidth / 1e9), Whole(limits.FloatPeak / 1e9), Whole(limits.BytePeak / 1e9)];

    private static string[] Row(DecoderResult r) =>
    [
        r.Size.Name, r.Kind.Name, Whole(r.Threads),
        Both(r.Decode), Both(r.Prefill128), Both(r.Prefill512),
        Percent(r.Decode.EvidenceShare), Percent(r.BandwidthShare), Percent(r.ArithmeticShare),
        Two(r.Cold.LoadSeconds), Two(r.Cold.FirstTokenSeconds), Whole(r.Cold.PeakMiB),
    ];

    private static string[] RivalRow(DecoderResult r) =>
    [
        r.Size.Name, r.Kind.Name, Whole(r.Threads),
        Rate(r.Decode.Rival ?? 0), Two(r.Decode.Ratio ?? 0),
        Rate(r.Prefill128.Rival ?? 0), Two(r.Prefill128.Ratio ?? 0),
        Rate(r.Prefill512.Rival ?? 0), Two(r.Prefill512.Ratio ?? 0),
        Two(r.Rival!.LoadSeconds), Whole(r.Rival.PeakMiB), r.Rival.Agreement,
    ];

    private static void Append(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => all.Max(r => r[column].Length))];
        text.AppendLine(Line(head, widths));
        text.AppendLine("| " + string.Join(" | ", widths.Select(static w => new string('-', w - 1) + ":")) + " |");
        foreach (string[] row in all.Skip(1))
        {
            text.AppendLine(Line(row, widths));
        }
    }

    private static string Line(string[] cells, int[] widths) =>
        "| " + string.Join(" | ", cells.Select((c, i) => c.PadLeft(widths[i]))) + " |";

    private static string Both(WorkloadResult w) => $"{Rate(w.Evidence)} / {Rate(w.Plain)}";

    private static string Rate(double value) => value.ToString(value < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string One(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Two(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
