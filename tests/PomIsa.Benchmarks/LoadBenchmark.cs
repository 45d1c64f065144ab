using System.Diagnostics;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Benchmarks;

/// <summary>What loading a model's weights takes by its parts: the store opened, every chunk read into place and hashed, every tensor hashed again for the program that names it.</summary>
internal static class LoadBenchmark
{
    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int rounds = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 5;
        string cache = arguments.Length > 3 ? arguments[3] : Path.Combine(".pomisa", "bench");
        CachedDecoder decoder = new DecoderCache(cache).Open(DecoderSize.All.First(s => s.Name == name), WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None);
        VerifiedModule program = decoder.Program(127);
        var parts = new List<double>[] { [], [], [], [] };
        long bytes = 0;
        for (int round = 0; round <= rounds; round++)
        {
            (double[] seconds, bytes) = Load(decoder, program);
            if (round == 0)
            {
                Console.WriteLine($"{name} {kind}, {bytes >> 20} MiB, {Environment.ProcessorCount} threads; the first, in milliseconds: {Text(seconds, bytes)}");
                continue;
            }

            for (int i = 0; i < parts.Length; i++)
            {
                parts[i].Add(seconds[i]);
            }
        }

        Console.WriteLine($"medians of {rounds}: {Text([.. parts.Select(static p => Interleaved.Median(p))], bytes)}");
        return 0;
    }

    private static (double[] Seconds, long Bytes) Load(CachedDecoder decoder, VerifiedModule program)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        using PublisherPublicKey publisher = PublisherPublicKey.Load(Path.Combine(decoder.Folder, CachedDecoder.PublisherFile));
        using ShardStore store = ShardStore.OpenToRead(Path.Combine(decoder.Folder, CachedDecoder.StoreFolder));
        Digest root = store.ListManifests().Single().Root;
        double opened = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!WeightSet.TryLoad(store, root, publisher, out WeightSet? weights, out ShardFault fault))
        {
            throw new InvalidOperationException(fault.Describe());
        }

        double loaded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = weights.Manifest.TotalLength;
        if (!BoundProgram.TryBind(program, weights, out BoundProgram? bound, out MachineFault refused))
        {
            throw new InvalidOperationException(refused.Describe(program.Module));
        }

        double all = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double busy = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        bound.Dispose();
        return ([opened, loaded - opened, all - loaded, busy], bytes);
    }

    private static string Text(double[] s, long bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"store {1e3 * s[0]:F1}, chunks {1e3 * s[1]:F1} ({bytes / s[1] / 1e9:F1} GB/s), tensors {1e3 * s[2]:F1} ({bytes / s[2] / 1e9:F1} GB/s), all {1e3 * (s[0] + s[1] + s[2]):F1}, of the processors {1e3 * s[3]:F0}");
}
