using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Rules;

/// <summary>Dot products in blocks of 256 (spec/numerics.md, chapter 2) and exact integer ones (chapter 6).</summary>
internal static class Products
{
    private const int Block = 256;

    /// <summary>The dot product of a[k] and b[k]; a position that <paramref name="seen"/> leaves out has no step, but counts for the blocks.</summary>
    public static F32 Dot(int length, Func<int, F32> a, Func<int, F32> b, Func<int, bool>? seen = null)
    {
        F32 all = F32.Zero;
        for (int from = 0; from < length; from += Block)
        {
            F32 p = F32.Zero;
            for (int k = from; k < Math.Min(from + Block, length); k++)
            {
                p = seen is null || seen(k) ? F32.Fma(a(k), b(k), p) : p;
            }

            all = from == 0 ? p : all + p;
        }

        return all;
    }

    /// <summary>[rows, depth] by [depth, columns].</summary>
    public static F32[] MatMul(F32[] x, F32[] w, int rows, int depth, int columns)
    {
        var y = new F32[rows * columns];
        for (int at = 0; at < y.Length; at++)
        {
            int t = at / columns, n = at % columns;
            y[at] = Dot(depth, k => x[(t * depth) + k], k => w[(k * columns) + n]);
        }

        return y;
    }

    /// <summary>6.1: whole numbers and scale of one row.</summary>
    public static (long[] Q, F32 D) Quantize(ReadOnlySpan<F32> x)
    {
        F32 a = F32.Zero;
        foreach (F32 one in x)
        {
            a = F32.Max(a, one.Abs);
        }

        F32 d = a / F32.Of(127);
        var q = new long[x.Length];
        for (int i = 0; i < q.Length; i++)
        {
            F32 ratio = x[i] / d;
            q[i] = ratio.IsNaN ? 0
                : ratio.IsInfinite ? ratio.IsNegative ? -127 : 127
                : (long)System.Numerics.BigInteger.Clamp(Whole.ToWhole(ratio, Whole.Mode.NearestEven), -127, 127);
        }

        return (q, d);
    }

    /// <summary>6.2: exact sums of [rows, depth] by [depth, columns].</summary>
    public static long[] Sums(long[] q, long[] w, int rows, int depth, int columns)
    {
        var sums = new long[rows * columns];
        for (int at = 0; at < sums.Length; at++)
        {
            for (int k = 0; k < depth; k++)
            {
                sums[at] += q[(at / columns * depth) + k] * w[(k * columns) + (at % columns)];
            }

            if (sums[at] is < int.MinValue or > int.MaxValue)
            {
                throw new InvalidOperationException("A sum beyond 32 bits.");
            }
        }

        return sums;
    }

    /// <summary>6.3.</summary>
    public static F32 Dequantize(long sum, F32 d, F32 s) => F32.Of(sum) * (d * s);
}
