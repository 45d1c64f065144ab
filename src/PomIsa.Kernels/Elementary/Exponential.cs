using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>e^x in f64 lanes with a proven error bound, and the parts it is made of; not itself a result.</summary>
/// <remarks>
/// x = k · ln 2 / 16 + r with k an integer and |r| ≤ ln 2 / 32, so e^x = 2^(k/16) · (1 + (e^r − 1)). Coefficients are
/// Sollya's <c>fpminimax</c> on that interval.
/// </remarks>
internal static class Exponential
{
    private const double SixteenOverLn2 = 23.083120654223414;
    private const double Ln2Over16 = 0.04332169878499658;

    // Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.
    private const double Rounder = 6755399441055744.0;

    /// <summary>The bits of 2^(i/16) less those that i adds where k is shifted into the exponent.</summary>
    private static ReadOnlySpan<double> Powers =>
    [
        1.0, 0.9908868912137069, 0.9827538663326288, 0.9756443173783458,
        0.9696035575013605, 0.964678906036742, 0.9609197773255048, 0.9583777734684463,
        0.9571067811865476, 0.9571630729697497, 0.9586054127039704, 0.9614951659746271,
        0.9658964152537145, 0.9718760801866497, 0.9795040432046712, 0.9888532806985737,
    ];

    /// <summary>e^x for |x| ≤ 120, relative error below 2^-45.2.</summary>
    /// <remarks>r is off by at most 2^-45.8 (k times the error of ln 2 / 16, one rounding of a product), e^r by 2^-47.3.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, IWide<T>
    {
        Split(x, out T power, out T r);
        T q = T.MultiplyAdd(T.Create(0.008333494556806938), r, T.Create(0.04166757367619459));
        T p = T.MultiplyAdd(T.Create(0.16666666663470098), r, T.Create(0.4999999998684123));
        T square = r * r;
        T excess = T.MultiplyAdd(T.MultiplyAdd(q, square, p), square, r);
        return T.MultiplyAdd(power, excess, power);
    }

    /// <summary>e^-x; all as of <see cref="Exp"/>, with −r in place of r and the signs that this asks for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpOfNegative<T>(T x)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(Rounder);
        T shifted = T.SubtractProduct(rounder, x, T.Create(SixteenOverLn2));
        T r = T.MultiplyAdd(shifted - rounder, T.Create(Ln2Over16), x);
        T power = Power(shifted);
        T q = T.SubtractProduct(T.Create(0.04166757367619459), T.Create(0.008333494556806938), r);
        T p = T.SubtractProduct(T.Create(0.4999999998684123), T.Create(0.16666666663470098), r);
        T square = r * r;
        T excess = T.SubtractProduct(r, T.MultiplyAdd(q, square, p), square);
        return T.SubtractProduct(power, power, excess);
    }

    /// <summary>e^x = power · (1 + excess) for |x| ≤ 120; power is 1 for |x| ≤ 0.0216 and the excess is then e^x − 1.</summary>
    /// <remarks>Relative error of the excess: 2^-50.1 and what r is off by, at most |x| · 2^-52.6.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Excess<T>(T x, out T power)
        where T : struct, IWide<T>
    {
        Split(x, out power, out T r);
        T square = r * r;
        T p = T.MultiplyAdd(T.Create(0.16666666664785085), r, T.Create(0.4999999999999989));
        T q = T.MultiplyAdd(T.Create(0.00833346294816910), r, T.Create(0.04166666674859937));
        q = T.MultiplyAdd(T.Create(0.0013888863126895134), square, q);
        return T.MultiplyAdd(T.MultiplyAdd(q, square, p), square, r);
    }

    /// <summary>2^x for |x| ≤ 160, relative error below 2^-47.2.</summary>
    /// <remarks>k/16 and r = x − k/16 are exact; 2^r is off by 2^-47.3.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2<T>(T x)
        where T : struct, IWide<T>
    {
        T shifted = x + T.Create(Rounder / 16);
        T r = x - (shifted - T.Create(Rounder / 16));
        T power = Power(shifted);
        T square = r * r;
        T c = T.MultiplyAdd(T.Create(0.0013333846837582563), r, T.Create(0.00961833854713934));
        T b = T.MultiplyAdd(T.Create(0.05550410864905011), r, T.Create(0.24022650689581850));
        T a = r * T.Create(0.6931471805599474);
        T excess = T.MultiplyAdd(T.MultiplyAdd(c, square, b), square, a);
        return T.MultiplyAdd(power, excess, power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split<T>(T x, out T power, out T r)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(Rounder);
        T shifted = T.MultiplyAdd(x, T.Create(SixteenOverLn2), rounder);
        r = T.SubtractProduct(x, shifted - rounder, T.Create(Ln2Over16));
        power = Power(shifted);
    }

    /// <summary>2^(k/16), k being in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Power<T>(T shifted)
        where T : struct, IWide<T> => T.AddBits(T.Lookup16(Powers, shifted), shifted << 48);
}
