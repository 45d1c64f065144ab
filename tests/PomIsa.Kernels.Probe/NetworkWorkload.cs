using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Probe;

/// <summary>A small fixed computation of reductions, windows, attention over registers and draws; its digest is the same everywhere.</summary>
public static class NetworkWorkload
{
    /// <summary>SHA-256 of all results in order.</summary>
    public static string Run()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int spread in (int[])[2, 40, 126])
        {
            Reduce(digest, spread);
            Slide(digest, spread);
            Attend(digest, spread);
            Draw(digest, spread);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void Reduce(IncrementalHash digest, int spread)
    {
        const int Rows = 5, Columns = 261, Best = 9;
        float[] x = Values(Rows * Columns, spread, 1), y = new float[Rows], sums = new float[x.Length], best = new float[Rows * Best];
        long[] whole = [.. x.Select(static v => (long)BitConverter.SingleToInt32Bits(v) * 0x10001)], one = new long[Rows], ids = new long[best.Length];
        Reductions.Sum<float>(x, Columns, y);
        Add(digest, y);
        Reductions.Product<float>(x, Columns, y);
        Add(digest, y);
        Reductions.Max<float>(x, Columns, y);
        Add(digest, y);
        Reductions.Min<float>(x, Columns, y);
        Add(digest, y);
        Reductions.Product<long>(whole, Columns, one);
        Add(digest, one);
        Reductions.Max<long>(whole, Columns, one);
        Add(digest, one);
        CumulativeSum.Rows<float>(x, Columns, sums);
        Add(digest, sums);
        TopK.Rows<float>(x, Columns, Best, best, ids);
        Add(digest, best);
        Add(digest, ids);
        TopK.Rows<long>(whole, Columns, Best, ids, [.. ids]);
        Add(digest, ids);
    }

    private static void Slide(IncrementalHash digest, int spread)
    {
        foreach (Window window in (Window[])[new(9, 40, 3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), new(1, 50, 1, 5, 1, 2, PadRight: 3, DilationWidth: 2)])
        {
            const int Channels = 40, Filters = 18, Depth = 20;
            int plane = window.Height * window.Width, to = window.OutHeight * window.OutWidth;
            float[] x = Values(Channels * plane, spread, 2), w = Values(Filters * Depth * window.KernelHeight * window.KernelWidth, spread, 3), y = new float[Filters * to];
            Convolution.Run(x, w, y, 1, Channels, Filters, Depth, window, 0, Convolution.Pieces(1, Channels / Depth, window));
            Add(digest, y);
            float[] pooled = new float[Channels * to];
            Pooling.Max(x, pooled, Channels, window, 0, Channels * window.OutHeight);
            Add(digest, pooled);
            Pooling.Mean(x, pooled, Channels, window, false, 0, Channels * window.OutHeight);
            Add(digest, pooled);
        }
    }

    private static void Attend(IncrementalHash digest, int spread)
    {
        const int Rows = 9, Heads = 4, Groups = 2, HeadDim = 20, Positions = 259;
        float[] q = Values(Rows * Heads * HeadDim, spread, 4), k = Values(Positions * Groups * HeadDim, spread, 5), v = Values(k.Length, spread, 6), y = new float[q.Length];
        float[] bias = Values(Heads * Rows * Positions, 3, 7), scratch = new float[Attention.ScratchLength(HeadDim, Positions)];
        Attention.Cross(q, k, v, [], 1, Rows, Heads, Groups, HeadDim, Positions, 0.2f, y, scratch, 0, Rows * Heads);
        Add(digest, y);
        Attention.Cross(q, k, v, bias, 1, Rows, Heads, Groups, HeadDim, Positions, 0.2f, y, scratch, 0, Rows * Heads);
        Add(digest, y);
        bias = Array.ConvertAll(bias, static b => b > 4 ? float.NegativeInfinity : b);
        Attention.Cross(q, k, v, bias, 1, Rows, Heads, Groups, HeadDim, Positions, 0.2f, y, scratch, 0, Rows * Heads);
        Add(digest, y);
        Attention.Causal(q, k, v, Rows, Heads, Groups, HeadDim, Positions - Rows, 0.2f, y, scratch, 0, Rows * Heads, int.MaxValue, 30);
        Add(digest, y);
    }

    private static void Draw(IncrementalHash digest, int spread)
    {
        float[] x = Values(300, spread, 8);
        Add(digest, [.. Enumerable.Range(0, 50).Select(p => Sampler.Draw(x, 0.8f, 0.95f, p % 2 == 0 ? 0u : 40, 7, p, new ulong[300], new float[300]))]);
    }

    private static void Add<T>(IncrementalHash digest, T[] values)
        where T : unmanaged => digest.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Values with exponents within ±<paramref name="spread"/>.</summary>
    private static float[] Values(int count, int spread, ulong seed)
    {
        var values = new float[count];
        ulong state = seed * 0x9E3779B97F4A7C15;
        for (int i = 0; i < count; i++)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            uint exponent = (uint)(127 - spread + (int)((z >> 40) % (uint)((2 * spread) + 1)));
            values[i] = BitConverter.UInt32BitsToSingle((uint)(z & 0x807fffff) | (exponent << 23));
        }

        return values;
    }
}
