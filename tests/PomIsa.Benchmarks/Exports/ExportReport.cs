using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using PomIsa.Bench.Limits;
using PomIsa.Bench.Results;

namespace PomIsa.Benchmarks.Exports;

/// <summary>Figures of exported decoders as a Markdown table or as JSON.</summary>
internal static class ExportReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(IReadOnlyList<ExportFigures> all, int rounds)
    {
        var lines = new List<string>
        {
            $"{MachineDescription.Text}.",
            "",
            $"Tokens/s, evidence on / off, {OrtExport.Name}, and on / {OrtExport.Name}; medians of {rounds} interleaved rounds. Load, first token and peak memory in fresh processes: machine / {OrtExport.Name}.",
            "",
            "| model | threads | compile s | agreement | decode | short prompt | long prompt | load s | first token s | peak MiB |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        };
        lines.AddRange(all.Select(Row));
        return string.Join('\n', lines);
    }

    public static string Json(IReadOnlyList<ExportFigures> all, int rounds) => JsonSerializer.Serialize(
        new
        {
            machine = MachineDescription.Text,
            rival = OrtExport.Name,
            rounds,
            models = all.Select(static f => new
            {
                model = f.Decoder.Name,
                style = f.Decoder.Style,
                threads = f.Threads,
                compileSeconds = f.CompileSeconds,
                logitsDistance = f.Agreement.Distance,
                greedyAgreement = (double)f.Agreement.Same / f.Agreement.Steps,
                greedySteps = f.Agreement.Steps,
                decode = f.Decode,
                prefill = f.Prefills.Select((p, i) => new { tokens = f.Decoder.Prefills[i].PromptTokens, rates = p }),
                machine = f.Machine,
                rival = f.Ort,
            }),
        },
        Indented);

    private static string Row(ExportFigures f) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {f.Decoder.Name} {f.Decoder.Style} | {f.Threads} | {f.CompileSeconds:F1} | {f.Agreement} | {Rates(f.Decode)} | {f.Decoder.Prefills[0].PromptTokens}: {Rates(f.Prefills[0])} | {f.Decoder.Prefills[^1].PromptTokens}: {Rates(f.Prefills[^1])} | {f.Machine.LoadSeconds:F2} / {f.Ort.LoadSeconds:F2} | {f.Machine.FirstTokenSeconds:F2} / {f.Ort.FirstTokenSeconds:F2} | {f.Machine.PeakMiB:F0} / {f.Ort.PeakMiB:F0} |");

    private static string Rates(WorkloadResult r) => $"{Rate(r.Evidence)} / {Rate(r.Plain)}, {Rate(r.Rival ?? 0)}, x {(r.Ratio ?? 0).ToString("F2", CultureInfo.InvariantCulture)}";

    private static string Rate(double rate) => rate.ToString(rate < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);
}
