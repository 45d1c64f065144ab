using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Decoders;

/// <summary>Attention over caches: from the products of its parts to one opcode.</summary>
internal static class RowAttention
{
    /// <summary>Rows of this step behind those of a cache, along one axis.</summary>
    public static CacheForm Joined(RowGraph g, GraphNode node, PastForm? past, Movable rows)
    {
        RowsForm tight = g.Tight(g.Settled(rows, node), node);
        Layout layout = tight.Layout.Exchanged(AtomKind.Rows, Atom.Positions);
        if (!tight.Layout.Has(AtomKind.Rows))
        {
            throw new OnnxException("what is cached are not the rows of the step");
        }

        int[] features = [];
        if (past is not null)
        {
            if (Layout.Broadcast(past.Layout.Exchanged(AtomKind.Past, Atom.Positions), layout) is not var (both, _, _) || both.Columns != layout.Columns || past.Layout.Columns != layout.Columns)
            {
                throw new OnnxException($"a cache of {past.Layout} does not go on with {tight.Layout}");
            }

            // For each of the input's columns the state's, where it has one.
            features = new int[past.Input.Layout.Columns];
            Array.Fill(features, -1);
            for (int i = 0; i < past.Features.Length; i++)
            {
                features[past.Features[i]] = tight.Columns[i];
            }
        }

        return new CacheForm(g.Cache(tight.Base, tight.Width, past?.Input, features), layout, tight.Columns, tight.Factor);
    }

    /// <summary>Without a past, keys and values are caches that this step begins.</summary>
    private static CacheForm Cached(RowGraph g, GraphNode node, Movable form) => form switch
    {
        CacheForm cache => cache,
        RowsForm or TurnedForm when !g.Ambients.HasPast => Joined(g, node, null, form),
        _ => throw new OnnxException("rows of this step meet one another, and not a cache"),
    };

    /// <summary>Products of queries [.., T, width] and keys [.., width, S + T].</summary>
    public static ScoresForm Scored(RowGraph g, GraphNode node, Movable queries, Movable keys)
    {
        CacheForm k = Cached(g, node, keys);
        RowsForm q = g.Tight(g.Settled(queries, node), node);
        int rank = q.Layout.Rank, deep = k.Layout.Rank;
        if (rank < 2 || deep < 2 || !q.Layout.Is(rank - 2, AtomKind.Rows) || !q.Layout.IsColumns(rank - 1) || !k.Layout.Is(deep - 1, AtomKind.Positions) || !k.Layout.IsColumns(deep - 2))
        {
            throw new OnnxException($"{q.Layout} times {k.Layout} is no product of queries and keys");
        }

        int width = q.Layout.ColumnsOf(rank - 1);
        if (k.Layout.ColumnsOf(deep - 2) != width || q.Width % width != 0 || k.Cache.Width % width != 0 || Layout.Broadcast(q.Layout.Leading(rank - 2), k.Layout.Leading(deep - 2)) is not var (lead, fromQ, fromK))
        {
            throw new OnnxException($"heads of {q.Layout} and {k.Layout} differ");
        }

        int[] heads = new int[fromQ.Length];
        int count = q.Width / width, shared = k.Cache.Width / width;
        if (shared == 0 || count % shared != 0)
        {
            throw new OnnxException($"{count} heads of queries do not share {shared} heads of keys");
        }

        int[]? order = null;
        for (int i = 0; i < heads.Length; i++)
        {
            ReadOnlySpan<int> own = q.Columns.AsSpan(fromQ[i] * width, width), theirs = k.Columns.AsSpan(fromK[i] * width, width);
            int head = own[0] / width, group = theirs[0] / width;
            int[] inside = [.. own.ToArray().Select(c => c - (head * width))], keyed = [.. theirs.ToArray().Select(c => c - (group * width))];
            order ??= inside;
            if (inside.Any(c => c < 0 || c >= width) || !inside.AsSpan().SequenceEqual(keyed) || group != head / (count / shared) || inside.Distinct().Count() != width)
            {
                throw new OnnxException("heads of queries and keys do not lie beside one another as the machine's do");
            }

            heads[i] = head;
        }

        var scores = new Scores { Queries = q.Base, Keys = k.Cache, HeadCount = count, HeadWidth = width, Scale = (double)q.Factor * k.Factor };
        return new ScoresForm(scores, lead.With(Atom.Rows, Atom.Positions), heads);
    }

    public static ScoresForm Masked(ScoresForm form, GraphValue mask, MaskKind kind) =>
        form with { Scores = form.Scores with { Masks = [.. form.Scores.Masks, new Mask(mask, kind)] } };

    public static ScoresForm? Scaled(ScoresForm form, float by) => form.Scores switch
    {
        { Masks.Count: > 0 } when by <= 0 => null,
        { Bent: true } bent => form with { Scores = bent with { Cap = bent.Cap * by } },
        var scores => form with { Scores = scores with { Scale = scores.Scale * by } },
    };

    public static ScoresForm Bent(ScoresForm form) => form.Scores is { Bent: false, Masks.Count: 0 }
        ? form with { Scores = form.Scores with { Bent = true } }
        : throw new OnnxException("a tangent is taken of what was masked or has had one");

    /// <summary>Shares times values [.., S + T, width]: the whole attention.</summary>
    public static void Weighted(RowGraph g, GraphNode node, SharesForm shares, Movable values)
    {
        CacheForm v = Cached(g, node, values);
        int rank = shares.Layout.Rank, deep = v.Layout.Rank;
        if (deep < 2 || !shares.Layout.Is(rank - 2, AtomKind.Rows) || !shares.Layout.Is(rank - 1, AtomKind.Positions) || !v.Layout.Is(deep - 2, AtomKind.Positions) || !v.Layout.IsColumns(deep - 1))
        {
            throw new OnnxException($"{shares.Layout} times {v.Layout} is no sum of values");
        }

        Scores scores = shares.Scores;
        int width = v.Layout.ColumnsOf(deep - 1), heads = scores.HeadCount;
        if (width != scores.HeadWidth || v.Cache.Width != scores.Keys.Width)
        {
            throw new OnnxException($"values are {width} wide and keys {scores.HeadWidth}");
        }

        if (Layout.Broadcast(shares.Layout.Leading(rank - 2), v.Layout.Leading(deep - 2)) is not var (lead, fromShares, fromValues))
        {
            throw new OnnxException($"heads of {shares.Layout} and {v.Layout} differ");
        }

        int group = heads / (v.Cache.Width / width);
        var columns = new int[fromShares.Length * width];
        for (int i = 0; i < fromShares.Length; i++)
        {
            int head = shares.Heads[fromShares[i]];
            for (int d = 0; d < width; d++)
            {
                int inside = v.Columns[(fromValues[i] * width) + d] - (head / group * width);
                columns[(i * width) + d] = inside >= 0 && inside < width ? (head * width) + inside
                    : throw new OnnxException("heads of shares and values do not lie beside one another as the machine's do");
            }
        }

        (int window, string? problem) = g.Visibility.Of(scores);
        g.Set(node.Output(0), new RowsForm(
            Attended(g, node, scores, v.Cache, problem is null ? window : throw new OnnxException(problem)), heads * width, lead.With(Atom.Rows, Atom.Columns(width)), columns, v.Factor));
    }

    /// <summary>The opcode: rows of this step go to the states where no attention before has brought them there.</summary>
    public static GraphValue Attended(RowGraph g, GraphNode node, Scores scores, Cache values, int window)
    {
        Cache keys = scores.Keys;
        if (keys == values)
        {
            throw new OnnxException("keys and values are one cache");
        }

        float scale = (float)(scores.Bent ? scores.Scale * scores.Cap : scores.Scale), cap = scores.Bent ? (float)scores.Cap : 0;
        if (!float.IsFinite(scale) || !float.IsFinite(cap) || cap < 0)
        {
            throw new OnnxException("scores are scaled by no number");
        }

        GraphValue y = g.Make(node, FusedOperators.Domain, "CachedAttention", scores.HeadCount * scores.HeadWidth, [scores.Queries, keys.Rows, values.Rows], n => n
            .Set("keys", keys.Index).Set("values", values.Index).Set("append_keys", keys.Appended ? 0 : 1).Set("append_values", values.Appended ? 0 : 1)
            .Set("width", scores.HeadWidth).Set("scale", scale).Set("window", window).Set("cap", cap));
        int layer = g.Layers++;
        keys.Name = keys.Appended ? keys.Name : $"l{layer}.k";
        values.Name = values.Appended ? values.Name : $"l{layer}.v";
        keys.Appended = values.Appended = true;
        return y;
    }
}
