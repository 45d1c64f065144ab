using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Correctly rounded elementary functions (spec/numerics.md, rule 5). Shapes: <c>x:[n] → y:[n]</c>; f32.</summary>
/// <remarks>
/// Evaluated in f64 with a relative error below 2^-46 (see <see cref="Exponential"/>), then rounded by Ziv's
/// test: where y(1 − 2^-45) and y(1 + 2^-45) round to one f32, that is the result; else, about once in a million
/// values, <see cref="Reference.Elementary"/> decides. So an f64 fused multiply-add may be used or not: the bits
/// cannot depend on it. <c>y</c> may be <c>x</c> itself; no other overlap.
/// </remarks>
public static class Elementary
{
    /// <summary>y = e^x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Map<ExpFunction>(x, y);

    /// <summary>y = 1 / (1 + e^-x).</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Map<SigmoidFunction>(x, y);

    /// <summary>y = x / (1 + e^-x), rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Silu(ReadOnlySpan<float> x, Span<float> y) => Map<SiluFunction>(x, y);

    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static float Exp(float x) => Evaluate<ExpFunction>(Vector512.Create(x)).ToScalar();

    /// <inheritdoc cref="Sigmoid(ReadOnlySpan{float}, Span{float})"/>
    public static float Sigmoid(float x) => Evaluate<SigmoidFunction>(Vector512.Create(x)).ToScalar();

    /// <inheritdoc cref="Silu(ReadOnlySpan{float}, Span{float})"/>
    public static float Silu(float x) => Evaluate<SiluFunction>(Vector512.Create(x)).ToScalar();

    /// <summary>e^x in 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Exp(Vector512<float> x) => Evaluate<ExpFunction>(x);

    private static void Map<T>(ReadOnlySpan<float> x, Span<float> y)
        where T : struct, IElementary
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"x has {x.Length} values and y {y.Length}.", nameof(y));
        }

        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Evaluate<T>(Vector512.Create(x.Slice(i, Lanes.Count))).CopyTo(y[i..]);
        }

        if (i < x.Length)
        {
            Lanes.Store(Evaluate<T>(Lanes.Load(x[i..])), y[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Evaluate<T>(Vector512<float> x)
        where T : struct, IElementary
    {
        const double Bound = 1.0 / (1L << 45);
        Vector512<float> far = Vector512.Create(Exponential.Far);
        Vector512<float> near = Vector512.ConditionalSelect(Vector512.LessThan(x, -far), -far, x);
        Vector512<float> both = Vector512.ConditionalSelect(Vector512.GreaterThan(near, far), far, near);
        Vector512<double> low = T.Approximate(Vector512.WidenLower(near), Vector512.WidenLower(both));
        Vector512<double> high = T.Approximate(Vector512.WidenUpper(near), Vector512.WidenUpper(both));
        Vector512<double> less = Vector512.Create(1 - Bound);
        Vector512<double> more = Vector512.Create(1 + Bound);
        Vector512<float> below = Vector512.Narrow(low * less, high * less);
        Vector512<float> above = Vector512.Narrow(low * more, high * more);
        return Vector512.EqualsAll(below.AsInt32(), above.AsInt32()) && Vector512.EqualsAll(x, x)
            ? below
            : Decide<T>(x, below, above);
    }

    /// <summary>The lanes where the two roundings differ, and NaN, go to the reference.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> Decide<T>(Vector512<float> x, Vector512<float> below, Vector512<float> above)
        where T : struct, IElementary
    {
        Span<float> result = stackalloc float[Lanes.Count];
        below.CopyTo(result);
        for (int lane = 0; lane < Lanes.Count; lane++)
        {
            float value = x.GetElement(lane);
            if (float.IsNaN(value) || below.GetElement(lane) != above.GetElement(lane))
            {
                result[lane] = T.Decide(value);
            }
        }

        return Vector512.Create<float>(result);
    }
}
