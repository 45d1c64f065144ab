using System.Collections.Immutable;

namespace PomIsa.Onnx.Decoders;

/// <summary>What an axis, or a factor of one, runs over.</summary>
internal enum AtomKind
{
    /// <summary>So many columns.</summary>
    Columns,

    /// <summary>Rows of this step.</summary>
    Rows,

    /// <summary>Rows before this step.</summary>
    Past,

    /// <summary>Both.</summary>
    Positions,
}

/// <summary>A factor of an axis.</summary>
/// <param name="Kind">What it runs over.</param>
/// <param name="Count">The number of columns.</param>
internal readonly record struct Atom(AtomKind Kind, int Count)
{
    /// <summary>An axis of length 1.</summary>
    public static Atom One => new(AtomKind.Columns, 1);

    public static Atom Rows => new(AtomKind.Rows, 0);

    public static Atom Past => new(AtomKind.Past, 0);

    public static Atom Positions => new(AtomKind.Positions, 0);

    public static Atom Columns(int count) => new(AtomKind.Columns, count);
}

/// <summary>How the axes of a tensor as it was exported run over rows and columns. Whoever holds one lists a column for each combination of its column factors, row-major.</summary>
internal sealed class Layout
{
    private readonly ImmutableArray<ImmutableArray<Atom>> _axes;

    public Layout(IEnumerable<IEnumerable<Atom>> axes) => _axes = [.. axes.Select(static a => a.Where(static x => x != Atom.One).ToImmutableArray())];

    public int Rank => _axes.Length;

    /// <summary>Number of columns.</summary>
    public int Columns => ColumnsOf(0, Rank);

    /// <summary>The factors of an axis, none of one of length 1.</summary>
    public ImmutableArray<Atom> this[int axis] => _axes[axis];

    public static Layout Of(params ReadOnlySpan<Atom> axes) => new(axes.ToArray().Select(static a => new[] { a }));

    /// <summary>Whether an axis is just the rows, the past or the positions.</summary>
    public bool Is(int axis, AtomKind kind) => _axes[axis] is [var only] && only.Kind == kind;

    /// <summary>Whether an axis holds columns only; one of length 1 does.</summary>
    public bool IsColumns(int axis) => _axes[axis].All(static a => a.Kind == AtomKind.Columns);

    /// <summary>The axis that is just this, or -1.</summary>
    public int AxisOf(AtomKind kind)
    {
        for (int axis = 0; axis < Rank; axis++)
        {
            if (Is(axis, kind))
            {
                return axis;
            }
        }

        return -1;
    }

    /// <summary>Whether any factor is of this kind.</summary>
    public bool Has(AtomKind kind) => _axes.Any(a => a.Any(x => x.Kind == kind));

    /// <summary>Columns of the axes from one to before another.</summary>
    public int ColumnsOf(int from, int to)
    {
        int product = 1;
        for (int axis = from; axis < to; axis++)
        {
            foreach (Atom atom in _axes[axis])
            {
                product *= atom.Kind == AtomKind.Columns ? atom.Count : 1;
            }
        }

        return product;
    }

    /// <summary>Columns of one axis.</summary>
    public int ColumnsOf(int axis) => ColumnsOf(axis, axis + 1);

    /// <summary>Dimensions for given sizes.</summary>
    public long[] Dimensions(Extents extents) => [.. _axes.Select(a => a.Aggregate(1L, (product, atom) => product * extents.Of(atom)))];

    /// <summary>The first axes.</summary>
    public Layout Leading(int count) => new(_axes[..count].Select(static a => a.AsEnumerable()));

    /// <summary>More axes at the end.</summary>
    public Layout With(params ReadOnlySpan<Atom> axes) => new([.. _axes.Select(static a => a.AsEnumerable()), .. axes.ToArray().Select(static a => new[] { a })]);

    /// <summary>The same with a factor in place of another one.</summary>
    public Layout Exchanged(AtomKind kind, Atom by) => new(_axes.Select(a => a.Select(x => x.Kind == kind ? by : x)));

    /// <summary>The same elements in other dimensions, or null where a row would be torn apart.</summary>
    public Layout? Reshaped(ReadOnlySpan<long> dimensions, Extents extents)
    {
        var left = new Stack<Atom>(_axes.SelectMany(static a => a).Reverse());
        var axes = new List<List<Atom>>();
        foreach (long dimension in dimensions)
        {
            var axis = new List<Atom>();
            long have = 1;
            while (have != dimension)
            {
                if (!left.TryPop(out Atom atom) || dimension < 1 || dimension % have != 0)
                {
                    return null;
                }

                long want = dimension / have, size = extents.Of(atom);
                if (size > 0 && want % size == 0)
                {
                    axis.Add(atom);
                    have *= size;
                }
                else if (atom.Kind == AtomKind.Columns && size % want == 0)
                {
                    axis.Add(Atom.Columns((int)want));
                    left.Push(Atom.Columns((int)(size / want)));
                    have = dimension;
                }
                else
                {
                    return null;
                }
            }

            axes.Add(axis);
        }

        return left.Count == 0 ? new Layout(axes) : null;
    }

    /// <summary>Axes in another order, and where each column comes from.</summary>
    public (Layout Layout, int[] From) Transposed(ReadOnlySpan<int> order)
    {
        var counts = new List<int>();
        var places = new List<int>[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            places[axis] = [];
            foreach (Atom atom in _axes[axis].Where(static a => a.Kind == AtomKind.Columns))
            {
                places[axis].Add(counts.Count);
                counts.Add(atom.Count);
            }
        }

        int[] strides = new int[counts.Count];
        for (int i = counts.Count - 1, stride = 1; i >= 0; stride *= counts[i--])
        {
            strides[i] = stride;
        }

        var from = new List<int> { 0 };
        foreach (int axis in order)
        {
            foreach (int place in places[axis])
            {
                from = [.. from.SelectMany(f => Enumerable.Range(0, counts[place]).Select(i => f + (i * strides[place])))];
            }
        }

        return (new Layout(order.ToArray().Select(a => _axes[a].AsEnumerable())), [.. from]);
    }

    /// <summary>Some columns of an axis of columns, and where each comes from.</summary>
    public (Layout Layout, int[] From) Taken(int axis, ReadOnlySpan<int> indices)
    {
        int before = ColumnsOf(0, axis), have = ColumnsOf(axis), after = ColumnsOf(axis + 1, Rank), at = 0;
        var from = new int[before * indices.Length * after];
        for (int b = 0; b < before; b++)
        {
            foreach (int index in indices)
            {
                for (int a = 0; a < after; a++)
                {
                    from[at++] = (((b * have) + index) * after) + a;
                }
            }
        }

        Atom[] columns = [Atom.Columns(indices.Length)];
        return (new Layout(_axes.Select((a, i) => i == axis ? columns : a.AsEnumerable())), from);
    }

    /// <summary>Two shapes broadcast to one, and where its columns come from in each; null where they do not broadcast.</summary>
    public static (Layout Layout, int[] FromA, int[] FromB)? Broadcast(Layout a, Layout b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        ImmutableArray<Atom> Axis(Layout x, int i) => i - (rank - x.Rank) is >= 0 and var own ? x._axes[own] : [];
        var axes = new List<ImmutableArray<Atom>>();
        List<int> fromA = [0], fromB = [0];
        for (int i = 0; i < rank; i++)
        {
            ImmutableArray<Atom> x = Axis(a, i), y = Axis(b, i), all = x.IsEmpty ? y : x;
            if (!x.IsEmpty && !y.IsEmpty && (Product(x) != Product(y) || !Open(x).SequenceEqual(Open(y))))
            {
                return null;
            }

            axes.Add(all);
            fromA = Longer(fromA, Product(all), Product(x));
            fromB = Longer(fromB, Product(all), Product(y));
        }

        return (new Layout(axes.Select(static x => x.AsEnumerable())), [.. fromA], [.. fromB]);
    }

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", _axes.Select(static a => a.IsEmpty ? "1" : string.Join("·", a.Select(static x => x.Kind == AtomKind.Columns ? $"{x.Count}" : $"{x.Kind}")))) + "]";

    private static int Product(ImmutableArray<Atom> axis) => axis.Aggregate(1, static (p, x) => p * (x.Kind == AtomKind.Columns ? x.Count : 1));

    private static IEnumerable<AtomKind> Open(ImmutableArray<Atom> axis) => axis.Where(static x => x.Kind != AtomKind.Columns).Select(static x => x.Kind);

    private static List<int> Longer(List<int> from, int count, int have) =>
        count == 1 ? from : [.. from.SelectMany(f => Enumerable.Range(0, count).Select(i => have == 1 ? f : (f * have) + i))];
}
