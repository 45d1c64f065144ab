using System.Diagnostics;
using System.Globalization;
using PomIsa.Bench.Runs;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks;

/// <summary>Kernels of windows, attention over registers, selection and draws at sizes of real networks; one thread.</summary>
internal static class NetworkBenchmark
{
    private sealed record Sized(string Name, double MultiplyAdds, Action Run);

    public static int Run(int rounds)
    {
        Sized[] all = [.. Convolutions(), .. Attentions(), .. Selections()];
        Console.WriteLine("kernel                                              |       ms | G multiply-adds/s");
        List<double>[] times = [.. all.Select(static _ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                all[i].Run();
                if (round >= 0) // the first round warms up
                {
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        for (int i = 0; i < all.Length; i++)
        {
            double ms = Interleaved.Median(times[i]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all[i].Name,-51} | {ms,8:F3} | {(all[i].MultiplyAdds > 0 ? all[i].MultiplyAdds / ms / 1e6 : 0),8:F1}"));
        }

        Console.WriteLine($"medians of {rounds} interleaved rounds, one thread");
        return 0;
    }

    private static IEnumerable<Sized> Convolutions()
    {
        yield return Convolve("conv 3x3, 64 to 64 channels, 56x56", 64, 64, 64, new Window(56, 56, 3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1));
        yield return Convolve("conv 1x1, 256 to 64 channels, 56x56", 256, 64, 256, new Window(56, 56, 1, 1));
        yield return Convolve("conv 7x7 by 2, 3 to 64 channels, 224x224", 3, 64, 3, new Window(224, 224, 7, 7, 2, 2, 3, 3, 3, 3));
        yield return Convolve("conv 3x3 depthwise, 128 channels, 56x56", 128, 128, 1, new Window(56, 56, 3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1));
        var window = new Window(112, 112, 3, 3, 2, 2, 1, 1, 1, 1);
        float[] x = Values(64 * 112 * 112, 5), y = new float[64 * window.OutHeight * window.OutWidth];
        yield return new("pool.max 3x3 by 2, 64 channels, 112x112", y.Length * 9.0, () => Pooling.Max(x, y, 64, window, 0, 64 * window.OutHeight));
        yield return new("pool.mean 3x3 by 2, 64 channels, 112x112", y.Length * 9.0, () => Pooling.Mean(x, y, 64, window, false, 0, 64 * window.OutHeight));
    }

    private static Sized Convolve(string name, int channels, int filters, int depth, Window window)
    {
        float[] x = Values(channels * window.Height * window.Width, 1), w = Values(filters * depth * window.KernelHeight * window.KernelWidth, 2);
        float[] y = new float[filters * window.OutHeight * window.OutWidth];
        int pieces = Convolution.Pieces(1, channels / depth, window);
        double steps = (double)y.Length * depth * window.KernelHeight * window.KernelWidth;
        return new(name, steps, () => Convolution.Run(x, w, y, 1, channels, filters, depth, window, 0, pieces));
    }

    private static IEnumerable<Sized> Attentions()
    {
        const int Rows = 256, Heads = 12, HeadDim = 64;
        float[] q = Values(Rows * Heads * HeadDim, 3), k = Values(q.Length, 4), v = Values(q.Length, 5), y = new float[q.Length];
        float[] bias = Values(Heads * Rows * Rows, 6), scratch = new float[Attention.ScratchLength(HeadDim, Rows)];
        float[] padded = [.. bias.Select(static (b, i) => i % Rows < 192 ? b : float.NegativeInfinity)];
        const double Steps = 2.0 * Rows * Rows * Heads * HeadDim;
        void Cross(float[] added) => Attention.Cross(q, k, v, added, 1, Rows, Heads, Heads, HeadDim, Rows, 0.125f, y, scratch, 0, Rows * Heads);
        yield return new("attention, causal, 256 rows, 12 heads of 64", Steps / 2, () => Attention.Causal(q, k, v, Rows, Heads, Heads, HeadDim, 0, 0.125f, y, scratch, 0, Rows * Heads));
        yield return new("attention.softcap, causal, 256 rows", Steps / 2, () => Attention.Causal(q, k, v, Rows, Heads, Heads, HeadDim, 0, 0.125f, y, scratch, 0, Rows * Heads, int.MaxValue, 50));
        yield return new("attention.cross, 256 rows by 256 positions", Steps, () => Cross([]));
        yield return new("attention.bias, nothing hidden", Steps, () => Cross(bias));
        yield return new("attention.bias, 64 of 256 positions hidden", Steps, () => Cross(padded));
    }

    private static IEnumerable<Sized> Selections()
    {
        const int Vocabulary = 50_257;
        float[] logits = Values(Vocabulary, 7), sums = new float[Vocabulary], best = new float[50];
        ulong[] order = new ulong[Vocabulary];
        long[] ids = new long[50];
        int position = 0;
        yield return new("topk, 50 of 50257", 0, () => TopK.Rows<float>(logits, Vocabulary, 50, best, ids));
        yield return new("sample of 50257, top-k 50, top-p 0.9", 0, () => Sampler.Draw(logits, 0.8f, 0.9f, 50, 1, position++, order, sums));
        yield return new("sample of 50257, top-p 0.9", 0, () => Sampler.Draw(logits, 0.8f, 0.9f, 0, 1, position++, order, sums));
    }

    /// <summary>Values within ±3, the same for the same seed.</summary>
    private static float[] Values(int count, ulong seed)
    {
        var values = new float[count];
        ulong state = seed;
        for (int i = 0; i < count; i++)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            values[i] = (((state >> 40) / (float)(1 << 24)) - 0.5f) * 6;
        }

        return values;
    }
}
