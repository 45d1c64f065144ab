using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Bench.Runs;

/// <summary>What a fresh process needs to serve a decoder that the disk's cache holds.</summary>
/// <param name="LoadSeconds">From opening the store to a bound program: every chunk hashed, every tensor compared.</param>
/// <param name="FirstTokenSeconds">From before the process was started to the first token of a prompt of 16.</param>
/// <param name="PeakMiB">Most memory that was resident, after a prompt of 512 tokens and some decoding, evidence on.</param>
public sealed record ColdStart(double LoadSeconds, double FirstTokenSeconds, double PeakMiB)
{
    /// <summary>The hidden word of a command line that is answered by <see cref="Serve"/>.</summary>
    public const string Verb = "bench-cold";

    /// <summary>Starts a process of this program and waits for its figures.</summary>
    public static ColdStart Measure(CachedDecoder decoder, int threads, int tokens, CancellationToken stop)
    {
        string[] words = [Verb, decoder.Folder, decoder.Size.Name, decoder.Kind.Name, Text(threads), Text(tokens), Text(Stopwatch.GetTimestamp())];
        string line = ChildProcess.Run(words, stop);
        return JsonSerializer.Deserialize<ColdStart>(line) ?? throw new InvalidDataException("The measured process said nothing.");
    }

    /// <summary>The process that is measured. Its arguments are those after <see cref="Verb"/>; the last is the time of its start.</summary>
    public static int Serve(IReadOnlyList<string> arguments, TextWriter output)
    {
        DecoderSize size = DecoderSize.All.First(s => s.Name == arguments[1]);
        WeightKind kind = WeightKind.All.First(k => k.Name == arguments[2]);
        int threads = Number(arguments[3]), tokens = Number(arguments[4]);
        long started = long.Parse(arguments[5], CultureInfo.InvariantCulture);
        if (!CachedDecoder.TryOpen(arguments[0], size, kind, out CachedDecoder? decoder))
        {
            return 2;
        }

        long loading = Stopwatch.GetTimestamp();
        using BoundProgram program = decoder.Load(tokens);
        double load = Stopwatch.GetElapsedTime(loading).TotalSeconds;
        using var pool = new WorkerPool(threads);
        using var folder = new TemporaryFolder(decoder.Folder);
        using RecordLog log = RecordLog.Open(folder.Path);
        var machine = new MachineRunner(size, program, pool, log, default);
        long before = Stopwatch.GetTimestamp();
        double first = Stopwatch.GetElapsedTime(started, before).TotalSeconds + machine.Run(Workload.Decode(tokens)).PromptSeconds;
        machine.Run(Workload.Prefill(DecoderSize.MaxPrompt));
        output.WriteLine(JsonSerializer.Serialize(new ColdStart(load, first, ResidentPeak.MiB())));
        return 0;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
