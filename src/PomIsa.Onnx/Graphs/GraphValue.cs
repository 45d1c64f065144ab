using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs;

/// <summary>A tensor of a graph: what is known of it, who makes it, who reads it.</summary>
/// <param name="name">Unique in its graph.</param>
internal sealed class GraphValue(string name)
{
    private readonly List<GraphNode> _users = [];

    public string Name => name;

    /// <summary>Element type; <see cref="OnnxType.None"/> while it is not known.</summary>
    public OnnxType Type { get; set; }

    /// <summary>Dimensions as formulas; default while they are not known.</summary>
    public ImmutableArray<Size> Shape { get; set; }

    /// <summary>Elements as formulas, row-major, of a small integer tensor that shapes are computed with; default while they are not known.</summary>
    public ImmutableArray<Size> Elements { get; set; }

    /// <summary>The tensor, if it is known when the model is compiled.</summary>
    public KnownTensor? Constant { get; private set; }

    /// <summary>The node that makes it; null of an input or a constant.</summary>
    public GraphNode? Producer { get; internal set; }

    /// <summary>Nodes that read it, one entry for each place where they do; subgraphs count too.</summary>
    public IReadOnlyList<GraphNode> Users => _users;

    public bool IsConstant => Constant is not null;

    public bool HasShape => !Shape.IsDefault;

    /// <summary>Number of dimensions, or -1.</summary>
    public int Rank => HasShape ? Shape.Length : -1;

    /// <summary>Whether the dimensions are known and all numbers.</summary>
    public bool HasNumbers => HasShape && Shape.All(static d => d.IsNumber);

    /// <summary>The elements of a small known tensor of whole numbers, else null.</summary>
    public long[]? Integers => Constant is { IsSmall: true } known && !OnnxTypes.IsFloat(known.Type) ? known.Read().ToInt64()
        : !Elements.IsDefault && Elements.All(static s => s.IsNumber) ? [.. Elements.Select(static s => s.Number)]
        : null;

    /// <summary>The one element of a known floating-point tensor that has one, else null.</summary>
    public float? Scalar => Constant is { Length: 1 } known && OnnxTypes.IsFloat(known.Type) ? known.Read().ToFloat()[0] : null;

    public override string ToString() =>
        $"{name}: {(Type == OnnxType.None ? "?" : OnnxTypes.NameOf(Type))}[{(HasShape ? string.Join(", ", Shape) : "?")}]";

    /// <summary>From now on the elements are known.</summary>
    internal void MakeConstant(KnownTensor tensor)
    {
        (Constant, Type, Shape, Elements) = (tensor, tensor.Type, [.. tensor.Shape.Select(static d => Size.Of(d))], default);
    }

    internal void AddUser(GraphNode node) => _users.Add(node);

    internal void RemoveUser(GraphNode node) => _users.Remove(node);
}
