using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Attention and rotary embeddings as operators of their own: the standard's, and ONNX Runtime's contributed ones.</summary>
internal static class RowFused
{
    /// <summary>What an attention does beside products.</summary>
    private sealed record Rule(double Scale, bool Causal, int Window, double Cap, IReadOnlyList<Mask> Masks);

    public static void Attention(RowGraph g, GraphNode node)
    {
        if (node.Domain.Length > 0 || (node.Opset < 23 && node.Attributes.ContainsKey("num_heads")))
        {
            Packed(g, node);
        }
        else
        {
            Standard(g, node);
        }
    }

    /// <summary>Attention of the standard's own domain.</summary>
    private static void Standard(RowGraph g, GraphNode node)
    {
        Movable q = g.Movable(node.Input(0)), k = g.Movable(node.Input(1)), v = g.Movable(node.Input(2));
        bool flat = q.Layout.Rank == 3;
        int heads = (int)node.Int("q_num_heads", 0), shared = (int)node.Int("kv_num_heads", 0);
        if (flat)
        {
            (q, k, v) = (Heads(g, q, heads), Heads(g, k, shared), Heads(g, v, shared));
        }

        if (node.Output(3) is { Users.Count: > 0 } || node.Input(6) is not null)
        {
            throw new OnnxException("it gives its scores away or is told lengths");
        }

        CacheForm keys = Cache(g, node, node.Input(4), k), values = Cache(g, node, node.Input(5), v);
        var masks = new List<Mask>();
        if (node.Input(3) is { } mask)
        {
            FixedForm form = Fixed(g, mask, "its mask");
            masks.Add(new Mask(mask, MaskType(g, form) == OnnxType.Bool ? MaskKind.Seen : MaskKind.Added));
        }

        double scale = node.Attributes.ContainsKey("scale") ? node.Float("scale", 1) : 0;
        Movable y = Attended(g, node, q, keys, values, new Rule(scale, node.Int("is_causal", 0) != 0, 0, node.Float("softcap", 0), masks));
        g.Set(node.Output(0), flat ? Merged(g, y) : y);
        g.Set(node.Output(1), keys);
        g.Set(node.Output(2), values);
    }

    private static OnnxType MaskType(RowGraph g, FixedForm mask) => mask.Value.Type != OnnxType.None ? mask.Value.Type : g.Ambients.At(mask.Value, g.Ambients.Points()[0])?.Type ?? OnnxType.None;

    /// <summary>com.microsoft.GroupQueryAttention.</summary>
    public static void Grouped(RowGraph g, GraphNode node)
    {
        int heads = (int)node.Int("num_heads", 1), shared = (int)node.Int("kv_num_heads", 1);
        if (node.Int("smooth_softmax", 0) != 0 || Enumerable.Range(11, Math.Max(0, node.Inputs.Count - 11)).Any(i => node.Input(i) is not null))
        {
            throw new OnnxException("a sink beside the scores is not what the machine's attention has");
        }

        Movable q = g.Movable(node.Input(0)), k, v;
        if (node.Input(1) is null)
        {
            int width = q.Layout.ColumnsOf(2) / (heads + (2 * shared)), first = heads * width, part = shared * width;
            (k, v) = (Part(q, 2, first, part), Part(q, 2, first + part, part));
            q = Part(q, 2, 0, first);
        }
        else
        {
            (k, v) = (g.Movable(node.Input(1)), g.Movable(node.Input(2)));
        }

        (q, k, v) = (Heads(g, q, heads), Heads(g, k, shared), Heads(g, v, shared));
        if (node.Int("do_rotary", 0) != 0)
        {
            GraphValue at = node.Input(9) ?? g.PositionIds();
            bool interleaved = node.Int("rotary_interleaved", 0) != 0;
            FixedForm cos = Looked(g, node, node.Input(7), at), sin = Looked(g, node, node.Input(8), at);
            (q, k) = (Turned(g, node, q, cos, sin, interleaved), Turned(g, node, k, cos, sin, interleaved));
        }

        CacheForm keys = Cache(g, node, node.Input(3), k), values = Cache(g, node, node.Input(4), v);
        Mask[] masks = node.Input(10) is { } added ? [new Mask(Fixed(g, added, "its bias").Value, MaskKind.Added)] : [];
        var rule = new Rule(node.Float("scale", 0), true, (int)Math.Max(node.Int("local_window_size", -1), 0), node.Float("softcap", 0), masks);
        g.Set(node.Output(0), Merged(g, Attended(g, node, q, keys, values, rule)));
        g.Set(node.Output(1), keys);
        g.Set(node.Output(2), values);
    }

    /// <summary>com.microsoft.MultiHeadAttention.</summary>
    public static void MultiHead(RowGraph g, GraphNode node)
    {
        int heads = (int)node.Int("num_heads", 1);
        Movable q = g.Movable(node.Input(0)), k, v;
        if (q.Layout.Rank == 5)
        {
            Movable all = q;
            Movable One(int i) => Reshaped(g, Part(all, 3, i, 1), 1, g.Codes.Rows, heads * (long)all.Layout.ColumnsOf(4));
            (q, k, v) = (One(0), One(1), One(2));
        }
        else
        {
            (k, v) = (g.Movable(node.Input(1)), g.Movable(node.Input(2)));
        }

        if (node.Input(3) is { } bias)
        {
            float[] values0 = g.Ambients.Constant(Fixed(g, bias, "its bias"))?.ToFloat() ?? throw new OnnxException("its bias is not known");
            int width = q.Layout.Columns, deep = k.Layout.Columns;
            (q, k, v) = (Biased(g, node, q, values0.AsSpan(0, width)), Biased(g, node, k, values0.AsSpan(width, deep)), Biased(g, node, v, values0.AsSpan(width + deep)));
        }

        q = Heads(g, q, heads);
        k = k.Layout.Rank == 4 ? k : Heads(g, k, heads);
        v = v.Layout.Rank == 4 ? v : Heads(g, v, heads);
        CacheForm keys = Cache(g, node, node.Input(6), k), values = Cache(g, node, node.Input(7), v);
        var masks = new List<Mask>();
        Padding(g, node.Input(4), masks);
        if (node.Input(5) is { } added)
        {
            masks.Add(new Mask(Fixed(g, added, "its bias of scores").Value, MaskKind.Added));
        }

        var rule = new Rule(node.Float("scale", 0), node.Int("unidirectional", 0) != 0, 0, 0, masks);
        g.Set(node.Output(0), Merged(g, Attended(g, node, q, keys, values, rule)));
        g.Set(node.Output(1), keys);
        g.Set(node.Output(2), values);
    }

    /// <summary>com.microsoft.Attention: projection of queries, keys and values in one product, then attention.</summary>
    private static void Packed(RowGraph g, GraphNode node)
    {
        if (node.Int("do_rotary", 0) != 0 || g[node.Input(1)] is not FixedForm { Varies: false } weights || g.Ambients.Dimensions(weights) is not { Length: 2 } dims)
        {
            throw new OnnxException("its weights are not known, or it turns by itself");
        }

        int heads = (int)node.Int("num_heads", 1), all = (int)dims[1];
        int[] sizes = node.Ints("qkv_hidden_sizes") is { Length: 3 } given ? [.. given.Select(static s => (int)s)] : [all / 3, all / 3, all / 3];
        RowsForm x = g.Rows(node.Input(0), node);
        GraphValue[] bias = node.Input(2) is { } b ? [g.Constant(Fixed(g, b, "its bias"))] : [];
        GraphValue product = g.Make(node, "", "Gemm", all, [g.Dense(x, node), g.Constant(weights), .. bias]);
        Movable packed = RowsForm.Whole(product, all, x.Layout.Leading(2).With(Atom.Columns(all)));
        Movable q = Heads(g, Part(packed, 2, 0, sizes[0]), heads), k = Heads(g, Part(packed, 2, sizes[0], sizes[1]), heads), v = Heads(g, Part(packed, 2, sizes[0] + sizes[1], sizes[2]), heads);
        CacheForm keys, values;
        if (node.Input(4) is { } past)
        {
            PastForm both = g[past] as PastForm ?? throw new OnnxException("its past is no cache");
            Movable Half(int i) => Part(both, 0, i, 1) is var half ? half.Moved(new Layout(Enumerable.Range(1, 4).Select(a => half.Layout[a].AsEnumerable()))) : half;
            (keys, values) = (RowAttention.Joined(g, node, (PastForm)Half(0), k), RowAttention.Joined(g, node, (PastForm)Half(1), v));
        }
        else
        {
            (keys, values) = (Cache(g, node, null, k), Cache(g, node, null, v));
        }

        var masks = new List<Mask>();
        Padding(g, node.Input(3), masks);
        if (node.Input(5) is { } added)
        {
            masks.Add(new Mask(Fixed(g, added, "its bias of scores").Value, MaskKind.Added));
        }

        var rule = new Rule(node.Float("scale", 0), node.Int("unidirectional", 0) != 0, 0, 0, masks);
        g.Set(node.Output(0), Merged(g, Attended(g, node, q, keys, values, rule)));
        Layout One(Layout l) => new([[], .. Enumerable.Range(0, l.Rank).Select(a => l[a].AsEnumerable())]);
        g.Set(node.Output(1), new CachesForm([(CacheForm)keys.Moved(One(keys.Layout)), (CacheForm)values.Moved(One(values.Layout))]));
    }

    /// <summary>Rotary embedding of either domain.</summary>
    public static void Rotary(RowGraph g, GraphNode node)
    {
        bool standard = node.Domain.Length == 0 && node.Opset >= 23;
        GraphValue? at = node.Input(standard ? 3 : 1), cos = node.Input(standard ? 1 : 2), sin = node.Input(standard ? 2 : 3);
        at = at is not null && g.Ambients.Dimensions(Fixed(g, at, "its positions")) is not { Length: 2 } ? g.PositionIds() : at;
        Movable x = g.Movable(node.Input(0));
        bool flat = x.Layout.Rank == 3;
        FixedForm c = at is null ? Fixed(g, cos!, "its table") : Looked(g, node, cos, at), s = at is null ? Fixed(g, sin!, "its table") : Looked(g, node, sin, at);
        int half = g.Ambients.LayoutOf(c) is { } layout ? layout.Columns : throw new OnnxException("its tables have no known shape"), turning = (int)node.Int("rotary_embedding_dim", 0);
        if (flat)
        {
            int heads = (int)node.Int("num_heads", 0);
            x = Heads(g, x, heads > 0 ? heads : x.Layout.ColumnsOf(2) / (turning > 0 ? turning : 2 * half));
        }

        Movable y = Turned(g, node, x, c, s, node.Int("interleaved", 0) != 0, turning / 2);
        if (node.Float("scale", 1) != 1)
        {
            throw new OnnxException("its scale is not 1");
        }

        g.Set(node.Output(0), flat ? Merged(g, y) : y);
    }

    /// <summary>Heads [1, N, T, h] turned by tables with a column for each pair.</summary>
    private static TurnedForm Turned(RowGraph g, GraphNode node, Movable form, FixedForm cos, FixedForm sin, bool interleaved, int half = 0)
    {
        RowsForm x = form is TurnedForm ? g.Settled(form, node) : form as RowsForm ?? throw new OnnxException("what turns are not rows");
        half = half > 0 ? half : g.Ambients.LayoutOf(cos) is { } layout ? layout.Columns : throw new OnnxException("its tables have no known shape");
        int head = x.Layout.ColumnsOf(x.Layout.Rank - 1);
        if (!x.Layout.IsColumns(x.Layout.Rank - 1) || 2 * half > head)
        {
            throw new OnnxException($"tables of {half} columns turn heads of {head}");
        }

        var cells = new Term[x.Columns.Length][];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = [new Term(x.Columns[i], x.Factor, null, 0)];
        }

        for (int start = 0; start < cells.Length; start += head)
        {
            for (int j = 0; j < half; j++)
            {
                int a = start + (interleaved ? 2 * j : j), b = start + (interleaved ? (2 * j) + 1 : j + half);
                Term x1 = cells[a][0], x2 = cells[b][0];
                cells[a] = [x1 with { Table = cos.Value, TableColumn = j }, x2 with { Factor = -x2.Factor, Table = sin.Value, TableColumn = j }];
                cells[b] = [x2 with { Table = cos.Value, TableColumn = j }, x1 with { Table = sin.Value, TableColumn = j }];
            }
        }

        return new TurnedForm(x.Base, x.Width, x.Layout, cells);
    }

    /// <summary>A table's rows at positions, as a value of the exported graph.</summary>
    private static FixedForm Looked(RowGraph g, GraphNode node, GraphValue? table, GraphValue at)
    {
        FixedForm known = Fixed(g, table ?? throw new OnnxException("a table of angles is missing"), "its table");
        Fixed(g, at, "its positions");
        return g.Gathered(node, known.Value, at);
    }

    private static FixedForm Fixed(RowGraph g, GraphValue value, string what) => g[value] as FixedForm ?? throw new OnnxException($"{what} does not follow from lengths alone");

    /// <summary>Masks of padding: which of all positions are there, or how many.</summary>
    private static void Padding(RowGraph g, GraphValue? mask, List<Mask> masks)
    {
        if (mask is null)
        {
            return;
        }

        FixedForm form = Fixed(g, mask, "its mask");
        if (g.Ambients.Dimensions(form) is { Length: 1 })
        {
            if (g.Ambients.Points().Any(p => g.Ambients.At(mask, p) is not { } lengths || lengths.ToInt64()[0] != p.Positions))
            {
                throw new OnnxException("its mask hides rows");
            }

            return;
        }

        masks.Add(new Mask(mask, MaskKind.Seen));
    }

    private static CacheForm Cache(RowGraph g, GraphNode node, GraphValue? past, Movable rows) => rows is CacheForm cache && past is null ? cache
        : past is null && g.Ambients.HasPast ? throw new OnnxException("it has no past where others have one")
        : RowAttention.Joined(g, node, past is null ? null : g[past] as PastForm ?? throw new OnnxException("its past is no cache"), rows);

    private static Movable Attended(RowGraph g, GraphNode node, Movable q, CacheForm keys, CacheForm values, Rule rule)
    {
        int heads = q.Layout.ColumnsOf(1), width = q.Layout.ColumnsOf(3);
        Movable k = Repeated(g, keys, heads), v = Repeated(g, values, heads);
        ScoresForm scores = RowAttention.Scored(g, node, q, RowMoves.Turned(k, 0, 1, 3, 2));
        double scale = rule.Scale != 0 ? rule.Scale : 1 / Math.Sqrt(width);
        Scores s = scores.Scores with { Masks = rule.Masks, Causal = rule.Causal, Window = rule.Window };
        s = rule.Cap > 0 ? s with { Scale = s.Scale * scale / rule.Cap, Bent = true, Cap = rule.Cap } : s with { Scale = s.Scale * scale };
        RowAttention.Weighted(g, node, new SharesForm(s, scores.Layout, scores.Heads), v);
        return g.Movable(node.Output(0));
    }

    /// <summary>Each head of keys or values for several heads of queries that follow one another.</summary>
    private static Movable Repeated(RowGraph g, Movable x, int heads)
    {
        int have = x.Layout.ColumnsOf(1);
        if (have == heads)
        {
            return x;
        }

        int[] indices = have > 0 && heads % have == 0 ? [.. Enumerable.Range(0, heads).Select(h => h / (heads / have))] : throw new OnnxException($"{heads} heads of queries do not share {have} heads of keys");
        (Layout layout, int[] from) = x.Layout.Taken(1, indices);
        return x.Moved(layout, from);
    }

    /// <summary>[1, T, heads · h] as [1, heads, T, h].</summary>
    private static Movable Heads(RowGraph g, Movable x, int heads)
    {
        int columns = x.Layout.Rank == 3 && heads > 0 && x.Layout.IsColumns(2) ? x.Layout.ColumnsOf(2) : throw new OnnxException($"{x.Layout} are not {heads} heads");
        long[] dims = x.Layout.Dimensions(g.Codes);
        return columns % heads == 0 ? RowMoves.Turned(Reshaped(g, x, dims[0], dims[1], heads, columns / heads), 0, 2, 1, 3) : throw new OnnxException($"{columns} columns are not {heads} heads");
    }

    /// <summary>And back.</summary>
    private static Movable Merged(RowGraph g, Movable x)
    {
        Movable y = RowMoves.Turned(x, 0, 2, 1, 3);
        long[] dims = y.Layout.Dimensions(g.Codes);
        return Reshaped(g, y, dims[0], dims[1], dims[2] * dims[3]);
    }

    private static Movable Reshaped(RowGraph g, Movable x, params ReadOnlySpan<long> dims) => x.Moved(x.Layout.Reshaped(dims, g.Codes) ?? throw new OnnxException($"{x.Layout} has other heads"));

    private static Movable Part(Movable x, int axis, int from, int count)
    {
        (Layout layout, int[] columns) = x.Layout.Taken(axis, [.. Enumerable.Range(from, count)]);
        return x.Moved(layout, columns);
    }

    private static RowsForm Biased(RowGraph g, GraphNode node, Movable x, ReadOnlySpan<float> bias)
    {
        RowsForm rows = g.Settled(x, node);
        int width = rows.Columns.Length;
        return bias.Length == width ? RowsForm.Whole(g.Make(node, "", "Add", width, [g.Dense(rows, node), g.Floats(node.Name + "/bias", [width], bias)]), width, rows.Layout)
            : throw new OnnxException($"its bias does not fit {width} columns");
    }
}
