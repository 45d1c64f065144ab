using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Questions that patterns ask about values and nodes.</summary>
internal static class Pattern
{
    /// <summary>The node that makes a value, if it is that operator of ONNX's own; else null.</summary>
    public static GraphNode? MadeBy(this GraphValue? value, string op) => value?.Producer is { } node && node.Is(op) ? node : null;

    /// <summary>The node that makes a value, if it is that fused operator; else null.</summary>
    public static GraphNode? MadeByFused(this GraphValue? value, string op) => value?.Producer is { } node && node.Is(FusedOperators.Domain, op) ? node : null;

    /// <summary>Nodes that read a value and are that operator, each once.</summary>
    public static GraphNode[] ReadBy(this GraphValue value, string op) => [.. value.Users.Distinct().Where(u => u.Is(op))];

    /// <summary>The other operand of a node of two, whichever of them <paramref name="one"/> is; null where it is neither.</summary>
    public static GraphValue? Partner(this GraphNode node, GraphValue one) =>
        node.Inputs is [{ } a, { } b] ? a == one ? b : b == one ? a : null : null;

    /// <summary>What a cast from a narrower floating-point type widens, which loses nothing; else the value itself.</summary>
    public static GraphValue Narrow(this GraphValue value) =>
        value.MadeBy("Cast") is { } cast && cast.Input(0) is { Type: OnnxType.Float16 or OnnxType.BFloat16 } from && OnnxTypes.IsFloat(value.Type) ? from : value;

    /// <summary>A value and what casts make of it in other floating-point types.</summary>
    public static IEnumerable<GraphValue> WithCasts(this GraphValue value) =>
        value.ReadBy("Cast").Select(static c => c.Output(0)).OfType<GraphValue>().Where(static v => OnnxTypes.IsFloat(v.Type)).Prepend(value);

    /// <summary>Whether a value is one known number.</summary>
    public static bool Is(this GraphValue? value, double number, double relative = 1e-6) =>
        value?.Scalar is { } known && Math.Abs(known - number) <= relative * Math.Abs(number);

    /// <summary>Whether a reduction goes over the last axis alone and leaves it as 1.</summary>
    public static bool IsOverLastAxis(this GraphNode reduce)
    {
        long[]? axes = reduce.Ints("axes") ?? reduce.Input(1)?.Integers;
        int rank = reduce.Input(0)?.Rank ?? -1;
        return axes is [var axis] && (axis == -1 || (rank > 0 && axis == rank - 1)) && reduce.Int("keepdims", 1) != 0;
    }

    /// <summary>The last dimension, if it is a number above 0; else null.</summary>
    public static int? Width(this GraphValue value) => value.Rank > 0 && value.Shape[^1] is { IsNumber: true, Number: > 0 } last ? (int)last.Number : null;

    /// <summary>Whether two values have the same shape; true also where one of them is not known, false where one is omitted.</summary>
    public static bool HasShapeOf(this GraphValue? value, GraphValue? other) => value is not null && other is not null && (!value.HasShape || !other.HasShape || value.Shape.SequenceEqual(other.Shape));

    /// <summary>Why a value is no vector that scales the last axis of another one, or null where it is one.</summary>
    public static string? WhyNoVector(this GraphValue? vector, GraphValue? of, string what)
    {
        return vector is null || of is null ? $"the {what} is omitted, or what it scales"
            : vector.Constant is not { } known ? $"the {what} '{vector.Name}' is not a constant"
            : !OnnxTypes.IsFloat(known.Type) ? $"the {what} '{vector.Name}' is {OnnxTypes.NameOf(known.Type)}"
            : of.Width() is not { } width ? $"the last dimension of '{of.Name}' is not known"
            : known.Shape.Length == 0 || known.Shape[^1] != width || known.Length != width || known.Shape.Length > of.Rank
                ? $"the {what} '{vector.Name}' has shape [{string.Join(", ", known.Shape)}] and not [{width}]"
            : null;
    }

    /// <summary>A constant of shape <c>[D]</c> with the elements of one of shape <c>[1,…,D]</c>.</summary>
    public static GraphValue AsVector(this Graph graph, GraphValue constant)
    {
        KnownTensor known = constant.Constant!;
        return known.Shape.Length == 1 ? constant
            : graph.Constant(constant.Name + "/vector", new KnownTensor(known.Type, [known.Shape[^1]], () => known.Read() with { Shape = [known.Shape[^1]] }));
    }
}
