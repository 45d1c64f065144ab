namespace PomIsa.Kernels.Reference;

/// <summary>e^v and ln m in pairs of f64, for the functions that need them as a step.</summary>
/// <remarks>Terms of a series that are below 2^-55 of the first are summed in f64: their error is below 2^-107 of it.</remarks>
internal static class Series
{
    /// <summary>The greatest magnitude for <see cref="Excess"/>: a little more than half of ln 2.</summary>
    public const double ExcessFar = 0.347;

    private const double InverseLn2 = 1.4426950408889634;

    // Adding 1.5·2^52 leaves an integer in the low bits. To convert it is a choice of instructions that code compiled ahead of time leaves open.
    private const double Rounder = 6755399441055744.0;

    // ln 2 in three pieces; the first two have 40 bits, so that their products with k are exact.
    private const double Ln2High = 0.6931471805592082;
    private const double Ln2Middle = 7.371002565161996e-13;
    private const double Ln2Low = 5.8029889835956905e-25;

    public static readonly DoubleDouble One = new(1, 0);
    public static readonly DoubleDouble MinusOne = new(-1, 0);
    public static readonly DoubleDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    private static readonly DoubleDouble[] InverseFactorials = InverseFactorialsUpTo(24);
    private static readonly DoubleDouble[] InverseOdds = FirstInverseOdds(23);

    /// <summary>e^v for |v| ≤ 170, relative error below 2^-95: 2^k · e^r with |r| at most ln 2 / 2 (and an ulp of v).</summary>
    public static DoubleDouble Exp(DoubleDouble v)
    {
        double k = Math.Floor((v.High * InverseLn2) + 0.5);
        DoubleDouble r = DoubleDouble.Sum(v.High - (k * Ln2High), -(k * Ln2Middle));
        r += DoubleDouble.Sum(v.Low, -(k * Ln2Low));
        return (One + Excess(r)).Scale((int)BitConverter.DoubleToInt64Bits(k + Rounder));
    }

    /// <summary>e^r − 1 for |r| ≤ <see cref="ExcessFar"/>; the series cut at r^24/24! leaves less than 2^-118 of it.</summary>
    public static DoubleDouble Excess(DoubleDouble r)
    {
        double small = 0;
        for (int n = 24; n >= 15; n--)
        {
            small = InverseFactorials[n].High + (r.High * small);
        }

        var series = new DoubleDouble(small, 0);
        for (int n = 14; n >= 1; n--)
        {
            series = InverseFactorials[n] + (r * series);
        }

        return r * series;
    }

    /// <summary>ln x for an f64 with at most 26 significant bits and x &gt; 0; relative error below 2^-94.</summary>
    /// <remarks>x = 2^k · m. Where k is not 0 the sum is at least half of k · ln 2.</remarks>
    public static DoubleDouble Log(double x)
    {
        (int k, DoubleDouble fraction) = Split(x);
        return DoubleDouble.Sum(k * Ln2High, k * Ln2Middle) + new DoubleDouble(k * Ln2Low, 0) + fraction;
    }

    /// <summary>log2 x, for the same x with the same error; exact for powers of two.</summary>
    public static DoubleDouble Log2(double x)
    {
        (int k, DoubleDouble fraction) = Split(x);
        return new DoubleDouble(k, 0) + (fraction / Ln2);
    }

    /// <summary>ln(1 + v) for 0 ≤ v ≤ 1, relative error below 2^-94.</summary>
    public static DoubleDouble Log1p(DoubleDouble v) => v.High < 0.42
        ? TwiceArtanh(v / (v + new DoubleDouble(2, 0)))
        : Ln2 + TwiceArtanh((v + MinusOne) / (v + new DoubleDouble(3, 0)));

    /// <summary>k and ln m, x = 2^k · m with m in [0.70, 1.42).</summary>
    private static (int Exponent, DoubleDouble Fraction) Split(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        const long Low = 0x3fe6a09e_00000000; // just below the square root of 1/2
        int k = (int)((bits - Low) >> 52);
        double m = BitConverter.Int64BitsToDouble(bits - ((long)k << 52));
        return (k, TwiceArtanh(DoubleDouble.Sum(m, -1) / DoubleDouble.Sum(m, 1)));
    }

    /// <summary>2 artanh s = ln((1 + s)/(1 − s)) for |s| ≤ 0.1736; the series cut at s^45/45 leaves less than 2^-119 of it.</summary>
    private static DoubleDouble TwiceArtanh(DoubleDouble s)
    {
        DoubleDouble square = s * s;
        double small = 0;
        for (int n = 22; n >= 11; n--)
        {
            small = InverseOdds[n].High + (square.High * small);
        }

        var series = new DoubleDouble(small, 0);
        for (int n = 10; n >= 0; n--)
        {
            series = InverseOdds[n] + (square * series);
        }

        return s * series * new DoubleDouble(2, 0);
    }

    private static DoubleDouble[] InverseFactorialsUpTo(int last)
    {
        var values = new DoubleDouble[last + 1];
        values[0] = One;
        for (int n = 1; n <= last; n++)
        {
            values[n] = values[n - 1] / new DoubleDouble(n, 0);
        }

        return values;
    }

    private static DoubleDouble[] FirstInverseOdds(int count)
    {
        var values = new DoubleDouble[count];
        for (int n = 0; n < count; n++)
        {
            values[n] = One / new DoubleDouble((2 * n) + 1, 0);
        }

        return values;
    }
}
