using System.Text.Json.Nodes;
using PomIsa.Bench.Limits;

namespace PomIsa.Bench.Results;

/// <summary>A report as JSON: rates in tokens/s, shares from 0 to 1.</summary>
public static class ReportJson
{
    /// <summary><c>machine</c>, <c>limits</c> with one object for each number of threads, <c>models</c> with one for each size, weights and threads.</summary>
    public static JsonObject Of(BenchReport report) => new()
    {
        ["machine"] = MachineDescription.Text,
        ["rounds"] = report.Rounds,
        ["limits"] = new JsonArray([.. report.Limits.Select(Of)]),
        ["models"] = new JsonArray([.. report.Decoders.Select(Of)]),
        ["notes"] = new JsonArray([.. report.Notes.Select(static n => (JsonNode)n)]),
    };

    private static JsonNode Of(MachineLimits limits) => new JsonObject
    {
        ["threads"] = limits.Threads,
        ["readGBs"] = Round(limits.ReadBandwidth / 1e9),
        ["floatGflops"] = Round(limits.FloatPeak / 1e9),
        ["byteGops"] = Round(limits.BytePeak / 1e9),
    };

    private static JsonNode Of(DecoderResult result)
    {
        var json = new JsonObject
        {
            ["size"] = result.Size.Name,
            ["weights"] = result.Kind.Name,
            ["threads"] = result.Threads,
            ["decode"] = Round(result.Decode.Evidence),
            ["prefill128"] = Round(result.Prefill128.Evidence),
            ["prefill512"] = Round(result.Prefill512.Evidence),
            ["withoutEvidence"] = Three(result, static w => w.Plain),
            ["evidenceShare"] = Round(result.Decode.EvidenceShare),
            ["evidenceShares"] = Three(result, static w => w.EvidenceShare),
            ["loadSeconds"] = Round(result.Cold.LoadSeconds),
            ["firstTokenSeconds"] = Round(result.Cold.FirstTokenSeconds),
            ["peakMiB"] = Round(result.Cold.PeakMiB),
            ["bandwidthShare"] = Round(result.BandwidthShare),
            ["arithmeticShare"] = Round(result.ArithmeticShare),
        };
        if (result.Rival is { } rival)
        {
            JsonObject figures = Three(result, static w => w.Rival ?? 0);
            figures["name"] = rival.Name;
            figures["agreement"] = rival.Agreement;
            figures["loadSeconds"] = Round(rival.LoadSeconds);
            figures["peakMiB"] = Round(rival.PeakMiB);
            json["ort"] = figures;
            json["ratio"] = Three(result, static w => w.Ratio ?? 0);
        }

        return json;
    }

    private static JsonObject Three(DecoderResult result, Func<WorkloadResult, double> of) => new()
    {
        ["decode"] = Round(of(result.Decode)),
        ["prefill128"] = Round(of(result.Prefill128)),
        ["prefill512"] = Round(of(result.Prefill512)),
    };

    /// <summary>Four significant digits: more would be noise.</summary>
    private static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return 0;
        }

        int digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15);
        return Math.Round(value, digits);
    }
}
