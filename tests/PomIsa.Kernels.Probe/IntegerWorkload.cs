using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Probe;

/// <summary>A small fixed computation that goes through every way of the quantized products; its digest is the same everywhere.</summary>
public static class IntegerWorkload
{
    /// <summary>SHA-256 of all results in order.</summary>
    public static string Run()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((int rows, int depth, int columns) in ((int, int, int)[])[(1, 288, 150), (2, 96, 16), (5, 64, 33), (19, 288, 70), (7, 2080, 17), (1, 2080, 64)])
        {
            float[] x = Values(rows * depth, 1), w = Values(depth * columns, 2);
            W8(digest, x, w, rows, depth, columns);
            W4(digest, x, w, rows, depth, columns);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void W8(IncrementalHash digest, float[] x, float[] w, int rows, int depth, int columns)
    {
        int panels = Panels.Count(columns);
        sbyte[] plain = new sbyte[w.Length], stored = new sbyte[Panels.Length(depth, columns)], q = new sbyte[x.Length];
        float[] s = new float[columns], scales = new float[rows], y = new float[rows * columns];
        int[] sums = new int[panels * 16], acc = new int[y.Length], signed = new int[y.Length];
        Quantize.Columns(w, depth, columns, plain, s);
        Panels.Pack(plain, depth, columns, stored);
        Panels.ColumnSums(stored, depth, columns, sums);
        LinearW8.Rows(x, stored, sums, s, rows, depth, columns, q, scales, acc, y, 0, panels);
        LinearW8.QuantizeRows(x, depth, q, scales);
        LinearW8.MatMulI8(q, stored, sums, rows, depth, columns, signed, 0, panels);
        Add<sbyte>(digest, stored);
        Add<sbyte>(digest, q);
        Add<float>(digest, scales);
        Add<int>(digest, sums);
        Add<int>(digest, acc);
        Add<int>(digest, signed);
        Add<float>(digest, y);
    }

    private static void W4(IncrementalHash digest, float[] x, float[] w, int rows, int depth, int columns)
    {
        int panels = Panels.Count(columns);
        sbyte[] plain = new sbyte[w.Length], q = new sbyte[x.Length];
        byte[] subs = new byte[depth / 32 * columns], stored = new byte[Panels.LengthW4(depth, columns)], storedSubs = new byte[Panels.LengthSubs(depth, columns)];
        float[] s = new float[columns], scales = new float[rows], y = new float[rows * columns], embedded = new float[2 * depth];
        int[] offsets = new int[rows * (depth / 32)], acc = new int[y.Length];
        Quantize.ColumnsW4(w, depth, columns, plain, subs, s);
        Panels.PackW4(plain, subs, depth, columns, stored, storedSubs);
        LinearW4.Rows(x, stored, storedSubs, s, rows, depth, columns, q, offsets, scales, acc, y, 0, panels);
        Embed.Rows([1, columns - 1], stored, storedSubs, s, columns, depth, embedded);
        Add<byte>(digest, stored);
        Add<byte>(digest, storedSubs);
        Add<int>(digest, offsets);
        Add<int>(digest, acc);
        Add<float>(digest, y);
        Add<float>(digest, embedded);
    }

    private static void Add<T>(IncrementalHash digest, T[] values)
        where T : unmanaged => digest.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Values with exponents within ±6, some of them halves of integers.</summary>
    private static float[] Values(int count, ulong seed)
    {
        var values = new float[count];
        ulong state = seed * 0x9E3779B97F4A7C15;
        for (int i = 0; i < count; i++)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = z % 5 == 0 ? (int)(z >> 40) % 255 / 2f : BitConverter.UInt32BitsToSingle((uint)(z & 0x807fffff) | ((uint)(121 + ((z >> 40) % 13)) << 23));
        }

        return values;
    }
}
