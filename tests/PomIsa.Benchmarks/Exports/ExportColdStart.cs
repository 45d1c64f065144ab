using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks.Exports;

/// <summary>What a fresh process needs to serve a decoder from its file, or from the model compiled from it.</summary>
internal static class ExportColdStart
{
    /// <summary>The hidden word of a command line that is answered by <see cref="Serve"/>.</summary>
    public const string Verb = "onnx-cold";

    private const int Tokens = 16;

    public static ColdStart Measure(ExportedDecoder decoder, bool ort, int threads, string cache, CancellationToken stop)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PomIsa.Benchmarks");
        string[] words = [Verb, decoder.Name, decoder.Style, cache, ort ? "ort" : "machine", threads.ToString(CultureInfo.InvariantCulture), Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture)];
        return JsonSerializer.Deserialize<ColdStart>(ChildProcess.Run(program, words, stop)) ?? throw new InvalidDataException("The measured process said nothing.");
    }

    public static int Serve(string[] arguments)
    {
        ExportedDecoder decoder = ExportedDecoder.Open(arguments[0], arguments[1], arguments[2], new Progress<string>());
        int threads = int.Parse(arguments[4], CultureInfo.InvariantCulture);
        long started = long.Parse(arguments[5], CultureInfo.InvariantCulture), loading = Stopwatch.GetTimestamp();
        if (arguments[3] == "ort")
        {
            using var ort = new OrtExport(decoder.ModelPath, threads, decoder.LongestPrompt + 1 + Tokens);
            Report(new OrtRunner(decoder, ort), decoder, started, loading);
            return 0;
        }

        using BoundProgram program = CompiledExport.Load(decoder.PackagePath, decoder.StorePath);
        long loaded = Stopwatch.GetTimestamp();
        using var pool = new WorkerPool(threads);
        string folder = Path.Combine(decoder.Folder, $"log-{Guid.NewGuid():N}");
        try
        {
            using RecordLog log = RecordLog.Open(folder);
            Report(new CompiledRunner(decoder, program, pool, log, default), decoder, started, loading + Stopwatch.GetTimestamp() - loaded);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Report(IDecoderRunner runner, ExportedDecoder decoder, long started, long loading)
    {
        long before = Stopwatch.GetTimestamp();
        double load = Stopwatch.GetElapsedTime(loading, before).TotalSeconds;
        double first = Stopwatch.GetElapsedTime(started, before).TotalSeconds + runner.Run(Workload.Decode(Tokens)).PromptSeconds;
        runner.Run(decoder.Prefills.MaxBy(static p => p.PromptTokens)!);
        Console.WriteLine(JsonSerializer.Serialize(new ColdStart(load, first, ResidentPeak.MiB())));
    }
}
