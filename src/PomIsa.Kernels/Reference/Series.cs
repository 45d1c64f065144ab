namespace PomIsa.Kernels.Reference;

/// <summary>e^v and ln m in pairs of f64, for the functions that need them as a step.</summary>
internal static class Series
{
    private const double InverseLn2 = 1.4426950408889634;

    // ln 2 in three pieces; the first two have 40 bits, so that their products with k are exact.
    private const double Ln2High = 0.6931471805592082;
    private const double Ln2Middle = 7.371002565161996e-13;
    private const double Ln2Low = 5.8029889835956905e-25;

    public static readonly DoubleDouble One = new(1, 0);
    public static readonly DoubleDouble MinusOne = new(-1, 0);

    /// <summary>e^v for |v| ≤ 170, relative error below 2^-95.</summary>
    /// <remarks>2^k · e^r with |r| at most ln 2 / 2 (and an ulp of v); the series cut at r^24/24! leaves less than 2^-120.</remarks>
    public static DoubleDouble Exp(DoubleDouble v)
    {
        double k = Math.Floor((v.High * InverseLn2) + 0.5);
        DoubleDouble r = DoubleDouble.Sum(v.High - (k * Ln2High), -(k * Ln2Middle));
        r += DoubleDouble.Sum(v.Low, -(k * Ln2Low));
        DoubleDouble series = One;
        for (int n = 24; n >= 1; n--)
        {
            series = One + (r * series / new DoubleDouble(n, 0));
        }

        return series.Scale((int)k);
    }

    /// <summary>ln x for an f64 with at most 26 significant bits and x &gt; 0; relative error below 2^-94.</summary>
    /// <remarks>
    /// x = 2^k · m with m in [0.70, 1.42): k · ln 2 + 2 artanh s, s = (m − 1)/(m + 1), |s| &lt; 0.1716. The series cut at
    /// s^45/45 leaves less than 2^-119 of its first term. Where k is not 0 the sum is at least half of k · ln 2.
    /// </remarks>
    public static DoubleDouble Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        const long Low = 0x3fe6a09e_00000000; // just below the square root of 1/2
        int k = (int)((bits - Low) >> 52);
        double m = BitConverter.Int64BitsToDouble(bits - ((long)k << 52));
        DoubleDouble s = DoubleDouble.Sum(m, -1) / DoubleDouble.Sum(m, 1);
        DoubleDouble square = s * s;
        DoubleDouble series = One / new DoubleDouble(45, 0);
        for (int n = 43; n >= 1; n -= 2)
        {
            series = (One / new DoubleDouble(n, 0)) + (square * series);
        }

        DoubleDouble shift = DoubleDouble.Sum(k * Ln2High, k * Ln2Middle) + new DoubleDouble(k * Ln2Low, 0);
        return shift + (s * series * new DoubleDouble(2, 0));
    }
}
