using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Reductions of one row (spec/numerics.md, rules 2 and 4). Shape: <c>x:[n] → scalar</c>; f32.</summary>
public static class Rows
{
    /// <summary>The sum in 16 lanes, lanes folded by 8, 4, 2, 1; +0 for an empty row.</summary>
    public static float Sum16(ReadOnlySpan<float> x)
    {
        Vector512<float> lanes = Vector512<float>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            lanes += Vector512.Create(x.Slice(i, Lanes.Count));
        }

        return Fold(i < x.Length ? lanes + Lanes.Load(x[i..]) : lanes);
    }

    /// <summary>The sum of x·x, each product rounded, in 16 lanes as <see cref="Sum16"/>.</summary>
    public static float SumOfSquares16(ReadOnlySpan<float> x)
    {
        Vector512<float> lanes = Vector512<float>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Create(x.Slice(i, Lanes.Count));
            lanes += value * value;
        }

        if (i < x.Length)
        {
            Vector512<float> value = Lanes.Load(x[i..]);
            lanes += value * value;
        }

        return Fold(lanes);
    }

    /// <summary>The greatest value; NaN if there is one; +0 is greater than -0.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static float Max(ReadOnlySpan<float> x)
    {
        Shape.Require(!x.IsEmpty, "an empty row has no maximum");
        Vector512<float> lanes = Vector512.Create(float.NegativeInfinity);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            lanes = Vector512.Max(lanes, Vector512.Create(x.Slice(i, Lanes.Count)));
        }

        Vector256<float> half = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        float max = Max(Max(quarter[0], quarter[1]), Max(quarter[2], quarter[3]));
        for (; i < x.Length; i++)
        {
            max = Max(max, x[i]);
        }

        return Lanes.Canonical(max);
    }

    /// <summary>The greatest magnitude; NaN if there is a NaN; +0 for an empty row.</summary>
    public static float MaxMagnitude(ReadOnlySpan<float> x)
    {
        // Without their signs, values order as their bits do, infinities below NaN.
        Vector512<int> lanes = Vector512<int>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            lanes = Vector512.Max(lanes, Magnitude(Vector512.Create(x.Slice(i, Lanes.Count))));
        }

        lanes = i < x.Length ? Vector512.Max(lanes, Magnitude(Lanes.Load(x[i..]))) : lanes;
        Vector256<int> eight = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
        Vector128<int> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        int max = Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
        return Lanes.Canonical(BitConverter.Int32BitsToSingle(max));
    }

    /// <summary>Where the greatest value is: the lowest index wins; -0 and +0 are equal; the first NaN wins over all.</summary>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static int Argmax(ReadOnlySpan<float> x)
    {
        float max = Max(x);
        Vector512<float> all = Vector512.Create(max);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Create(x.Slice(i, Lanes.Count));
            Vector512<float> found = float.IsNaN(max) ? ~Vector512.Equals(value, value) : Vector512.Equals(value, all);
            ulong mask = found.ExtractMostSignificantBits();
            if (mask != 0)
            {
                return i + System.Numerics.BitOperations.TrailingZeroCount(mask);
            }
        }

        while (float.IsNaN(max) ? !float.IsNaN(x[i]) : x[i] != max)
        {
            i++;
        }

        return i;
    }

    /// <summary>The same, where the greatest value is at one of some places.</summary>
    /// <param name="among">The places, ascending; at least one.</param>
    public static int Argmax(ReadOnlySpan<float> x, ReadOnlySpan<int> among)
    {
        int best = among[0];
        for (int i = 1; i < among.Length && !float.IsNaN(x[best]); i++)
        {
            float value = x[among[i]];
            best = value > x[best] || float.IsNaN(value) ? among[i] : best;
        }

        return best;
    }

    /// <summary>Rule 4's fold: lane j takes lane j + s, for s = 8, 4, 2, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Fold(Vector512<float> lanes)
    {
        Vector256<float> eight = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return Lanes.Canonical((four[0] + four[2]) + (four[1] + four[3]));
    }

    private static Vector512<int> Magnitude(Vector512<float> x) => x.AsInt32() & Vector512.Create(0x7fffffff);

    private static float Max(float a, float b) =>
        a > b || float.IsNaN(a) || (a == b && float.IsNegative(b)) ? a : b;
}
