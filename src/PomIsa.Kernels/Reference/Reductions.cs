using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>Chapter 9's reductions of one row, as spec/numerics.md writes them.</summary>
public static class Reductions
{
    /// <summary>Rule 3.1 with products for sums: lanes begin at 1.</summary>
    public static float Product(ReadOnlySpan<float> x)
    {
        var lane = new float[16];
        Array.Fill(lane, 1f);
        for (int i = 0; i < x.Length; i++)
        {
            lane[i % 16] *= x[i];
        }

        for (int s = 8; s >= 1; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                lane[j] *= lane[j + s];
            }
        }

        return Lanes.Canonical(lane[0]);
    }

    /// <summary>The greatest or, with <paramref name="sign"/> −1, the smallest; an infinity of an empty row.</summary>
    public static float Extreme(ReadOnlySpan<float> x, int sign)
    {
        float best = float.NegativeInfinity;
        foreach (float value in x)
        {
            if (float.IsNaN(value))
            {
                return Lanes.Canonical(value);
            }

            float turned = sign * value; // exact; of zeros too, so that -0 is below +0 both ways
            best = turned > best || (turned == best && !float.IsNegative(turned)) ? turned : best;
        }

        return sign * best;
    }

    /// <summary>Wrapping sum or product of integers.</summary>
    public static T Fold<T>(ReadOnlySpan<T> x, bool multiply)
        where T : IBinaryInteger<T>
    {
        T result = multiply ? T.One : T.Zero;
        foreach (T value in x)
        {
            result = unchecked(multiply ? result * value : result + value);
        }

        return result;
    }

    /// <summary>Whether a value of index i comes before one of index j: greater, NaN above all, equal ones by index.</summary>
    public static bool IsBefore(float a, int i, float b, int j) => float.IsNaN(a) || float.IsNaN(b)
        ? float.IsNaN(a) && (!float.IsNaN(b) || i < j)
        : a > b || (a == b && i < j);

    /// <summary>The indices of the k greatest, best first: k times the best of those that are left.</summary>
    public static int[] TopK(ReadOnlySpan<float> x, int k)
    {
        var taken = new List<int>();
        for (int n = 0; n < k; n++)
        {
            int best = -1;
            for (int i = 0; i < x.Length; i++)
            {
                best = !taken.Contains(i) && (best < 0 || IsBefore(x[i], i, x[best], best)) ? i : best;
            }

            taken.Add(best);
        }

        return [.. taken];
    }

    /// <summary>Running sums, each rounded.</summary>
    public static float[] CumulativeSum(ReadOnlySpan<float> x)
    {
        var y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Lanes.Canonical(i == 0 ? x[i] : y[i - 1] + x[i]);
        }

        return y;
    }
}
