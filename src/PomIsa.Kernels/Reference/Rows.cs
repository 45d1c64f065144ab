namespace PomIsa.Kernels.Reference;

/// <summary>Reductions of one row, as spec/numerics.md writes them.</summary>
public static class Rows
{
    /// <summary>Rule 4: lane j adds the elements i = j (mod 16) in ascending order, then lanes fold.</summary>
    public static float Sum16(ReadOnlySpan<float> x)
    {
        Span<float> lane = stackalloc float[16];
        lane.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            lane[i % 16] += x[i];
        }

        for (int s = 8; s >= 1; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                lane[j] += lane[j + s];
            }
        }

        return Lanes.Canonical(lane[0]);
    }

    /// <summary>Rule 2's maximum over a row.</summary>
    public static float Max(ReadOnlySpan<float> x)
    {
        float max = x[0];
        foreach (float value in x)
        {
            if (float.IsNaN(value))
            {
                return Lanes.Canonical(value);
            }

            bool zeroOverMinusZero = value == 0 && max == 0 && !float.IsNegative(value);
            max = value > max || zeroOverMinusZero ? value : max;
        }

        return max;
    }

    /// <summary>The greatest magnitude; NaN if there is a NaN.</summary>
    public static float MaxMagnitude(ReadOnlySpan<float> x)
    {
        float max = 0;
        foreach (float value in x)
        {
            max = float.IsNaN(value) || float.IsNaN(max) ? float.NaN : Math.Abs(value) > max ? Math.Abs(value) : max;
        }

        return Lanes.Canonical(max);
    }

    /// <summary>The lowest index of the greatest value; the first NaN wins over all.</summary>
    public static int Argmax(ReadOnlySpan<float> x)
    {
        int best = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (float.IsNaN(x[i]))
            {
                return i;
            }

            best = x[i] > x[best] ? i : best;
        }

        return best;
    }
}
