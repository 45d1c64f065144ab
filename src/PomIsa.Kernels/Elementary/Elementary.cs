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
}
