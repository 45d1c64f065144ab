using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>An elementary function as the rounding loop of <see cref="Elementary"/> sees it.</summary>
internal interface IElementary
{
    /// <summary>The function in f64, relative error below 2^-46.</summary>
    /// <param name="x">The argument, not below −<see cref="Exponential.Far"/>.</param>
    /// <param name="clamped">The same, not above <see cref="Exponential.Far"/> either.</param>
    static abstract Vector512<double> Approximate(Vector512<double> x, Vector512<double> clamped);

    /// <summary>The correctly rounded result, slowly.</summary>
    static abstract float Decide(float x);
}

/// <summary>e^x in f64 lanes with a proven error bound; not itself a result.</summary>
internal static class Exponential
{
    /// <summary>Beyond this magnitude exp, sigmoid and silu round to what they are at it (silu above: to x).</summary>
    public const float Far = 120;

    private const double InverseLn2 = 1.4426950408889634;

    // ln 2 in two pieces: the first has 40 bits, so its product with k (8 bits) and the difference are exact.
    private const double Ln2High = 0.6931471805592082;
    private const double Ln2Low = 7.371002565167799e-13;

    // Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.
    private const double Rounder = 6755399441055744.0;

    /// <summary>e^x for |x| ≤ 120, as 2^k · e^r with |r| ≤ 0.3466.</summary>
    /// <remarks>
    /// Relative error: the series cut after r^11/11! leaves 2^-46.6; r is off by at most 2^-54, the evaluation by at
    /// most 2^-50, fused or not. Together below 2^-46.4.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        Vector512<double> rounder = Vector512.Create(Rounder);
        Vector512<double> shifted = MultiplyAdd(x, Vector512.Create(InverseLn2), rounder);
        Vector512<double> k = shifted - rounder;
        Vector512<double> r = MultiplyAdd(k, Vector512.Create(-Ln2High), x);
        r = MultiplyAdd(k, Vector512.Create(-Ln2Low), r);
        Vector512<double> r2 = r * r;
        Vector512<double> r4 = r2 * r2;
        Vector512<double> r8 = r4 * r4;
        Vector512<double> a = MultiplyAdd(Pair(1.0 / 2, 1.0 / 6, r), r2, Vector512<double>.One + r);
        Vector512<double> b = MultiplyAdd(Pair(1.0 / 720, 1.0 / 5040, r), r2, Pair(1.0 / 24, 1.0 / 120, r));
        Vector512<double> c = MultiplyAdd(
            Pair(1.0 / 3628800, 1.0 / 39916800, r), r2, Pair(1.0 / 40320, 1.0 / 362880, r));
        Vector512<double> series = MultiplyAdd(c, r8, MultiplyAdd(b, r4, a));
        return (series.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
    }

    /// <summary>constant + linear · r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pair(double constant, double linear, Vector512<double> r) =>
        MultiplyAdd(Vector512.Create(linear), r, Vector512.Create(constant));

    /// <summary>a·b + c, rounded once or twice: only for values whose error bound allows either.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) =>
        Avx512F.IsSupported || Fma.IsSupported || AdvSimd.Arm64.IsSupported ? Vector512.FusedMultiplyAdd(a, b, c) : (a * b) + c;
}

internal readonly struct ExpFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Approximate(Vector512<double> x, Vector512<double> clamped) => Exponential.Exp(clamped);

    public static float Decide(float x) => Reference.Elementary.Exp(x);
}

internal readonly struct SigmoidFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Approximate(Vector512<double> x, Vector512<double> clamped) =>
        Vector512<double>.One / (Vector512<double>.One + Exponential.Exp(-clamped));

    public static float Decide(float x) => Reference.Elementary.Sigmoid(x);
}

internal readonly struct SiluFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Approximate(Vector512<double> x, Vector512<double> clamped) =>
        x / (Vector512<double>.One + Exponential.Exp(-clamped));

    public static float Decide(float x) => Reference.Elementary.Silu(x);
}
