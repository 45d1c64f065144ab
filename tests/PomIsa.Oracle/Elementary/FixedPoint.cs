using System.Numerics;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Elementary;

/// <summary>Interval arithmetic with so many bits behind the point. Every result encloses the exact one.</summary>
internal sealed class FixedPoint(int bits)
{
    public int Bits => bits;

    public BigInteger Unit { get; } = BigInteger.One << bits;

    public Interval One => Of(Unit);

    /// <summary>A finite f32, exactly: so bits are at least 149.</summary>
    public Interval Of(F32 x)
    {
        BigInteger magnitude = (BigInteger)x.Significand << (x.Exponent + bits);
        return Of(x.IsNegative ? -magnitude : magnitude);
    }

    public static Interval Of(BigInteger value) => new(value, value);

    public Interval Multiply(Interval a, Interval b)
    {
        BigInteger[] ends = [a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High];
        return new Interval(ends.Min() >> bits, (ends.Max() >> bits) + 1);
    }

    /// <summary>a / b for a from 0 and b above 0.</summary>
    public Interval Divide(Interval a, Interval b) => new((a.Low << bits) / b.High, ((a.High << bits) / b.Low) + 1);

    public Interval Exp(Interval x) => x.Low == x.High
        ? Series.Exp(x.Low, bits)
        : new Interval(Series.Exp(x.Low, bits).Low, Series.Exp(x.High, bits).High);

    /// <summary>ln x for x above 0.</summary>
    public Interval Log(Interval x) => x.Low == x.High
        ? Series.Log(x.Low, bits)
        : new Interval(Series.Log(x.Low, bits).Low, Series.Log(x.High, bits).High);

    /// <summary>√(a / π) for a whole number a.</summary>
    public Interval RootOverPi(int a)
    {
        BigInteger root = Whole.SquareRoot(((BigInteger)a << (3 * bits)) / Constants.Pi(bits));
        return new Interval(root - 2, root + 2);
    }
}
