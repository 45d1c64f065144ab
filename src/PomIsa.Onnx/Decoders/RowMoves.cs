using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>Operators that move elements about: to rows they are another reading of the same columns, and no work.</summary>
internal static class RowMoves
{
    public static void Same(RowGraph g, GraphNode node) => g.Set(node.Output(0), g[node.Input(0)]);

    public static void Cast(RowGraph g, GraphNode node)
    {
        Form form = g[node.Input(0)];
        bool real = Reading.OnnxTypes.IsFloat((Reading.OnnxType)node.Int("to", 1));
        g.Set(node.Output(0), real != form is TokensForm ? form : throw new OnnxException("rows become whole numbers, or tokens real ones"));
    }

    public static void Reshape(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        long[] wanted = node.Opset < 5 && node.Inputs.Count < 2 ? node.Ints("shape") ?? [] : Wholes(g, node, 1);
        long[] have = x.Layout.Dimensions(g.Codes);
        bool zeroIsZero = node.Int("allowzero", 0) != 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = wanted[i] == 0 && !zeroIsZero && i < have.Length ? have[i] : wanted[i];
        }

        int open = Array.IndexOf(wanted, -1);
        if (open >= 0)
        {
            long known = wanted.Where((_, i) => i != open).Aggregate(1L, static (a, b) => a * b), all = have.Aggregate(1L, static (a, b) => a * b);
            wanted[open] = known > 0 && all % known == 0 ? all / known : throw new OnnxException("its shape does not come out even");
        }

        Put(g, node, x, wanted);
    }

    public static void Flatten(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        long[] have = x.Layout.Dimensions(g.Codes);
        int axis = Axis(node.Int("axis", 1), x.Layout.Rank + 1);
        Put(g, node, x, [have[..axis].Aggregate(1L, static (a, b) => a * b), have[axis..].Aggregate(1L, static (a, b) => a * b)]);
    }

    private static void Put(RowGraph g, GraphNode node, Movable x, long[] dims) =>
        g.Set(node.Output(0), x.Moved(x.Layout.Reshaped(dims, g.Codes) ?? throw new OnnxException($"{x.Layout} reshaped to {Text(g, dims)} tears rows apart")));

    private static string Text(RowGraph g, long[] dims) => $"[{string.Join(", ", dims.Select(d => d == g.Codes.Rows ? "T" : d == g.Codes.Positions ? "S+T" : $"{d}"))}]";

    public static void Squeeze(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        long[]? given = node.Opset < 13 ? node.Ints("axes") : node.Input(1) is null ? null : Wholes(g, node, 1);
        int[] axes = given is null ? [.. Enumerable.Range(0, x.Layout.Rank).Where(i => x.Layout[i].IsEmpty)] : [.. given.Select(a => Axis(a, x.Layout.Rank))];
        if (axes.Any(a => !x.Layout[a].IsEmpty))
        {
            throw new OnnxException($"{x.Layout} is not 1 along its axes");
        }

        g.Set(node.Output(0), x.Moved(new Layout(Enumerable.Range(0, x.Layout.Rank).Where(i => !axes.Contains(i)).Select(i => x.Layout[i].AsEnumerable()))));
    }

    public static void Unsqueeze(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        long[] given = (node.Opset < 13 ? node.Ints("axes") : Wholes(g, node, 1)) ?? [];
        int rank = x.Layout.Rank + given.Length, from = 0;
        int[] axes = [.. given.Select(a => Axis(a, rank))];
        g.Set(node.Output(0), x.Moved(new Layout(Enumerable.Range(0, rank).Select(i => axes.Contains(i) ? [] : x.Layout[from++].AsEnumerable()).ToArray())));
    }

    public static void Transpose(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        int[] order = node.Ints("perm") is { } given ? [.. given.Select(p => Axis(p, x.Layout.Rank))] : [.. Enumerable.Range(0, x.Layout.Rank).Reverse()];
        g.Set(node.Output(0), Turned(x, order));
    }

    /// <summary>Axes in another order.</summary>
    public static Movable Turned(Movable x, params ReadOnlySpan<int> order)
    {
        (Layout layout, int[] from) = x.Layout.Transposed(order);
        return x.Moved(layout, from);
    }

    public static void Expand(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        g.Set(node.Output(0), Expanded(g, x, Wholes(g, node, 1)));
    }

    public static void Tile(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        long[] repeats = Wholes(g, node, 1);
        if (repeats.Where((r, i) => r != 1 && !x.Layout[i].IsEmpty).Any())
        {
            throw new OnnxException("it repeats more than an axis of 1");
        }

        g.Set(node.Output(0), Expanded(g, x, repeats));
    }

    private static Movable Expanded(RowGraph g, Movable x, long[] dims)
    {
        int more = Math.Max(0, dims.Length - x.Layout.Rank);
        var wide = new Layout([.. Enumerable.Repeat<IEnumerable<Atom>>([], more), .. Enumerable.Range(0, x.Layout.Rank).Select(i => x.Layout[i].AsEnumerable())]);
        long[] have = wide.Dimensions(g.Codes);
        var target = new List<Atom>();
        for (int i = 0; i < have.Length; i++)
        {
            long dim = i - (have.Length - dims.Length) is >= 0 and var at ? dims[at] : 1;
            target.Add(have[i] != 1 || dim is 1 or -1 ? Atom.One : dim > 0 && dim < g.Codes.Rows ? Atom.Columns((int)dim) : throw new OnnxException("it repeats rows"));
        }

        (Layout layout, int[] from, _) = Layout.Broadcast(wide, Layout.Of([.. target])) ?? throw new OnnxException("its shapes do not broadcast");
        return x.Moved(layout, from);
    }

    public static void Slice(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        bool old = node.Opset < 10;
        long[] starts = old ? node.Ints("starts") ?? [] : Wholes(g, node, 1), ends = old ? node.Ints("ends") ?? [] : Wholes(g, node, 2);
        long[]? axes = old ? node.Ints("axes") : node.Input(3) is null ? null : Wholes(g, node, 3);
        long[]? steps = old || node.Input(4) is null ? null : Wholes(g, node, 4);
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = axes is null ? i : Axis(axes[i], x.Layout.Rank);
            x = Sliced(g, x, axis, starts[i], ends[i], steps?[i] ?? 1);
        }

        g.Set(node.Output(0), x);
    }

    private static Movable Sliced(RowGraph g, Movable x, int axis, long start, long end, long step)
    {
        long length = x.Layout.Dimensions(g.Codes)[axis];
        long first = start < 0 ? Math.Max(start + length, 0) : Math.Min(start, length), last = end < 0 ? Math.Max(end + length, 0) : Math.Min(end, length);
        if (step == 1 && first == 0 && last == length)
        {
            return x;
        }

        if (x.Layout.Is(axis, AtomKind.Rows) && step == 1 && first == length - 1 && last == length)
        {
            return LastRow(x, axis);
        }

        if (!x.Layout.IsColumns(axis) || step < 1)
        {
            throw new OnnxException($"it takes rows {start} to {end} of {x.Layout}");
        }

        int[] indices = [.. Enumerable.Range(0, (int)length).Where(i => i >= first && i < last && (i - first) % step == 0)];
        return Taken(x, axis, indices);
    }

    /// <summary>The last row of the step. As all that follows works row by row, it is made of all rows, and the last one taken at the end.</summary>
    private static Movable LastRow(Movable x, int axis)
    {
        return x is RowsForm rows ? rows.Moved(new Layout(Enumerable.Range(0, x.Layout.Rank).Select(i => i == axis ? [] : x.Layout[i].AsEnumerable())))
            : throw new OnnxException("it takes the last of something else than rows");
    }

    private static Movable Taken(Movable x, int axis, int[] indices)
    {
        (Layout layout, int[] from) = x.Layout.Taken(axis, indices);
        return x.Moved(layout, from);
    }

    public static void Split(RowGraph g, GraphNode node)
    {
        Movable x = g.Movable(node.Input(0));
        int axis = Axis(node.Int("axis", 0), x.Layout.Rank), length = x.Layout.ColumnsOf(axis), parts = node.Outputs.Count;
        if (!x.Layout.IsColumns(axis))
        {
            throw new OnnxException("it splits rows");
        }

        int each = (length + parts - 1) / parts;
        long[] sizes = (node.Opset < 13 ? node.Ints("split") : node.Input(1) is null ? null : Wholes(g, node, 1))
            ?? [.. Enumerable.Range(0, parts).Select(i => (long)Math.Clamp(length - (i * each), 0, each))];
        int from = 0;
        for (int i = 0; i < Math.Min(parts, sizes.Length); i++)
        {
            g.Set(node.Output(i), Taken(x, axis, [.. Enumerable.Range(from, (int)sizes[i])]));
            from += (int)sizes[i];
        }
    }

    public static void Gather(RowGraph g, GraphNode node)
    {
        if (g.TryFind(node.Input(1)) is TokensForm)
        {
            RowEmbeddings.Gather(g, node);
            return;
        }

        Movable x = g.Movable(node.Input(0));
        int axis = Axis(node.Int("axis", 0), x.Layout.Rank);
        if (g[node.Input(1)] is not FixedForm at || g.Ambients.Wholes(at) is not { } indices || g.Ambients.Dimensions(at) is not { } dims || dims.Length > 1)
        {
            throw new OnnxException("its indices do not follow from lengths");
        }

        long length = x.Layout.Dimensions(g.Codes)[axis];
        indices = [.. indices.Select(i => i < 0 ? i + length : i)];
        Movable y = x.Layout.Is(axis, AtomKind.Rows) && indices is [var only] && only == length - 1 ? LastRow(x, axis)
            : x.Layout.IsColumns(axis) && indices.All(i => i >= 0 && i < length) ? Taken(x, axis, [.. indices.Select(static i => (int)i)])
            : throw new OnnxException($"it takes rows out of {x.Layout}");
        g.Set(node.Output(0), dims.Length > 0 ? y : y.Moved(new Layout(Enumerable.Range(0, y.Layout.Rank).Where(i => i != axis).Select(i => y.Layout[i].AsEnumerable()))));
    }

    /// <summary>Dimensions are known, as formulas.</summary>
    public static void Shape(RowGraph g, GraphNode node)
    {
        Layout layout = g.Movable(node.Input(0)).Layout;
        int start = Clamped(node.Int("start", 0), layout.Rank), end = Clamped(node.Int("end", layout.Rank), layout.Rank);
        Size past = g.Ambients.HasPast ? Size.Named(Extents.PastName) : Size.Zero;
        GraphValue value = node.Output(0) ?? throw new OnnxException("nobody wants its output");
        (value.Type, value.Shape) = (Reading.OnnxType.Int64, [Size.Of(Math.Max(0, end - start))]);
        value.Elements = [.. Enumerable.Range(start, Math.Max(0, end - start)).Select(axis => layout[axis].Aggregate(Size.One, (product, atom) => product * (atom.Kind switch
        {
            AtomKind.Rows => RowGraph.RowCount,
            AtomKind.Past => past,
            AtomKind.Positions => past + RowGraph.RowCount,
            _ => Size.Of(atom.Count),
        })))];
    }

    private static int Clamped(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);

    /// <summary>Whole numbers of an input, sizes as codes.</summary>
    public static long[] Wholes(RowGraph g, GraphNode node, int input) =>
        g[node.Input(input)] is FixedForm form && g.Ambients.Wholes(form) is { } wholes ? [.. wholes] : throw new OnnxException($"input {input} does not follow from lengths");

    /// <summary>An axis counted from the end where it is negative.</summary>
    public static int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw new OnnxException($"axis {axis} is not below rank {rank}");
}
