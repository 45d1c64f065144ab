using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>What a value of the exported graph is to a decoder that works row by row.</summary>
internal abstract record Form;

/// <summary>Follows from sizes and positions alone: a constant, a mask, a table of angles, arithmetic of shapes.</summary>
/// <param name="Value">The value in the exported graph.</param>
/// <param name="Varies">Whether sizes or positions matter; if not, it is a constant.</param>
internal sealed record FixedForm(GraphValue Value, bool Varies) : Form;

/// <summary>Something whose axes are moved about without any work.</summary>
/// <param name="Layout">How its axes run.</param>
internal abstract record Movable(Layout Layout) : Form
{
    /// <summary>The same with other axes.</summary>
    /// <param name="layout">The axes.</param>
    /// <param name="from">Where each column comes from; null: all where they were.</param>
    public abstract Movable Moved(Layout layout, int[]? from = null);

    protected static T[] Picked<T>(T[] columns, int[]? from) => from is null ? columns : Array.ConvertAll(from, f => columns[f]);
}

/// <summary>The tokens of the step.</summary>
internal sealed record TokensForm(Layout Layout) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout };
}

/// <summary>Columns of a value [T, width], all times one number.</summary>
/// <param name="Base">The value in the decoder's own graph.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Layout">Axes.</param>
/// <param name="Columns">The column of the base for each of the layout.</param>
/// <param name="Factor">The number.</param>
internal sealed record RowsForm(GraphValue Base, int Width, Layout Layout, int[] Columns, float Factor = 1) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Columns = Picked(Columns, from) };

    /// <summary>All columns in order, in axes whose column factors multiply to the width.</summary>
    public static RowsForm Whole(GraphValue value, int width, Layout layout) => new(value, width, layout, [.. Enumerable.Range(0, width)]);

    public bool IsWhole => Columns.Length == Width && Columns.Select(static (c, i) => c == i).All(static same => same);
}

/// <summary>A column of a base times a number and a coefficient that depends on the position.</summary>
/// <param name="Column">Column of the base.</param>
/// <param name="Factor">The number.</param>
/// <param name="Table">The coefficient's value in the exported graph, or null.</param>
/// <param name="TableColumn">Its column there.</param>
internal readonly record struct Term(int Column, float Factor, GraphValue? Table, int TableColumn);

/// <summary>Sums of columns times coefficients: what rotary embeddings are made of, until it is known whether they are one.</summary>
internal sealed record TurnedForm(GraphValue Base, int Width, Layout Layout, Term[][] Cells) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Cells = Picked(Cells, from) };
}

/// <summary>A cache as it was before this step.</summary>
/// <param name="Input">The graph's input.</param>
/// <param name="Layout">Axes.</param>
/// <param name="Features">Index of each column among the input's own columns.</param>
internal sealed record PastForm(PastInput Input, Layout Layout, int[] Features) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Features = Picked(Features, from) };
}

/// <summary>A cache with the rows of this step behind those before it.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Layout">Axes.</param>
/// <param name="Columns">The state's column for each of the layout.</param>
/// <param name="Factor">A number that all are multiplied by.</param>
internal sealed record CacheForm(Cache Cache, Layout Layout, int[] Columns, float Factor = 1) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Columns = Picked(Columns, from) };
}

/// <summary>Two caches beside one another, as a stacked output has them.</summary>
internal sealed record CachesForm(CacheForm[] Parts) : Form;

/// <summary>Scores of queries and the keys of a cache; their columns are heads.</summary>
internal sealed record ScoresForm(Scores Scores, Layout Layout, int[] Heads) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Heads = Picked(Heads, from) };
}

/// <summary>The softmax of scores.</summary>
internal sealed record SharesForm(Scores Scores, Layout Layout, int[] Heads) : Movable(Layout)
{
    public override Movable Moved(Layout layout, int[]? from = null) => this with { Layout = layout, Heads = Picked(Heads, from) };
}

/// <summary>Where a softmax is no number: nowhere, for each row sees itself.</summary>
internal sealed record NanForm(SharesForm Shares) : Form;

/// <summary>A cache's input: keys or values of one layer, or both.</summary>
/// <param name="Value">The graph's input.</param>
/// <param name="Layout">Its axes.</param>
internal sealed record PastInput(GraphValue Value, Layout Layout);

/// <summary>A state of the decoder: what one of its caches holds.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Rows">The rows of this step [T, width].</param>
/// <param name="Width">Its columns.</param>
/// <param name="Past">The input that it takes the place of, or null.</param>
/// <param name="Features">For each column of the state its index among the input's columns.</param>
internal sealed record Cache(int Index, GraphValue Rows, int Width, PastInput? Past, int[] Features)
{
    /// <summary>Whether the rows of this step have been appended by an attention before.</summary>
    public bool Appended { get; set; }

    /// <summary>Its name in the program.</summary>
    public string Name { get; set; } = $"cache{Index}";
}

/// <summary>Scores on their way to the softmax.</summary>
internal sealed record Scores
{
    /// <summary>Queries [T, heads · width].</summary>
    public required GraphValue Queries { get; init; }

    /// <summary>The cache of the keys.</summary>
    public required Cache Keys { get; init; }

    /// <summary>Heads of queries.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>What products are multiplied by, before the cap if there is one.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether the hyperbolic tangent was taken.</summary>
    public bool Bent { get; init; }

    /// <summary>What the tangent is multiplied by.</summary>
    public double Cap { get; init; } = 1;

    /// <summary>Whether later positions are hidden without a mask.</summary>
    public bool Causal { get; init; }

    /// <summary>Positions that a row sees up to its own without a mask; 0: all.</summary>
    public int Window { get; init; }

    /// <summary>What masks them.</summary>
    public IReadOnlyList<Mask> Masks { get; init; } = [];
}

/// <summary>A mask in the exported graph.</summary>
/// <param name="Value">It.</param>
/// <param name="Kind">How it is applied.</param>
internal readonly record struct Mask(GraphValue Value, MaskKind Kind);

/// <summary>How a mask says that a position is seen.</summary>
internal enum MaskKind
{
    /// <summary>Added: 0 is seen, a large negative number is not.</summary>
    Added,

    /// <summary>True is seen.</summary>
    Seen,

    /// <summary>True is hidden.</summary>
    Hidden,
}
