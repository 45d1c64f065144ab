using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>What a fresh process with ONNX Runtime needs: the counterpart of <see cref="ColdStart"/>, which see.</summary>
internal static class OrtColdStart
{
    /// <summary>The hidden word of a command line that is answered by <see cref="Serve"/>.</summary>
    public const string Verb = "ort-cold";

    public static ColdStart Measure(string folder, DecoderSize size, int threads, int tokens, CancellationToken stop)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PomIsa.Benchmarks");
        string line = ChildProcess.Run(program, [Verb, folder, size.Name, Text(threads), Text(tokens), Text(Stopwatch.GetTimestamp())], stop);
        return JsonSerializer.Deserialize<ColdStart>(line) ?? throw new InvalidDataException("The measured process said nothing.");
    }

    public static int Serve(string[] arguments)
    {
        DecoderSize size = DecoderSize.All.First(s => s.Name == arguments[1]);
        long started = long.Parse(arguments[4], CultureInfo.InvariantCulture), loading = Stopwatch.GetTimestamp();
        int tokens = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        using var decoder = new OrtDecoder(arguments[0], size, int.Parse(arguments[2], CultureInfo.InvariantCulture), tokens);
        double load = Stopwatch.GetElapsedTime(loading).TotalSeconds;
        double before = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double first = before + decoder.Run(Workload.Decode(tokens)).PromptSeconds;
        decoder.Run(Workload.Prefill(DecoderSize.MaxPrompt));
        Console.WriteLine(JsonSerializer.Serialize(new ColdStart(load, first, ResidentPeak.MiB())));
        return 0;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
