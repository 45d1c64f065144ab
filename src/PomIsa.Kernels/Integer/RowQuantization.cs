using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>One row from f32 to bytes (spec/numerics.md, rule 9): the bits of a division, mostly by multiplying.</summary>
/// <remarks>
/// Let e = x / d exactly, |e| &lt; 127.1, f = e rounded to f32, r = 1 / d rounded and t = x · r rounded. Each rounding is within a relative
/// 2^-24 (or, of a subnormal, 2^-150), so |t − f| &lt; 127.1 · 3.1 · 2^-24 &lt; 2^-15. Both then round to the same integer unless t is
/// within 2^-15 of the middle between two; there, and wherever d or 1/d is not normal, x is divided by d. |e| exceeds 127 by
/// less than a relative 2^-23, so the product needs no clamp.
/// </remarks>
internal static unsafe class RowQuantization
{
    /// <summary>Adding 1.5·2^23 rounds half to even at the last bit, which is then the integer's own.</summary>
    private const float Rounder = 12582912f;

    private const float Least = 1e-36f, Most = 1e36f;

    /// <summary>Writes q, its bits flipped by <paramref name="flip"/> (0x80 makes it q + 128), and returns d.</summary>
    public static float Row(ReadOnlySpan<float> x, byte* q, byte flip)
    {
        fixed (float* px = x)
        {
            int whole = x.Length & -Lanes.Count;
            float most = Rows.MaxMagnitude(x[whole..]);
            float d = Lanes.Canonical(Greatest(px, whole, BitConverter.SingleToInt32Bits(most)) / 127);
            if (d is >= Least and <= Most)
            {
                int done = Avx512BW.IsSupported && Avx512DQ.IsSupported ? MultiplyMany(px, d, q, whole, flip) : 0;
                Multiply(px + done, d, q + done, whole - done, flip);
            }
            else
            {
                Divide(px, d, q, whole, flip);
            }

            if (whole < x.Length)
            {
                float* rest = stackalloc float[Lanes.Count];
                byte* bytes = stackalloc byte[Lanes.Count];
                Lanes.Load(x[whole..]).Store(rest);
                Divide(rest, d, bytes, Lanes.Count, flip);
                new Span<byte>(bytes, x.Length - whole).CopyTo(new Span<byte>(q + whole, x.Length - whole));
            }

            return d;
        }
    }

    /// <summary>The greatest magnitude. Without their signs, values order as their bits do, infinities below NaN.</summary>
    private static float Greatest(float* x, int count, int most)
    {
        Vector512<int> sign = Vector512.Create(int.MaxValue), a = Vector512.Create(most), b = a;
        int i = 0;
        for (; i <= count - (2 * Lanes.Count); i += 2 * Lanes.Count)
        {
            a = Vector512.Max(a, Vector512.Load((int*)x + i) & sign);
            b = Vector512.Max(b, Vector512.Load((int*)x + i + Lanes.Count) & sign);
        }

        a = i < count ? Vector512.Max(a, Vector512.Load((int*)x + i) & sign) : a;
        a = Vector512.Max(a, b);
        Vector256<int> eight = Vector256.Max(a.GetLower(), a.GetUpper());
        Vector128<int> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return BitConverter.Int32BitsToSingle(Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3])));
    }

    private static void Divide(float* x, float d, byte* q, int count, byte flip)
    {
        for (int i = 0; i < count; i += Lanes.Count)
        {
            (Quantize.Lanes16(Vector512.Load(x + i) / Vector512.Create(d)).AsByte() ^ Vector128.Create(flip)).Store(q + i);
        }
    }

    private static void Multiply(float* x, float d, byte* q, int count, byte flip)
    {
        Vector512<float> r = Vector512.Create(1 / d), rounder = Vector512.Create(Rounder), clear = Vector512.Create(0.5f - (1f / 32768));
        Vector512<int> less = rounder.AsInt32() - Vector512.Create((int)flip);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            Vector512<float> t = Vector512.Load(x + i) * r, rounded = t + rounder;
            if (Vector512.GreaterThanAny(Vector512.Abs(t - (rounded - rounder)), clear))
            {
                Divide(x + i, d, q + i, Lanes.Count, flip);
            }
            else
            {
                Bytes(rounded.AsInt32() - less).Store(q + i);
            }
        }
    }

    /// <summary>The same of as many as come in whole vectors of bytes; gives how many.</summary>
    private static int MultiplyMany(float* x, float d, byte* q, int count, byte flip)
    {
        Vector512<float> r = Vector512.Create(1 / d), clear = Vector512.Create(0.5f - (1f / 32768));
        Vector512<byte> turn = Vector512.Create(flip);
        int i = 0;
        for (; i <= count - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            Vector512<float> t0 = Vector512.Load(x + i) * r, t1 = Vector512.Load(x + i + 16) * r;
            Vector512<float> t2 = Vector512.Load(x + i + 32) * r, t3 = Vector512.Load(x + i + 48) * r;

            // What each is from the integer next to it; the greatest magnitude of four.
            Vector512<float> off = Further(Further(Avx512DQ.Reduce(t0, 0), Avx512DQ.Reduce(t1, 0)), Further(Avx512DQ.Reduce(t2, 0), Avx512DQ.Reduce(t3, 0)));
            if (Vector512.GreaterThanAny(off, clear))
            {
                Divide(x + i, d, q + i, Vector512<byte>.Count, flip);
                continue;
            }

            Vector512<short> low = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(t0), Avx512F.ConvertToVector512Int32(t1));
            Vector512<short> high = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(t2), Avx512F.ConvertToVector512Int32(t3));
            Vector512<int> quarters = Avx512BW.PackSignedSaturate(low, high).AsInt32();
            (Avx512F.PermuteVar16x32(quarters, Fours).AsByte() ^ turn).Store(q + i);
        }

        return i;
    }

    /// <summary>Packing goes quarter by quarter: four bytes of each of the four vectors in turn.</summary>
    private static Vector512<int> Fours
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    }

    /// <summary>The greater magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Further(Vector512<float> a, Vector512<float> b) => Avx512DQ.Range(a, b, 0b1011);

    /// <summary>The low byte of every lane; values are within −128 and 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Bytes(Vector512<int> values)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector128Byte(values.AsUInt32());
        }

        Vector512<uint> bits = values.AsUInt32() & Vector512.Create(255u);
        Vector256<ushort> words = Vector256.Narrow(bits.GetLower(), bits.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }
}
