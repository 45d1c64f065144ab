namespace PomIsa.Kernels.Reference;

/// <summary>An unevaluated sum of two f64, about 106 bits; magnitudes here stay within 2^±200.</summary>
/// <remarks>
/// Products are split by Veltkamp's constant rather than by a fused multiply-add, so that the bits do not
/// depend on the processor. Each operation's relative error is below 2^-100.
/// </remarks>
/// <param name="High">The value rounded to f64.</param>
/// <param name="Low">The rest, at most half an ulp of <paramref name="High"/>.</param>
internal readonly record struct DoubleDouble(double High, double Low)
{
    private const double Splitter = 134217729.0; // 2^27 + 1

    public static DoubleDouble Sum(double a, double b)
    {
        double sum = a + b;
        double bPart = sum - a;
        return new(sum, (a - (sum - bPart)) + (b - bPart));
    }

    public static DoubleDouble Product(double a, double b)
    {
        double product = a * b;
        (double aHigh, double aLow) = Split(a);
        (double bHigh, double bLow) = Split(b);
        return new(product, ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow);
    }

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble high = Sum(a.High, b.High);
        DoubleDouble low = Sum(a.Low, b.Low);
        DoubleDouble first = Normal(high.High, high.Low + low.High);
        return Normal(first.High, first.Low + low.Low);
    }

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble product = Product(a.High, b.High);
        return Normal(product.High, product.Low + (a.High * b.Low + a.Low * b.High));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double first = a.High / b.High;
        DoubleDouble rest = a + b * new DoubleDouble(-first, 0);
        double second = rest.High / b.High;
        rest += b * new DoubleDouble(-second, 0);
        double third = rest.High / b.High;
        return Normal(first, second) + new DoubleDouble(third, 0);
    }

    /// <summary>Times 2^<paramref name="exponent"/>, exactly, for exponents in ±250.</summary>
    public DoubleDouble Scale(int exponent)
    {
        double power = BitConverter.Int64BitsToDouble((long)(1023 + exponent) << 52);
        return new(High * power, Low * power);
    }

    /// <summary>The nearest f32, ties to even: rounded to odd in f64 first, so that rounding counts once.</summary>
    public float Round() => (float)SoftwareFma.ToOdd(High, Low);

    private static DoubleDouble Normal(double high, double low)
    {
        double sum = high + low;
        return new(sum, low - (sum - high));
    }

    private static (double High, double Low) Split(double value)
    {
        double scaled = Splitter * value;
        double high = scaled - (scaled - value);
        return (high, value - high);
    }
}
