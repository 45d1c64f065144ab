using System.Numerics;

namespace PomIsa.Oracle.Elementary;

/// <summary>Two ends between which a real number lies, in units of 2^-bits of the <see cref="FixedPoint"/> that made it.</summary>
internal readonly record struct Interval(BigInteger Low, BigInteger High)
{
    public static Interval operator +(Interval a, Interval b) => new(a.Low + b.Low, a.High + b.High);

    public static Interval operator -(Interval a, Interval b) => new(a.Low - b.High, a.High - b.Low);

    public static Interval operator -(Interval a) => new(-a.High, -a.Low);

    /// <summary>Without what lies below zero, for numbers that are known not to.</summary>
    public Interval Positive => new(BigInteger.Max(Low, 0), BigInteger.Max(High, 0));
}
