using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>Concatenation: rows behind a cache, or columns beside columns.</summary>
internal static class RowConcat
{
    public static void Concat(RowGraph g, GraphNode node)
    {
        Form[] parts = [.. node.Inputs.Select(i => g[i])];
        int rank = parts.OfType<Movable>().First().Layout.Rank, axis = RowMoves.Axis(node.Int("axis", 1), rank);
        parts = [.. parts.Where(p => p is not FixedForm known || g.Ambients.Dimensions(known) is not { } dims || dims.Length != rank || dims[axis] != 0)]; // nothing, which some exports begin with
        switch (parts)
        {
            case [var only]:
                g.Set(node.Output(0), only);
                return;
            case [PastForm past, RowsForm or TurnedForm] when past.Layout.Is(axis, AtomKind.Past) && ((Movable)parts[1]).Layout.Is(axis, AtomKind.Rows):
                g.Set(node.Output(0), RowAttention.Joined(g, node, past, (Movable)parts[1]));
                return;
            case [CacheForm keys, CacheForm values] when axis == 0:
                g.Set(node.Output(0), new CachesForm([keys, values]));
                return;
            default:
                Beside(g, node, parts, axis);
                return;
        }
    }

    private static void Beside(RowGraph g, GraphNode node, Form[] parts, int axis)
    {
        if (parts.All(static p => p is RowsForm or TurnedForm) && parts.Cast<Movable>().All(p => p.Layout.IsColumns(axis)))
        {
            Movable[] all = [.. parts.Cast<Movable>()];
            if (all.Select(Base).Distinct().Count() == 1 && (all.OfType<TurnedForm>().Any() || all.Cast<RowsForm>().Select(static r => r.Factor).Distinct().Count() > 1))
            {
                TurnedForm[] turned = [.. all.Select(RowArithmetic.Turned).OfType<TurnedForm>()];
                (Layout layout, (int Part, int Column)[] from) = Merged([.. turned.Select(static t => t.Layout)], axis);
                g.Set(node.Output(0), turned[0] with { Layout = layout, Cells = Array.ConvertAll(from, f => turned[f.Part].Cells[f.Column]) });
                return;
            }

            RowsForm[] rows = [.. all.Select(p => g.Settled(p, node))];
            (Layout merged, (int Part, int Column)[] columns) = Merged([.. rows.Select(static r => r.Layout)], axis);
            if (rows.Select(static r => r.Base).Distinct().Count() == 1 && rows.Select(static r => r.Factor).Distinct().Count() == 1)
            {
                g.Set(node.Output(0), rows[0] with { Layout = merged, Columns = Array.ConvertAll(columns, f => rows[f.Part].Columns[f.Column]) });
                return;
            }

            int[] starts = [.. rows.Select((_, i) => rows.Take(i).Sum(static r => r.Columns.Length))];
            int width = rows.Sum(static r => r.Columns.Length);
            GraphValue joined = g.Make(node, "", "Concat", width, [.. rows.Select(r => g.Dense(r, node))], static n => n.Set("axis", 1));
            g.Set(node.Output(0), new RowsForm(joined, width, merged, Array.ConvertAll(columns, f => starts[f.Part] + f.Column)));
            return;
        }

        throw new OnnxException($"it joins {string.Join(" and ", parts.Select(static p => p is Movable m ? m.Layout.ToString() : "what follows from lengths"))} along axis {axis}");
    }

    private static GraphValue Base(Movable form) => form is RowsForm rows ? rows.Base : ((TurnedForm)form).Base;

    /// <summary>Layouts beside one another along an axis of columns, and where each column comes from.</summary>
    private static (Layout Layout, (int Part, int Column)[] From) Merged(Layout[] layouts, int axis)
    {
        Layout first = layouts[0];
        int before = first.ColumnsOf(0, axis), after = first.ColumnsOf(axis + 1, first.Rank);
        if (layouts.Any(l => l.Rank != first.Rank || l.ColumnsOf(0, axis) != before || l.ColumnsOf(axis + 1, l.Rank) != after || l.Has(AtomKind.Rows) != first.Has(AtomKind.Rows)))
        {
            throw new OnnxException($"{string.Join(" and ", layouts.Select(static l => l.ToString()))} do not lie beside one another");
        }

        var from = new List<(int, int)>();
        for (int b = 0; b < before; b++)
        {
            for (int part = 0; part < layouts.Length; part++)
            {
                int size = layouts[part].ColumnsOf(axis) * after;
                from.AddRange(Enumerable.Range(b * size, size).Select(c => (part, c)));
            }
        }

        int all = layouts.Sum(l => l.ColumnsOf(axis));
        return (new Layout(Enumerable.Range(0, first.Rank).Select(i => i == axis ? [Atom.Columns(all)] : first[i].AsEnumerable())), [.. from]);
    }
}
