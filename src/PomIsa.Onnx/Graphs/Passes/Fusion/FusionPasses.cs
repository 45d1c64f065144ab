using System.Collections.Immutable;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>The fusions, in their order: operators of one node first, then formulas, then what surrounds them.</summary>
internal static class FusionPasses
{
    public static ImmutableArray<IGraphPass> All { get; } =
    [
        new NormOperatorSplit(),
        new ActivationOperatorSplit(),
        new LayerNormFusion(),
        new RmsNormFusion(),
        new NormScaleFusion(),
        ActivationFusion.Gelu,
        ActivationFusion.GeluTanh,
        ActivationFusion.Silu,
        new SoftplusFusion(),
        new LinearFusion(),
        new ReshapeSinking(),
        new LinearBiasFusion(),
        new LinearSplit(),
        new SwiGluFusion(),
    ];
}
