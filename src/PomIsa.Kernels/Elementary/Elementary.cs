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

    /// <summary>y = 1 / (1 + e^-x).</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Sigmoid>(x, y);

    /// <summary>y = x / (1 + e^-x), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Silu(ReadOnlySpan<float> x, Span<float> y) => Rounding.Map<Silu>(x, y);

    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static float Exp(float x) => Rounding.One<Exp>(x);

    /// <inheritdoc cref="Sigmoid(ReadOnlySpan{float}, Span{float})"/>
    public static float Sigmoid(float x) => Rounding.One<Sigmoid>(x);

    /// <inheritdoc cref="Silu(ReadOnlySpan{float}, Span{float})"/>
    public static float Silu(float x) => Rounding.One<Silu>(x);

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
}
