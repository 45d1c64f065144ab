using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Probe;

/// <summary>A small fixed computation of exact operations, whole numbers, comparisons, logic, conversions, views and choices; its digest is the same everywhere.</summary>
public static class ElementWorkload
{
    private const int Count = 1003;

    private delegate void Single<T>(ReadOnlySpan<T> x, Span<T> y);

    private delegate void Vectors<T, TResult>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> y);

    /// <summary>SHA-256 of all results in order.</summary>
    public static string Run()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int spread in (int[])[2, 40, 126])
        {
            float[] a = Values(spread, 1), b = Values(spread, 2);
            Floats(digest, a, b);
            int[] i = Array.ConvertAll(a, BitConverter.SingleToInt32Bits), j = Array.ConvertAll(b, static v => BitConverter.SingleToInt32Bits(v) | 1);
            Ints(digest, i, j);
            Longs(digest, Array.ConvertAll(i, static v => v * 0x1_0001_0003L), Array.ConvertAll(j, static v => (v * 0x1003L) | 1));
            Truths(digest, Array.ConvertAll(i, static v => (byte)(v & 3)), Array.ConvertAll(j, static v => (byte)(v & 6)));
            Convert(digest, a);
            Views(digest, a, b);
        }

        return System.Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void Floats(IncrementalHash digest, float[] a, float[] b)
    {
        foreach (Single<float> single in (Single<float>[])[Exact.Neg, Exact.Abs, Exact.Sqrt, Exact.Floor, Exact.Ceil, Exact.Round, Exact.Trunc, Exact.Sign])
        {
            One(digest, single, a);
        }

        Two<float, float>(digest, Quotients.Rem, a, b);
        foreach (Vectors<float, byte> compare in (Vectors<float, byte>[])[Comparison.Equal, Comparison.NotEqual, Comparison.Less, Comparison.LessOrEqual, Comparison.Greater, Comparison.GreaterOrEqual])
        {
            Two(digest, compare, a, b);
        }
    }

    private static void Ints(IncrementalHash digest, int[] a, int[] b)
    {
        foreach (Vectors<int, int> two in (Vectors<int, int>[])[Integers.Add, Integers.Sub, Integers.Mul, Integers.Min, Integers.Max, Quotients.Div, Quotients.Rem, Logic.And, Logic.Or, Logic.Xor])
        {
            Two(digest, two, a, b);
        }

        One(digest, Exact.Neg, a);
        One(digest, Exact.Abs, a);
        One(digest, Exact.Sign, a);
        One(digest, Logic.Not, a);
        Two<int, byte>(digest, Comparison.Less, a, b);
        Two<int, byte>(digest, Comparison.GreaterOrEqual, a, b);
    }

    private static void Longs(IncrementalHash digest, long[] a, long[] b)
    {
        foreach (Vectors<long, long> two in (Vectors<long, long>[])[Integers.Add, Integers.Sub, Integers.Mul, Integers.Min, Integers.Max, Quotients.Div, Quotients.Rem, Logic.And, Logic.Or, Logic.Xor])
        {
            Two(digest, two, a, b);
        }

        One(digest, Exact.Abs, a);
        Two<long, byte>(digest, Comparison.Equal, a, b);
        Two<long, byte>(digest, Comparison.Greater, a, b);
        var y = new float[a.Length];
        Casts.ToF32<long>(a, y);
        Add(digest, y);
    }

    private static void Truths(IncrementalHash digest, byte[] a, byte[] b)
    {
        Two<byte, byte>(digest, Logic.And, a, b);
        Two<byte, byte>(digest, Logic.Or, a, b);
        Two<byte, byte>(digest, Logic.Xor, a, b);
        Two<byte, byte>(digest, Logic.Same, a, b);
        One(digest, Logic.Not, a);
    }

    private static void Convert(IncrementalHash digest, float[] x)
    {
        int[] middle = new int[x.Length];
        long[] wide = new long[x.Length];
        sbyte[] narrow = new sbyte[x.Length];
        byte[] truth = new byte[x.Length];
        Casts.ToNarrow<int>(x, middle);
        Add(digest, middle);
        Casts.ToNarrow<sbyte>(x, narrow);
        Add(digest, narrow);
        Casts.ToI64(x, wide);
        Add(digest, wide);
        Casts.ToBool(x, truth);
        Add(digest, truth);
        Casts.Wrap<long, sbyte>(wide, narrow);
        Add(digest, narrow);
        float[] y = new float[x.Length];
        Casts.ToF32<int>(middle, y);
        Add(digest, y);
    }

    private static void Views(IncrementalHash digest, float[] a, float[] b)
    {
        byte[] x = MemoryMarshal.AsBytes(a.AsSpan(0, 990)).ToArray(), other = MemoryMarshal.AsBytes(b.AsSpan(0, 990)).ToArray(), y = new byte[x.Length];
        Transpose.Copy(x, [10, 33, 3], [2, 1, 0], 4, y);
        Add(digest, y);
        Transpose.Copy(x, [10, 33, 3], [1, 0, 2], 4, y);
        Add(digest, y);
        Transpose.Copy(x, [20, 99], [1, 0], 2, y);
        Add(digest, y);
        Selection.Where([.. x.Take(990).Select(static v => (byte)(v & 1))], [10, 99], x, other, [10, 99], [10, 99], 4, y);
        Add(digest, y);
        float[] sums = new float[30];
        Indexed.Into<int, float>(a.AsSpan(0, 990), 1, 10, 3, [.. Enumerable.Range(0, 330).Select(static i => i * i % 10)], Elementwise.Add, sums);
        Add(digest, sums);
    }

    private static void One<T>(IncrementalHash digest, Single<T> single, T[] x)
        where T : unmanaged
    {
        var y = new T[x.Length];
        single(x, y);
        Add(digest, y);
    }

    private static void Two<T, TResult>(IncrementalHash digest, Vectors<T, TResult> two, T[] a, T[] b)
        where T : unmanaged
        where TResult : unmanaged
    {
        var y = new TResult[a.Length];
        two(a, b, y);
        Add(digest, y);
    }

    private static void Add<T>(IncrementalHash digest, T[] values)
        where T : unmanaged => digest.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Values with exponents within ±<paramref name="spread"/>; one in sixteen is a zero, an infinity, NaN or midway between whole numbers.</summary>
    private static float[] Values(int spread, ulong seed)
    {
        float[] special = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 2.5f, -0.5f, 3.5f];
        var values = new float[Count];
        ulong state = seed * 0x9E3779B97F4A7C15;
        for (int i = 0; i < Count; i++)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            uint exponent = (uint)(127 - spread + (int)((z >> 40) % (uint)((2 * spread) + 1)));
            values[i] = (z >> 60) == 0 ? special[(int)(z & 7)] : BitConverter.UInt32BitsToSingle((uint)(z & 0x807fffff) | (exponent << 23));
        }

        return values;
    }
}
