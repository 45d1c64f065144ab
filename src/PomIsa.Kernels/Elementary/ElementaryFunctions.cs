using System.Collections.Immutable;

namespace PomIsa.Kernels;

/// <summary>Shapes: <c>x:[n] → y:[n]</c>; f32.</summary>
public delegate void SpanFunction(ReadOnlySpan<float> x, Span<float> y);

/// <summary>One elementary function.</summary>
/// <param name="Name">Its mnemonic.</param>
/// <param name="Apply">The fast path.</param>
/// <param name="Reference">What each value must be, bit for bit.</param>
public sealed record ElementaryFunction(string Name, SpanFunction Apply, Func<float, float> Reference);

/// <summary>All elementary functions of one argument: whoever tests, times or offers them reads this list.</summary>
public static class ElementaryFunctions
{
    public static ImmutableArray<ElementaryFunction> All { get; } =
    [
        new("exp", Elementary.Exp, Reference.Elementary.Exp),
        new("exp2", Elementary.Exp2, Reference.Elementary.Exp2),
        new("log", Elementary.Log, Reference.Elementary.Log),
        new("log2", Elementary.Log2, Reference.Elementary.Log2),
        new("sigmoid", Elementary.Sigmoid, Reference.Elementary.Sigmoid),
        new("silu", Elementary.Silu, Reference.Elementary.Silu),
        new("softplus", Elementary.Softplus, Reference.Elementary.Softplus),
        new("tanh", Elementary.Tanh, Reference.Elementary.Tanh),
        new("rsqrt", Elementary.Rsqrt, Reference.Elementary.Rsqrt),
        new("erf", Elementary.Erf, Reference.NormalDistribution.Erf),
        new("gelu", Elementary.Gelu, Reference.NormalDistribution.Gelu),
        new("gelu.tanh", Elementary.GeluTanh, Reference.GeluTanh.Gelu),
        new("sin", Elementary.Sin, Reference.Trigonometry.Sin),
        new("cos", Elementary.Cos, Reference.Trigonometry.Cos),
    ];
}
