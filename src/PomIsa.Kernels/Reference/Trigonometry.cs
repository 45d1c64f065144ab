namespace PomIsa.Kernels.Reference;

/// <summary>sin and cos of an angle in radians, correctly rounded, one value at a time (spec/numerics.md, rule 5).</summary>
/// <remarks>
/// The angle is reduced exactly (Payne and Hanek, 1983): x · 2/π modulo 4 with 166 bits below the point. No f32 comes
/// nearer than 2^-32 to a multiple of π/2 that is not 0, so 2^-95 of relative error stays out of reach of a midpoint.
/// </remarks>
public static class Trigonometry
{
    /// <summary>Below this magnitude, less than π/4, nothing is reduced.</summary>
    private const double Small = 0.75;

    private static readonly DoubleDouble HalfPi = new(1.5707963267948966, 6.123233995736766e-17);

    /// <summary>sin x. sin(±0) = ±0, sin(±inf) = NaN.</summary>
    public static float Sin(float x) => !float.IsFinite(x) ? Lanes.Canonical(float.NaN) : x == 0 ? x : Pair(x, cosine: false).Round();

    /// <summary>cos x. cos(±0) = 1, cos(±inf) = NaN.</summary>
    public static float Cos(float x) => !float.IsFinite(x) ? Lanes.Canonical(float.NaN) : Pair(x, cosine: true).Round();

    /// <summary>sin x or cos x for a finite f32 x, relative error below 2^-95.</summary>
    internal static DoubleDouble Pair(double x, bool cosine)
    {
        double magnitude = Math.Abs(x);
        (int quadrant, DoubleDouble angle) = magnitude < Small ? (0, new(magnitude, 0)) : Reduce(magnitude);
        quadrant += cosine ? 1 : 0;
        DoubleDouble result = int.IsEvenInteger(quadrant) ? SinSeries(angle) : CosSeries(angle);
        bool negative = (quadrant & 2) != 0;
        return negative != (!cosine && x < 0) ? result * Series.MinusOne : result;
    }

    /// <summary>x as quadrant · π/2 + angle, |angle| ≤ π/4, for an f32 x ≥ ½.</summary>
    private static (int Quadrant, DoubleDouble Angle) Reduce(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023 - 23; // x = mantissa · 2^exponent, 24 bits
        ulong mantissa = ((ulong)bits & ((1UL << 52) - 1) | (1UL << 52)) >> 29;

        // The bits of 2/π with weights 2^(1-exponent) and less: higher ones give multiples of 4.
        ulong high = TwoOverPi.Window(exponent - 1);
        ulong middle = TwoOverPi.Window(exponent + 63);
        ulong low = TwoOverPi.Window(exponent + 127);
        ulong carry = Math.BigMul(mantissa, low, out low);
        UInt128 sum = ((UInt128)mantissa * middle) + carry;
        middle = (ulong)sum;
        high = (mantissa * high) + (ulong)(sum >> 64);

        // Two bits of quadrant, then the fraction, to be rounded: a half or more belongs to the next quadrant.
        int quadrant = (int)(high >> 62);
        bool up = ((high >> 61) & 1) != 0;
        ulong flip = up ? ulong.MaxValue : 0;
        ulong mask = (1UL << 62) - 1;
        DoubleDouble fraction = Fraction((high ^ flip) & mask, middle ^ flip, low ^ flip);
        DoubleDouble angle = fraction * HalfPi;
        return up ? (quadrant + 1, angle * Series.MinusOne) : (quadrant, angle);
    }

    /// <summary>192 bits, 190 of them below the point.</summary>
    private static DoubleDouble Fraction(ulong high, ulong middle, ulong low)
    {
        const double Unit = 1.0 / (1UL << 32);
        DoubleDouble sum = new((uint)low * Unit, 0);
        foreach (uint word in (ReadOnlySpan<uint>)[(uint)(low >> 32), (uint)middle, (uint)(middle >> 32), (uint)high])
        {
            sum += new DoubleDouble(word, 0);
            sum = new(sum.High * Unit, sum.Low * Unit);
        }

        sum += new DoubleDouble((uint)(high >> 32), 0);
        return new(sum.High * (4 * Unit), sum.Low * (4 * Unit));
    }

    /// <summary>The terms up to r^31/31!; what is left is below 2^-120 of the first for |r| ≤ π/4.</summary>
    private static DoubleDouble SinSeries(DoubleDouble r) => r * Alternating(r, 31);

    private static DoubleDouble CosSeries(DoubleDouble r) => Alternating(r, 30);

    /// <summary>1 − r²/(n−1)n·(…) down to the factor of the first term.</summary>
    private static DoubleDouble Alternating(DoubleDouble r, int last)
    {
        DoubleDouble minusSquare = r * r * Series.MinusOne;
        DoubleDouble sum = Series.One;
        for (int n = last; n >= 2; n -= 2)
        {
            sum = Series.One + (sum * minusSquare / new DoubleDouble(n * (n - 1), 0));
        }

        return sum;
    }
}
