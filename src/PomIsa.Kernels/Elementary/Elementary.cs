using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>Correctly rounded elementary functions (spec/numerics.md, section 4). Shapes: <c>x:[n] → y:[n]</c>; f32.</summary>
/// <remarks>
/// Each is the f32 nearest to the exact real result of the whole function, ties to even, the same on every processor
/// (<see cref="Rounding"/>). <c>y</c> may be <c>x</c> itself; no other overlap.
/// </remarks>
public static class Elementary
{
    /// <summary>y = e^x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Exp>(x, y);

    /// <summary>x = e^x of 16 values, part of a loop over them: if it is false they stay as they were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool TryExp16(float* x) => Rounding.TrySixteen<Exp>(ref *x, ref *x);

    /// <summary>y = x / (1 + e^-x) of 16 values, part of a loop over them: if it is false they are not written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool TrySilu16(float* x, float* y) => Rounding.TrySixteen<Silu>(ref *x, ref *y);

    /// <summary>y = 2^x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Exp2(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Exp2>(x, y);

    /// <summary>y = ln x; NaN below zero, -inf at both zeros.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Log(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Log>(x, y);

    /// <summary>y = log2 x; NaN below zero, -inf at both zeros.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Log2(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Log2>(x, y);

    /// <summary>y = 1 / (1 + e^-x).</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Sigmoid>(x, y);

    /// <summary>y = x / (1 + e^-x), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Silu(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Silu>(x, y);

    /// <summary>y = ln(1 + e^x), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Softplus(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Softplus>(x, y);

    /// <summary>y = (e^2x − 1) / (e^2x + 1).</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Tanh>(x, y);

    /// <summary>y = 1/√x; NaN below zero, ±inf at ±0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rsqrt(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Rsqrt>(x, y);

    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static float Exp(float x) => Rounding.One<Exp>(x);

    /// <inheritdoc cref="Exp2(ReadOnlySpan{float}, Span{float})"/>
    public static float Exp2(float x) => Rounding.One<Exp2>(x);

    /// <inheritdoc cref="Log(ReadOnlySpan{float}, Span{float})"/>
    public static float Log(float x) => Rounding.One<Log>(x);

    /// <inheritdoc cref="Log2(ReadOnlySpan{float}, Span{float})"/>
    public static float Log2(float x) => Rounding.One<Log2>(x);

    /// <inheritdoc cref="Sigmoid(ReadOnlySpan{float}, Span{float})"/>
    public static float Sigmoid(float x) => Rounding.One<Sigmoid>(x);

    /// <inheritdoc cref="Silu(ReadOnlySpan{float}, Span{float})"/>
    public static float Silu(float x) => Rounding.One<Silu>(x);

    /// <inheritdoc cref="Softplus(ReadOnlySpan{float}, Span{float})"/>
    public static float Softplus(float x) => Rounding.One<Softplus>(x);

    /// <inheritdoc cref="Tanh(ReadOnlySpan{float}, Span{float})"/>
    public static float Tanh(float x) => Rounding.One<Tanh>(x);

    /// <inheritdoc cref="Rsqrt(ReadOnlySpan{float}, Span{float})"/>
    public static float Rsqrt(float x) => Rounding.One<Rsqrt>(x);

    /// <summary>y = 2/√π · ∫ e^(-t²) dt from 0 to x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Erf>(x, y);

    /// <inheritdoc cref="Erf(ReadOnlySpan{float}, Span{float})"/>
    public static float Erf(float x) => Rounding.One<Erf>(x);

    /// <summary>y = x/2 · (1 + erf(x/√2)), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Gelu>(x, y);

    /// <inheritdoc cref="Gelu(ReadOnlySpan{float}, Span{float})"/>
    public static float Gelu(float x) => Rounding.One<Gelu>(x);

    /// <summary>y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void GeluTanh(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<GeluTanh>(x, y);

    /// <inheritdoc cref="GeluTanh(ReadOnlySpan{float}, Span{float})"/>
    public static float GeluTanh(float x) => Rounding.One<GeluTanh>(x);

    /// <summary>y = sin x, x in radians, reduced exactly however large.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sin(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Sin>(x, y);

    /// <inheritdoc cref="Sin(ReadOnlySpan{float}, Span{float})"/>
    public static float Sin(float x) => Rounding.One<Sin>(x);

    /// <summary>y = cos x, x in radians, reduced exactly however large.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Cos(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Cos>(x, y);

    /// <inheritdoc cref="Cos(ReadOnlySpan{float}, Span{float})"/>
    public static float Cos(float x) => Rounding.One<Cos>(x);

    /// <summary>z = x^y, with the special cases of IEEE 754-2019's <c>pow</c>. z may be x or y itself; no other overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Pow(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z) => PomIsa.Kernels.Pow.Map(x, y, z);

    /// <inheritdoc cref="Pow(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static float Pow(float x, float y)
    {
        float z = 0;
        Pow(new ReadOnlySpan<float>(in x), new ReadOnlySpan<float>(in y), new Span<float>(ref z));
        return z;
    }
}
