using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Decoders;

/// <summary>Finds out whether sums of columns times coefficients are a rotary embedding, and makes one of them.</summary>
/// <remarks>
/// It is one if in each head the columns fall into pairs (a, b) that become a·c − b·s and b·c + a·s, or stay as they are. Halves and interleaved pairs, a part of the
/// head or all of it, tables of half the width or all of it, products before or after a concatenation: all come to the same sums.
/// </remarks>
internal sealed class Rotations(RowGraph graph)
{
    private readonly Dictionary<string, (GraphValue Cos, GraphValue Sin)> _tables = [];

    /// <summary>Rows that are turned; heads that are there several times once.</summary>
    public RowsForm Settle(TurnedForm turned, GraphNode at)
    {
        int head = turned.Layout.ColumnsOf(turned.Layout.Rank - 1);
        var found = new List<int>();
        var which = new int[turned.Cells.Length];
        for (int start = 0; start < turned.Cells.Length; start += head)
        {
            int same = found.FindIndex(f => Equal(turned.Cells, f, start, head));
            if (same < 0)
            {
                same = found.Count;
                found.Add(start);
            }

            for (int d = 0; d < head; d++)
            {
                which[start + d] = (same * head) + d;
            }
        }

        if (found.Count * head == turned.Cells.Length)
        {
            return Once(turned, head, at);
        }

        var cells = new Term[found.Count * head][];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = turned.Cells[found[i / head] + (i % head)];
        }

        RowsForm rows = Once(new TurnedForm(turned.Base, turned.Width, Layout.Of(Atom.Columns(found.Count), Atom.Columns(head)), cells), head, at);
        int[] columns = Array.ConvertAll(which, w => rows.Columns[w]);
        return new RowsForm(rows.Base, rows.Width, turned.Layout, columns, rows.Factor);
    }

    private static bool Equal(Term[][] cells, int one, int other, int head)
    {
        for (int d = 0; d < head; d++)
        {
            Term[] x = cells[one + d], y = cells[other + d];
            if (x.Length != y.Length)
            {
                return false;
            }

            for (int k = 0; k < x.Length; k++)
            {
                if (x[k] != y[k])
                {
                    return false;
                }
            }
        }

        return true;
    }

    private RowsForm Once(TurnedForm turned, int head, GraphNode at)
    {
        int[] used = [.. turned.Cells.SelectMany(static c => c).Select(static t => t.Column).Distinct().Order()];
        if (used.Length != turned.Width)
        {
            GraphValue value = graph.Select(turned.Base, turned.Width, used, at);
            Term[][] cells = Array.ConvertAll(turned.Cells, c => Array.ConvertAll(c, t => t with { Column = Array.BinarySearch(used, t.Column) }));
            turned = turned with { Base = value, Width = used.Length, Cells = cells };
        }

        return turned.Cells.Length == turned.Width && head % 2 == 0 ? Rotary(turned, head, at) ?? Sums(turned, at) : Sums(turned, at);
    }

    /// <summary>Cells with the same structure in each head, pair by pair.</summary>
    private RowsForm? Rotary(TurnedForm turned, int head, GraphNode at)
    {
        Term[][] first = turned.Cells[..head];
        float factor = Math.Abs(first.SelectMany(static c => c).First(static t => t.Table is not null).Factor);
        if (factor == 0 || !float.IsFinite(factor) || Blocks(turned, head) is not { } blocks)
        {
            return null;
        }

        int origin = blocks[0] * head;
        Term[][] cells = Array.ConvertAll(first, c => Array.ConvertAll(c, t => t with { Column = t.Column - origin, Factor = t.Factor / factor }));
        if (Pairs(cells) is not { } pairs)
        {
            return null;
        }

        // The machine turns column j with column j + half.
        int half = head / 2;
        var source = new int[head];
        var place = new int[head];
        for (int p = 0; p < half; p++)
        {
            (source[p], source[p + half]) = (pairs[p].A, pairs[p].B);
            (place[pairs[p].First], place[pairs[p].Second]) = (p, p + half);
        }

        int heads = turned.Width / head;
        int[] columns = [.. Enumerable.Range(0, heads).SelectMany(h => source.Select(s => (h * head) + s))];
        GraphValue x = graph.Select(turned.Base, turned.Width, columns, at);
        (GraphValue cos, GraphValue sin) = Tables(cells, pairs);
        GraphValue y = graph.Make(at, FusedOperators.Domain, "Rope", turned.Width, [x, cos, sin]);
        int[] result = [.. Enumerable.Range(0, heads).SelectMany(h => place.Select(p => (blocks[h] * head) + p))];
        return new RowsForm(y, turned.Width, turned.Layout, result, factor);
    }

    /// <summary>For each head as laid out its block of columns; null where heads differ in more than that.</summary>
    private static int[]? Blocks(TurnedForm turned, int head)
    {
        var blocks = new int[turned.Width / head];
        for (int h = 0; h < blocks.Length; h++)
        {
            blocks[h] = turned.Cells[h * head][0].Column / head;
            for (int d = 0; d < head; d++)
            {
                Term[] one = turned.Cells[d], other = turned.Cells[(h * head) + d];
                int shift = (blocks[h] - blocks[0]) * head;
                if (one.Length != other.Length || one.Zip(other).Any(z => z.First with { Column = z.First.Column + shift } != z.Second)
                    || other.Any(t => t.Column / head != blocks[h]))
                {
                    return null;
                }
            }
        }

        return blocks.Distinct().Count() == blocks.Length ? blocks : null;
    }

    private readonly record struct Pair(int First, int Second, int A, int B, bool Turns);

    /// <summary>Pairs of cells, those that turn first.</summary>
    private Pair[]? Pairs(Term[][] cells)
    {
        var pairs = new List<Pair>();
        var rest = new List<(int Cell, int Column)>();
        var open = new Dictionary<(int, int), int>();
        for (int d = 0; d < cells.Length; d++)
        {
            Term[] cell = cells[d];
            if (cell is [{ Table: null, Factor: 1 } stays])
            {
                rest.Add((d, stays.Column));
                continue;
            }

            if (cell.Length != 2 || cell.Any(static t => t.Table is null || Math.Abs(t.Factor) != 1) || cell[0].Column == cell[1].Column)
            {
                return null;
            }

            (int, int) key = (Math.Min(cell[0].Column, cell[1].Column), Math.Max(cell[0].Column, cell[1].Column));
            if (!open.Remove(key, out int other))
            {
                open[key] = d;
            }
            else if (Turning(cells, other, d, key) is { } pair)
            {
                pairs.Add(pair);
            }
            else
            {
                return null;
            }
        }

        if (open.Count > 0 || pairs.Count == 0 || rest.Count % 2 != 0)
        {
            return null;
        }

        int more = rest.Count / 2;
        return [.. pairs.OrderBy(static p => p.First), .. Enumerable.Range(0, more).Select(i => new Pair(rest[i].Cell, rest[i + more].Cell, rest[i].Column, rest[i + more].Column, false))];
    }

    /// <summary>Two cells over the same two columns: which column is which.</summary>
    private Pair? Turning(Term[][] cells, int first, int second, (int Low, int High) columns)
    {
        Span<(int A, int B)> ways = first == columns.High ? [(columns.High, columns.Low), (columns.Low, columns.High)] : [(columns.Low, columns.High), (columns.High, columns.Low)];
        foreach ((int a, int b) in ways)
        {
            Term cos = Of(cells[first], a), minus = Of(cells[first], b), again = Of(cells[second], b), sin = Of(cells[second], a);
            if (Same(cos, again, 1) && Same(sin, minus, -1))
            {
                return new Pair(first, second, a, b, true);
            }
        }

        return null;
    }

    private static Term Of(Term[] cell, int column) => cell[0].Column == column ? cell[0] : cell[1];

    /// <summary>Whether two coefficients are equal at all positions, up to a sign.</summary>
    private bool Same(Term x, Term y, float sign)
    {
        if (x.Table == y.Table && x.TableColumn == y.TableColumn)
        {
            return x.Factor == sign * y.Factor;
        }

        (float[] a, int wide) = Table(x);
        (float[] b, int broad) = Table(y);
        for (int at = 0; at < graph.Ambients.Context; at++)
        {
            if (a[(at * wide) + x.TableColumn] * x.Factor != b[(at * broad) + y.TableColumn] * y.Factor * sign)
            {
                return false;
            }
        }

        return true;
    }

    private (float[] Values, int Width) Table(Term term)
    {
        float[] table = graph.Ambients.Table(new FixedForm(term.Table!, true)) ?? throw new OnnxException($"'{term.Table!.Name}' depends on more than the position of a row");
        return (table, table.Length / graph.Ambients.Context);
    }

    private (GraphValue Cos, GraphValue Sin) Tables(Term[][] cells, Pair[] pairs)
    {
        string key = string.Join('\n', pairs.Select(p => p.Turns ? $"{Text(Of(cells[p.First], p.A))} {Text(Of(cells[p.Second], p.A))}" : "-"));
        if (!_tables.TryGetValue(key, out (GraphValue, GraphValue) known))
        {
            int context = graph.Ambients.Context;
            float[] cos = new float[context * pairs.Length], sin = new float[cos.Length];
            for (int p = 0; p < pairs.Length; p++)
            {
                Fill(cos, pairs[p].Turns ? Of(cells[pairs[p].First], pairs[p].A) : null, 1, p, pairs.Length);
                Fill(sin, pairs[p].Turns ? Of(cells[pairs[p].Second], pairs[p].A) : null, 0, p, pairs.Length);
            }

            _tables[key] = known = (graph.Floats("rope.cos", [context, pairs.Length], cos), graph.Floats("rope.sin", [context, pairs.Length], sin));
        }

        return known;
    }

    private static string Text(Term term) => $"{term.Table!.Name} {term.TableColumn} {term.Factor}";

    private void Fill(float[] to, Term? term, float otherwise, int column, int width)
    {
        (float[] from, int wide) = term is { } t ? Table(t) : ([], 0);
        for (int at = 0; at < graph.Ambients.Context; at++)
        {
            to[(at * width) + column] = term is { } one ? from[(at * wide) + one.TableColumn] * one.Factor : otherwise;
        }
    }

    /// <summary>Whatever the sums are: for each place in them columns times a table, added.</summary>
    private RowsForm Sums(TurnedForm turned, GraphNode at)
    {
        int width = turned.Cells.Length, context = graph.Ambients.Context, most = turned.Cells.Max(static c => c.Length);
        GraphValue? sum = null;
        for (int k = 0; k < most; k++)
        {
            var columns = new int[width];
            var table = new float[context * width];
            for (int i = 0; i < width; i++)
            {
                if (k >= turned.Cells[i].Length)
                {
                    continue;
                }

                Term term = turned.Cells[i][k];
                columns[i] = term.Column;
                (float[] from, int wide) = term.Table is null ? ([], 0) : Table(term);
                for (int p = 0; p < context; p++)
                {
                    table[(p * width) + i] = term.Table is null ? term.Factor : from[(p * wide) + term.TableColumn] * term.Factor;
                }
            }

            GraphValue rows = graph.Make(at, FusedOperators.Domain, "Embed", width, [graph.Floats("table", [context, width], table), graph.Positions(at)]);
            GraphValue part = graph.Make(at, "", "Mul", width, [graph.Select(turned.Base, turned.Width, columns, at), rows]);
            sum = sum is null ? part : graph.Make(at, "", "Add", width, [sum, part]);
        }

        return RowsForm.Whole(sum!, width, turned.Layout);
    }
}
