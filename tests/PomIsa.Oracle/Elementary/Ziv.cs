using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Elementary;

/// <summary>More and more bits until both ends of the enclosing interval round to one f32.</summary>
internal static class Ziv
{
    private static readonly FixedPoint[] Precisions = [new(192), new(384), new(768), new(1536), new(3072)];

    /// <summary>The f32 nearest to a magnitude that is neither an f32 nor midway between two, with a sign.</summary>
    public static F32 Decide(bool negative, Func<FixedPoint, Interval> magnitude)
    {
        foreach (FixedPoint point in Precisions)
        {
            Interval exact = magnitude(point).Positive;
            uint low = FloatFormat.Binary32.Round(exact.Low, -point.Bits), high = FloatFormat.Binary32.Round(exact.High, -point.Bits);
            if (low == high)
            {
                return F32.Of(negative, low);
            }
        }

        throw new InvalidOperationException($"{Precisions[^1].Bits} bits do not decide");
    }
}
