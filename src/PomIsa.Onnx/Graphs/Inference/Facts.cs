using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>One node while a rule is at it: what is known of its inputs, and what the rule says of its outputs.</summary>
internal sealed class Facts
{
    /// <summary>Elements up to which a tensor is followed element by element.</summary>
    public const int MostElements = 1024;

    private readonly Dictionary<int, (OnnxType Type, ImmutableArray<Size> Shape, ImmutableArray<Size> Elements)> _told = [];

    private readonly Graph _graph;

    public Facts(Graph graph, GraphNode node) => (_graph, Node) = (graph, node);

    public GraphNode Node { get; }

    public int Opset => Node.Opset;

    /// <summary>What the rule said, by index of the output.</summary>
    public IReadOnlyDictionary<int, (OnnxType Type, ImmutableArray<Size> Shape, ImmutableArray<Size> Elements)> Told => _told;

    public bool Has(int input) => Node.Input(input) is not null;

    public bool HasAttribute(string name) => Node.Attributes.ContainsKey(name);

    /// <summary>Element type of an input, or None.</summary>
    public OnnxType Type(int input) => Node.Input(input)?.Type ?? OnnxType.None;

    /// <summary>Dimensions of an input; default where they are not known.</summary>
    public ImmutableArray<Size> Shape(int input) => Node.Input(input) is { } value ? value.Shape : default;

    /// <summary>Whether the dimensions of an input are known.</summary>
    public bool Knows(int input) => Node.Input(input) is { HasShape: true };

    /// <summary>Number of dimensions of an input, or -1.</summary>
    public int Rank(int input) => Node.Input(input)?.Rank ?? -1;

    /// <summary>Elements of a small integer or boolean input; default where they are not known.</summary>
    public ImmutableArray<Size> Elements(int input)
    {
        if (Node.Input(input) is not { } value || OnnxTypes.IsFloat(value.Type) || value.Type is OnnxType.UInt64 or OnnxType.None)
        {
            return default;
        }

        return value.Constant is { } known ? known.Length <= MostElements ? [.. known.Read().ToInt64().Select(Size.Of)] : default : value.Elements;
    }

    /// <summary>The elements where all are numbers, else null.</summary>
    public long[]? Numbers(int input)
    {
        ImmutableArray<Size> elements = Elements(input);
        return elements.IsDefault || !elements.All(static e => e.IsNumber) ? null : [.. elements.Select(static e => e.Number)];
    }

    /// <summary>The one element of an input that has one, else null.</summary>
    public Size? Single(int input) => Elements(input) is { IsDefault: false, Length: 1 } one ? one[0] : null;

    /// <summary>Axes that stand in an attribute before a version and in an input from it on. False where they are there and not known; null where there are none.</summary>
    public bool TryAxes(int since, int input, out long[]? axes)
    {
        axes = Opset < since ? Node.Ints("axes") : Numbers(input);
        return Opset < since || !Has(input) || axes is not null;
    }

    /// <summary>An axis counted from the end where it is negative.</summary>
    public static int Axis(long axis, int rank) => Lowering.NodeContext.Axis(axis, rank);

    /// <summary>Says what an output is.</summary>
    public void Output(int output, OnnxType type, ImmutableArray<Size> shape = default, ImmutableArray<Size> elements = default) =>
        _told[output] = (type, shape, elements);

    /// <summary>A dimension of an output that nothing is known of.</summary>
    public Size Unknown(int output, int axis) => Size.Unknown($"{Node.Output(output)?.Name}.{axis}");

    /// <summary>Dimensions of an output of which only the number is known.</summary>
    public ImmutableArray<Size> Unknowns(int output, int rank) => rank is < 0 or > 64 ? default : [.. Enumerable.Range(0, rank).Select(i => Unknown(output, i))];

    /// <summary>What shapes broadcast to, as dimensions of an output; default where one is not known.</summary>
    public ImmutableArray<Size> Broadcast(int output, params ReadOnlySpan<ImmutableArray<Size>> shapes)
    {
        int rank = 0;
        foreach (ImmutableArray<Size> shape in shapes)
        {
            if (shape.IsDefault)
            {
                return default;
            }

            rank = Math.Max(rank, shape.Length);
        }

        Learn(rank, shapes);
        var result = new Size[rank];
        for (int i = 1; i <= rank; i++)
        {
            Size dim = Size.One;
            foreach (ImmutableArray<Size> shape in shapes)
            {
                dim = i > shape.Length ? dim : Joined(dim, shape[^i].Within(_graph.Bounds)) ?? Unknown(output, rank - i);
            }

            result[^i] = dim;
        }

        return [.. result];
    }

    /// <summary>A size and its minimum with a number above 1 broadcast only where they are equal.</summary>
    private void Learn(int rank, ReadOnlySpan<ImmutableArray<Size>> shapes)
    {
        const int MostBounds = 16;
        for (int i = 1; i <= rank; i++)
        {
            foreach (ImmutableArray<Size> a in shapes)
            {
                foreach (ImmutableArray<Size> b in shapes)
                {
                    if (i <= a.Length && i <= b.Length && a[^i].IsClampOf(b[^i], out long most) && most > 1 && _graph.Bounds.Count < MostBounds && !_graph.Bounds.Contains((b[^i], most)))
                    {
                        _graph.Bounds.Add((b[^i], most));
                    }
                }
            }
        }
    }

    /// <summary>What two dimensions broadcast to: they are equal, or one is 1. Null where that does not tell.</summary>
    public static Size? Joined(Size a, Size b)
    {
        if (a.Equals(b) || b.Equals(Size.One))
        {
            return a;
        }

        return a.Equals(Size.One) ? b
            : a.IsNumber && b.IsNumber ? throw new OnnxException($"{a} and {b} do not broadcast")
            : a.IsNumber ? a
            : b.IsNumber ? b
            : null;
    }

    /// <summary>Bounds of a formula whatever its sizes are, given what valid runs keep to.</summary>
    public (Int128 Least, Int128 Most) Range(Size size)
    {
        (Int128 least, Int128 most) = size.Range;
        foreach ((Size bounded, long bound) in _graph.Bounds)
        {
            most = Int128.Min(most, (size - bounded).Range.Most + bound);
            least = Int128.Max(least, (size + bounded).Range.Least - bound);
        }

        return (least, most);
    }

    /// <summary>The least and the greatest element of an input that counts from one to the next, whatever its shape; null where it is nothing of the kind.</summary>
    public (Size Least, Size Most)? Counted(int input)
    {
        const int Longest = 16;
        GraphValue? value = Node.Input(input);
        for (int i = 0; i < Longest && value?.Producer is { Domain.Length: 0 } made; i++)
        {
            if (made.Op == "Range")
            {
                var range = new Facts(_graph, made);
                return range.Single(0) is { } start && range.Single(1) is { } limit && range.Single(2) is { } step && step.Equals(Size.One) ? (start, limit - Size.One) : null;
            }

            bool same = made.Op is "Unsqueeze" or "Squeeze" or "Reshape" or "Flatten" or "Expand" or "Identity" or "Transpose" or "Tile"
                || (made.Op == "Cast" && (OnnxType)made.Int("to", 1) is OnnxType.Int64 or OnnxType.Int32);
            value = same ? made.Input(0) : null;
        }

        return null;
    }

    /// <summary>The plainer one of two dimensions that must be equal.</summary>
    public static Size Same(Size a, Size b) =>
        a.IsNumber && b.IsNumber && !a.Equals(b) ? throw new OnnxException($"{a} is not {b}")
        : a.IsNumber || (!b.IsNumber && !a.HasUnknown) ? a : b;

    /// <summary>The product of dimensions.</summary>
    public static Size Product(IEnumerable<Size> dims) => dims.Aggregate(Size.One, static (a, b) => a * b);

    /// <summary>The number of elements of a shape of few elements, else -1.</summary>
    public static int Count(ImmutableArray<Size> shape)
    {
        if (shape.IsDefault || !shape.All(static d => d.IsNumber))
        {
            return -1;
        }

        long count = 1;
        foreach (Size dim in shape)
        {
            count = Math.Min(count * Math.Min(dim.Number, MostElements + 1), MostElements + 1);
        }

        return count <= MostElements ? (int)count : -1;
    }
}
