using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Probe;

/// <summary>A small fixed computation that goes through every kernel once; its digest is the same everywhere.</summary>
public static class Workload
{
    private const int Rows = 7, Width = 260, Columns = 150, Heads = 4, Groups = 2, HeadDim = 20, Seen = 250;

    /// <summary>SHA-256 of all results in order.</summary>
    public static string Run()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int spread in (int[])[2, 40, 126])
        {
            Element(digest, spread);
            Products(digest, spread);
            Attend(digest, spread);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void Element(IncrementalHash digest, int spread)
    {
        float[] x = Values(Rows * Width, spread, 1), w = Values(Width, spread, 2), y = new float[x.Length];
        Elementary.Exp(x, y);
        Add(digest, y);
        Elementary.Sigmoid(x, y);
        Add(digest, y);
        Elementary.Silu(x, y);
        Add(digest, y);
        Norm.Rms(x, w, 1e-5f, y);
        Add(digest, y);
        Softmax.Rows(x, y, Width);
        Add(digest, y);
        Rope.Apply(x, Values(9 * Width / 2, 3, 3), Values(9 * Width / 2, 3, 4), 1, Width, 2, y);
        Add(digest, y);
        Elementwise.Add(x, y, y);
        Elementwise.Mul(x, y, y);
        Add(digest, y);
        Add(digest, [Kernels.Rows.Sum16(x), Kernels.Rows.Max(x), Kernels.Rows.MaxMagnitude(x), Kernels.Rows.Argmax(x)]);
    }

    private static void Products(IncrementalHash digest, int spread)
    {
        float[] x = Values(Rows * Width, spread, 5), w = Values(Width * Columns, spread, 6), y = new float[Rows * Columns];
        float[] panels = new float[Panels.Length(Width, Columns)];
        Panels.Pack(w, Width, Columns, panels);
        MatMul.F32Panels(x, panels, y, Rows, Width, Columns, 0, Panels.Count(Columns));
        Add(digest, y);
        float[] s = new float[Columns], scales = new float[Rows], embedded = new float[2 * Width];
        sbyte[] q = new sbyte[w.Length], stored = new sbyte[panels.Length], rows = new sbyte[x.Length];
        int[] sums = new int[Panels.Count(Columns) * 16], acc = new int[y.Length];
        Quantize.Columns(w, Width, Columns, q, s);
        Panels.Pack(q, Width, Columns, stored);
        Panels.ColumnSums(stored, Width, Columns, sums);
        LinearW8.Rows(x, stored, sums, s, Rows, Width, Columns, rows, scales, acc, y, 0, Panels.Count(Columns));
        Add(digest, s);
        Add(digest, scales);
        Add(digest, y);
        digest.AppendData(MemoryMarshal.AsBytes(acc.AsSpan()));
        Embed.Rows([3, Columns - 1], stored, s, Columns, Width, embedded);
        Add(digest, embedded);
        Embed.Rows([3, Columns - 1], panels, Columns, Width, embedded);
        Add(digest, embedded);
    }

    private static void Attend(IncrementalHash digest, int spread)
    {
        int cache = (Seen + Rows) * Groups * HeadDim;
        float[] q = Values(Rows * Heads * HeadDim, spread, 7), k = Values(cache, spread, 8), v = Values(cache, spread, 9), y = new float[q.Length];
        float[] scratch = new float[Attention.ScratchLength(HeadDim, Seen + Rows)];
        Attention.Causal(q, k, v, Rows, Heads, Groups, HeadDim, Seen, 0.223f, y, scratch, 0, Rows * Heads);
        Add(digest, y);
    }

    private static void Add(IncrementalHash digest, ReadOnlySpan<float> values) => digest.AppendData(MemoryMarshal.AsBytes(values));

    /// <summary>Values with exponents within ±spread; from 100 on, infinities, NaN and subnormals too.</summary>
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
            bool special = spread > 100 && (z >> 32) % 997 == 0;
            values[i] = BitConverter.UInt32BitsToSingle(special ? (uint)z | 0x7f800000 : (uint)(z & 0x807fffff) | (exponent << 23));
        }

        return values;
    }
}
