using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Operators that work element by element. Some say things about scores or rotations; the others are carried over to rows.</summary>
internal static class RowArithmetic
{
    public static void Add(RowGraph g, GraphNode node) => Sum(g, node, 1);

    public static void Sub(RowGraph g, GraphNode node) => Sum(g, node, -1);

    private static void Sum(RowGraph g, GraphNode node, float sign)
    {
        Form a = g[node.Input(0)], b = g[node.Input(1)];
        if (a is ScoresForm scores && b is FixedForm mask && sign == 1)
        {
            g.Set(node.Output(0), RowAttention.Masked(scores, mask.Value, MaskKind.Added));
        }
        else if (b is ScoresForm other && a is FixedForm first && sign == 1)
        {
            g.Set(node.Output(0), RowAttention.Masked(other, first.Value, MaskKind.Added));
        }
        else if ((a is TurnedForm || b is TurnedForm) && Turned(a) is { } x && Turned(b) is { } y && x.Base == y.Base && Together(x, y, sign) is { } sum)
        {
            g.Set(node.Output(0), sum);
        }
        else
        {
            Carry(g, node);
        }
    }

    /// <summary>Rows as sums of one column each.</summary>
    public static TurnedForm? Turned(Form form) => form switch
    {
        TurnedForm turned => turned,
        RowsForm rows => new TurnedForm(rows.Base, rows.Width, rows.Layout, Array.ConvertAll(rows.Columns, c => new[] { new Term(c, rows.Factor, null, 0) })),
        _ => null,
    };

    private static TurnedForm? Together(TurnedForm a, TurnedForm b, float sign)
    {
        if (Layout.Broadcast(a.Layout, b.Layout) is not var (layout, fromA, fromB))
        {
            return null;
        }

        var cells = new Term[fromA.Length][];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = [.. a.Cells[fromA[i]], .. b.Cells[fromB[i]].Select(t => t with { Factor = t.Factor * sign })];
            if (cells[i].Length > 4)
            {
                return null;
            }
        }

        return a with { Layout = layout, Cells = cells };
    }

    public static void Neg(RowGraph g, GraphNode node)
    {
        Form x = g[node.Input(0)];
        if (Scaled(x, -1) is { } scaled)
        {
            g.Set(node.Output(0), scaled);
        }
        else
        {
            Carry(g, node);
        }
    }

    public static void Mul(RowGraph g, GraphNode node)
    {
        Form a = g[node.Input(0)], b = g[node.Input(1)];
        (Form x, Form by) = a is FixedForm ? (b, a) : (a, b);
        if (by is FixedForm factor && g.Ambients.Number(factor) is { } number && Scaled(x, number) is { } scaled)
        {
            g.Set(node.Output(0), scaled);
        }
        else if (by is FixedForm { Varies: true } table && x is RowsForm or TurnedForm && Times(g, (Movable)x, table) is { } turned)
        {
            g.Set(node.Output(0), turned);
        }
        else
        {
            Carry(g, node);
        }
    }

    public static void Div(RowGraph g, GraphNode node)
    {
        Form x = g[node.Input(0)];
        bool onItsWay = x is ScoresForm or CacheForm || (x is RowsForm or TurnedForm && node.Output(0)!.Users.All(static u => u.Is("MatMul") || u.Is("Transpose")));
        if (onItsWay && g[node.Input(1)] is FixedForm by && g.Ambients.Number(by) is { } number && Scaled(x, 1 / number) is { } scaled)
        {
            g.Set(node.Output(0), scaled);
        }
        else
        {
            Carry(g, node);
        }
    }

    /// <summary>Something times a number, for what can take one along.</summary>
    private static Form? Scaled(Form form, float number) => form switch
    {
        RowsForm rows => rows with { Factor = rows.Factor * number },
        TurnedForm turned => turned with { Cells = Array.ConvertAll(turned.Cells, c => Array.ConvertAll(c, t => t with { Factor = t.Factor * number })) },
        CacheForm cache => cache with { Factor = cache.Factor * number },
        ScoresForm scores => RowAttention.Scaled(scores, number),
        _ => null,
    };

    /// <summary>Columns times coefficients that depend on the position.</summary>
    private static TurnedForm? Times(RowGraph g, Movable x, FixedForm table)
    {
        if (g.Ambients.LayoutOf(table) is not { } layout || !layout.Has(AtomKind.Rows) || Turned(x) is not { } turned || turned.Cells.Any(static c => c.Any(static t => t.Table is not null))
            || Layout.Broadcast(x.Layout, layout) is not var (all, fromX, fromTable))
        {
            return null;
        }

        var cells = new Term[fromX.Length][];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = Array.ConvertAll(turned.Cells[fromX[i]], t => t with { Table = table.Value, TableColumn = fromTable[i] });
        }

        return turned with { Layout = all, Cells = cells };
    }

    public static void Where(RowGraph g, GraphNode node)
    {
        Form condition = g[node.Input(0)], a = g[node.Input(1)], b = g[node.Input(2)];
        if (condition is FixedForm mask && a is ScoresForm seen && b is FixedForm low && IsFarBelow(g, low))
        {
            g.Set(node.Output(0), RowAttention.Masked(seen, mask.Value, MaskKind.Seen));
        }
        else if (condition is FixedForm hides && b is ScoresForm shown && a is FixedForm below && IsFarBelow(g, below))
        {
            g.Set(node.Output(0), RowAttention.Masked(shown, hides.Value, MaskKind.Hidden));
        }
        else if (condition is NanForm && b is SharesForm shares)
        {
            g.Set(node.Output(0), shares); // no row sees nothing
        }
        else
        {
            Carry(g, node);
        }
    }

    private static bool IsFarBelow(RowGraph g, FixedForm form) => g.Ambients.Number(form) is <= -1e4f;

    public static void IsNaN(RowGraph g, GraphNode node) =>
        g.Set(node.Output(0), g[node.Input(0)] is SharesForm shares ? new NanForm(shares) : throw new OnnxException("it asks rows whether they are numbers"));

    /// <summary>Lower bounds of scores that no score comes near.</summary>
    public static void Max(RowGraph g, GraphNode node)
    {
        if (node.Inputs.Count == 2 && g[node.Input(0)] is ScoresForm scores && g[node.Input(1)] is FixedForm low && IsFarBelow(g, low))
        {
            g.Set(node.Output(0), scores);
        }
        else
        {
            Carry(g, node);
        }
    }

    public static void Tanh(RowGraph g, GraphNode node)
    {
        if (g[node.Input(0)] is ScoresForm scores)
        {
            g.Set(node.Output(0), RowAttention.Bent(scores));
        }
        else
        {
            Carry(g, node);
        }
    }

    /// <summary>An operator that works element by element, over rows.</summary>
    public static void Carry(RowGraph g, GraphNode node)
    {
        var layouts = new List<Layout>();
        var forms = new Form?[node.Inputs.Count];
        for (int i = 0; i < forms.Length; i++)
        {
            if (node.Input(i) is not { } input)
            {
                continue;
            }

            Form form = g[input];
            forms[i] = form is FixedForm known && (!known.Varies || g.Ambients.Number(known) is not null) ? form : g.Settled(form, node);
            layouts.Add(forms[i] is RowsForm rows ? rows.Layout : g.Ambients.LayoutOf((FixedForm)form) ?? throw new OnnxException($"the shape of '{input.Name}' is not known"));
        }

        RowsForm[] data = [.. forms.OfType<RowsForm>()];
        if (data.Select(static d => d.Layout.Has(AtomKind.Rows)).Distinct().Count() > 1)
        {
            throw new OnnxException("it mixes the last row with all of them");
        }

        Layout layout = layouts.Aggregate(static (a, b) => Layout.Broadcast(a, b)?.Layout ?? throw new OnnxException($"{a} and {b} do not broadcast"));
        int width = layout.Columns;

        // The order of the columns of one operand that has them all, so that most operators move nothing.
        int[] order = data.Where(d => d.Width == width && d.Factor == 1).Select(d => From(d, layout)).FirstOrDefault(f => f.Distinct().Count() == width) ?? [.. Enumerable.Range(0, width)];
        var placed = new int[width];
        for (int i = 0; i < width; i++)
        {
            placed[order[i]] = i;
        }

        var inputs = new GraphValue?[forms.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = forms[i] switch
            {
                RowsForm rows => Placed(g, node, rows, layout, placed),
                FixedForm known => Placed(g, known, layout, placed),
                _ => null,
            };
        }

        g.Set(node.Output(0), new RowsForm(g.Carry(node, width, inputs), width, layout, order));
    }

    private static int[] From(RowsForm rows, Layout layout)
    {
        (_, int[] from, _) = Layout.Broadcast(rows.Layout, layout)!.Value;
        return Array.ConvertAll(from, f => rows.Columns[f]);
    }

    private static GraphValue Placed(RowGraph g, GraphNode node, RowsForm rows, Layout layout, int[] placed)
    {
        if (rows.Factor != 1)
        {
            rows = RowsForm.Whole(g.Dense(rows, node), rows.Columns.Length, rows.Layout);
        }

        int[] from = From(rows, layout), columns = Array.ConvertAll(placed, p => from[p]);
        return rows.Width == 1 ? rows.Base : g.Select(rows.Base, rows.Width, columns, node);
    }

    private static GraphValue Placed(RowGraph g, FixedForm known, Layout layout, int[] placed)
    {
        GraphValue constant = g.Constant(known);
        KnownTensor tensor = constant.Constant!;
        (_, int[] from, _) = Layout.Broadcast(g.Ambients.LayoutOf(known)!, layout)!.Value;
        if (tensor.Length == 1 || (tensor.Length == placed.Length && placed.Select((p, i) => from[p] == i).All(static same => same)))
        {
            return tensor.Shape.Length <= 1 ? constant : g.To.Constant(constant.Name, Flat(tensor));
        }

        HostTensor read = tensor.Read();
        float[] values = read.ToFloat();
        return OnnxTypes.IsFloat(tensor.Type) ? g.Floats(constant.Name, [placed.Length], Array.ConvertAll(placed, p => values[from[p]]))
            : throw new OnnxException($"'{known.Value.Name}' is laid out otherwise than the rows");
    }

    private static HostTensor Flat(KnownTensor tensor)
    {
        HostTensor read = tensor.Read();
        return read with { Shape = [read.Length] };
    }
}
