using System.Numerics;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Elementary;

/// <summary>The elementary functions of spec/numerics.md, chapter 4: the f32 nearest to the exact real result.</summary>
internal static class Functions
{
    public static IReadOnlyDictionary<string, Func<F32, F32>> All { get; } = new Dictionary<string, Func<F32, F32>>
    {
        ["exp"] = Exp,
        ["exp2"] = Exp2,
        ["log"] = Log,
        ["log2"] = Log2,
        ["sigmoid"] = Sigmoid,
        ["silu"] = Silu,
        ["softplus"] = Softplus,
        ["tanh"] = Tanh,
        ["rsqrt"] = Rsqrt,
        ["erf"] = Erf,
        ["gelu"] = Gelu,
        ["gelu.tanh"] = GeluTanh,
        ["sin"] = Sin,
        ["cos"] = Cos,
    };

    // Beyond these the result is infinite or the argument's own limit anyway; a bound for the work, not for the result.
    private static readonly F32 Far = F32.Of(1000);

    public static F32 Exp(F32 x) => x.IsNaN ? F32.NaN
        : x.IsZero ? F32.One
        : IsFar(x) ? x.IsNegative ? F32.Zero : F32.Infinity
        : Ziv.Decide(false, p => p.Exp(p.Of(x)));

    public static F32 Exp2(F32 x)
    {
        if (x.IsNaN || IsFar(x))
        {
            return x.IsNaN ? F32.NaN : x.IsNegative ? F32.Zero : F32.Infinity;
        }

        BigInteger whole = Whole.ToWhole(x, Whole.Mode.Down);
        return F32.Compare(F32.Of((long)whole), x) == 0
            ? F32.Of(false, FloatFormat.Binary32.Round(UInt128.One, (int)whole))
            : Ziv.Decide(false, p => p.Exp(p.Multiply(p.Of(x), Ln2(p))));
    }

    public static F32 Log(F32 x) => LogLimit(x) is { } limit ? limit : Logarithm(x, p => p.Log(p.Of(x)));

    public static F32 Log2(F32 x)
    {
        if (LogLimit(x) is { } limit)
        {
            return limit;
        }

        int zeros = BitOperations.TrailingZeroCount(x.Significand);
        return x.Significand >> zeros == 1
            ? F32.Of(x.Exponent + zeros)
            : Logarithm(x, p => F32.Compare(x, F32.One) < 0 ? -p.Divide(-p.Log(p.Of(x)), Ln2(p)) : p.Divide(p.Log(p.Of(x)).Positive, Ln2(p)));
    }

    public static F32 Sigmoid(F32 x) => x.IsNaN ? F32.NaN
        : x.IsInfinite ? x.IsNegative ? F32.Zero : F32.One
        : x.IsZero ? F32.Parse("0.5")
        : Ziv.Decide(false, p => Sigmoid(p, p.Of(x)));

    public static F32 Silu(F32 x) => Gated(x, static (p, x) => p.Multiply(Sigmoid(p, p.Of(x)), p.Of(x.Abs)));

    public static F32 Softplus(F32 x) => x.IsNaN ? F32.NaN
        : x.IsInfinite ? x.IsNegative ? F32.Zero : x
        : Ziv.Decide(false, p =>
        {
            Interval low = p.Log(p.One + p.Exp(p.Of(-x.Abs)));
            return x.IsNegative ? low : low + p.Of(x);
        });

    public static F32 Tanh(F32 x) => x.IsNaN ? F32.NaN
        : x.IsInfinite ? F32.Of(x.IsNegative, F32.One.Bits)
        : x.IsZero ? x
        : Ziv.Decide(x.IsNegative, p =>
        {
            Interval u = p.Exp(Twice(p.Of(-x.Abs)));
            return p.Divide((p.One - u).Positive, p.One + u);
        });

    /// <summary>√(2^even / x) to enough places, and whether anything is left.</summary>
    public static F32 Rsqrt(F32 x)
    {
        if (x.IsNaN || x.IsZero || x.IsNegative || x.IsInfinite)
        {
            return x.IsZero ? F32.Of(x.IsNegative, F32.Infinity.Bits) : x.IsInfinite && !x.IsNegative ? F32.Zero : F32.NaN;
        }

        int even = 120 + (x.Exponent & 1);
        BigInteger power = BigInteger.One << even, root = Whole.SquareRoot(power / x.Significand);
        return new F32(FloatFormat.Binary32.Round((UInt128)root, -(even + x.Exponent) / 2, inexact: root * root * x.Significand != power));
    }

    public static F32 Erf(F32 x) => x.IsNaN ? F32.NaN
        : x.IsInfinite ? F32.Of(x.IsNegative, F32.One.Bits)
        : x.IsZero ? x
        : Ziv.Decide(x.IsNegative, p => Erf(p, x.Abs, 1));

    public static F32 Gelu(F32 x) => Gated(x, static (p, x) =>
    {
        Interval erf = Erf(p, x.Abs, 2), twice = p.Multiply(p.Of(x.Abs), x.IsNegative ? (p.One - erf).Positive : p.One + erf);
        return new Interval(twice.Low >> 1, (twice.High >> 1) + 1);
    });

    /// <summary>(1 + tanh z) / 2 is the sigmoid of 2z.</summary>
    public static F32 GeluTanh(F32 x) => Gated(x, static (p, x) =>
    {
        BigInteger one = p.Of(x.Abs).Low, cube = one * one * one * 44_715 / 1_000_000 >> (2 * p.Bits);
        Interval z = p.Multiply(p.RootOverPi(8), new Interval(one + cube - 1, one + cube + 2));
        return p.Multiply(Sigmoid(p, x.IsNegative ? -z : z), p.Of(x.Abs));
    });

    public static F32 Sin(F32 x) => !x.IsFinite ? F32.NaN : x.IsZero ? x : Angle(x, cosine: false);

    public static F32 Cos(F32 x) => !x.IsFinite ? F32.NaN : x.IsZero ? F32.One : Angle(x, cosine: true);

    private static F32 Angle(F32 x, bool cosine) => Signed(p => Series.Sine(p.Of(x).Low, p.Bits, cosine));

    /// <summary>Functions that are x times something between 0 and 1: x itself far above zero, −0 far below.</summary>
    private static F32 Gated(F32 x, Func<FixedPoint, F32, Interval> magnitude) => x.IsNaN ? F32.NaN
        : x.IsZero ? x
        : x.IsInfinite ? x.IsNegative ? F32.NegativeZero : x
        : Ziv.Decide(x.IsNegative, p => magnitude(p, x));

    private static F32? LogLimit(F32 x) => x.IsZero ? F32.NegativeInfinity
        : x.IsNaN || x.IsNegative ? F32.NaN
        : x.IsInfinite ? x
        : x == F32.One ? F32.Zero
        : null;

    private static F32 Logarithm(F32 x, Func<FixedPoint, Interval> log) =>
        F32.Compare(x, F32.One) < 0 ? Ziv.Decide(true, p => -log(p)) : Ziv.Decide(false, log);

    /// <summary>A result that is no f32 and not zero; its sign shows in the interval.</summary>
    private static F32 Signed(Func<FixedPoint, Interval> value)
    {
        bool negative = value(new FixedPoint(256)).High.Sign <= 0;
        return Ziv.Decide(negative, p => negative ? -value(p) : value(p));
    }

    private static Interval Sigmoid(FixedPoint p, Interval x)
    {
        bool negative = x.High.Sign <= 0;
        Interval u = p.Exp(negative ? x : -x).Positive;
        return p.Divide(negative ? u : p.One, p.One + u);
    }

    /// <summary>erf(x / √divisor) for x above zero, divisor 1 or 2.</summary>
    private static Interval Erf(FixedPoint p, F32 x, int divisor)
    {
        BigInteger one = p.Of(x).Low, square = (one * one >> p.Bits) / divisor;
        if (square >> p.Bits > p.Bits)
        {
            return new Interval(p.Unit - 1, p.Unit); // 1 - erf is below e^-square, less than half a unit
        }

        Interval low = Series.ErfCore(square, p.Bits), high = Series.ErfCore(square + 1, p.Bits), core = new(BigInteger.Min(low.Low, high.Low), BigInteger.Max(low.High, high.High));
        Interval value = p.Multiply(p.Multiply(p.RootOverPi(4 / divisor), p.Of(x)), core);
        return new Interval(BigInteger.Max(value.Low, 0), BigInteger.Min(value.High, p.Unit));
    }

    private static Interval Ln2(FixedPoint p) => new(Constants.Ln2(p.Bits) - 1, Constants.Ln2(p.Bits) + 1);

    private static Interval Twice(Interval x) => new(x.Low << 1, x.High << 1);

    private static bool IsFar(F32 x) => F32.Compare(x.Abs, Far) > 0;
}
