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
        float d = Lanes.Canonical(Rows.MaxMagnitude(x) / 127);
        fixed (float* px = x)
        {
            int whole = x.Length & -Lanes.Count;
            if (d is >= Least and <= Most)
            {
                Multiply(px, d, q, whole, flip);
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
        }

        return d;
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
        Vector512<float> r = Vector512.Create(1 / d), rounder = Vector512.Create(Rounder);
        Vector512<float> clear = Vector512.Create(0.5f - 1f / 32768);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            Vector512<float> t = Vector512.Load(x + i) * r, rounded = t + rounder;
            if (Vector512.GreaterThanAny(Vector512.Abs(t - (rounded - rounder)), clear))
            {
                Divide(x + i, d, q + i, Lanes.Count, flip);
                continue;
            }

            (Bytes(rounded.AsInt32() - rounder.AsInt32()).AsByte() ^ Vector128.Create(flip)).Store(q + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Bytes(Vector512<int> values)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector128SByte(values);
        }

        Vector256<short> words = Vector256.Narrow(values.GetLower(), values.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }
}
