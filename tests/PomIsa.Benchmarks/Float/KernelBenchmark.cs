using System.Diagnostics;
using System.Globalization;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Float;

/// <summary>Speed of the f32 kernels as shares of what the processor and its memory can do, measured in the same rounds.</summary>
internal static class KernelBenchmark
{
    /// <param name="arguments">Part of the names of the cases to run, or nothing for all; then a number of rounds.</param>
    public static int Run(string[] arguments)
    {
        string filter = arguments.Length > 0 ? arguments[0] : "";
        int rounds = Verbs.Rounds(arguments[Math.Min(1, arguments.Length)..], 7);
        using var memory = new NativeFloats(128 << 20);
        Console.WriteLine("kernel                               threads |      time |  GFLOP/s share |  GB/s share");
        foreach (Func<NativeFloats, KernelCase> make in KernelCases.All)
        {
            KernelCase one = make(memory);
            if (one.Name.Contains(filter, StringComparison.Ordinal))
            {
                foreach (int threads in new[] { 1, Math.Min(2, Environment.ProcessorCount) }.Distinct())
                {
                    using var pool = new WorkerPool(threads);
                    Console.WriteLine(Measure(one, pool, memory, rounds));
                }
            }
        }

        Console.WriteLine($"medians of {rounds} rounds in turn with the limits; every kernel was equal to its reference first");
        return 0;
    }

    private static string Measure(KernelCase one, WorkerPool pool, NativeFloats memory, int rounds)
    {
        Share(one, pool);
        one.Check();
        List<double> seconds = [], peaks = [], bandwidths = [];
        for (int round = 0; round < rounds; round++)
        {
            peaks.Add(Limits.FmaPerSecond(pool));
            if (one.Bytes > 0)
            {
                bandwidths.Add(Limits.BytesPerSecond(pool, memory));
            }

            int repeats = 0;
            long start = Stopwatch.GetTimestamp();
            do
            {
                Share(one, pool);
                repeats++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 30);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / repeats);
        }

        double time = Median(seconds), speed = one.Operations / time, rate = one.Bytes / time;
        string bytes = one.Bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{rate / 1e9,5:F1} {rate / Median(bandwidths),5:P0}") : "    -     -";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Name,-38} {pool.Threads,5} | {time * 1e3,6:F3} ms | {speed / 1e9,8:F1} {speed / Median(peaks),5:P0} | {bytes}");
    }

    /// <summary>One run: whole on one thread, else in four pieces a thread, as the machine does it.</summary>
    private static void Share(KernelCase one, WorkerPool pool)
    {
        int units = one.Items / one.Together, pieces = pool.Threads == 1 ? 1 : Math.Min(units, pool.Threads * 4);
        pool.Run(pieces, piece => one.Run(First(piece), First(piece + 1)));

        int First(int piece) => (int)((long)units * piece / pieces) * one.Together;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
