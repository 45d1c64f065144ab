namespace PomIsa.Onnx.Explaining;

/// <summary>Where a node stands.</summary>
/// <param name="Node">The node.</param>
/// <param name="Row">Its row from the top.</param>
/// <param name="Column">Its place in the row, in half columns from the left.</param>
internal readonly record struct SvgPlace(DrawnNode Node, int Row, int Column);

/// <summary>Rows that repeated layers take.</summary>
internal readonly record struct SvgBox(int FirstRow, int LastRow, int Times);

/// <summary>A layered layout: runs of layers one below the other, in each a node one row below the lowest that it reads from.</summary>
internal sealed class SvgLayout
{
    /// <summary>Nodes that a picture shows; more nobody looks at.</summary>
    private const int MostNodes = 1500;

    /// <summary>Nodes in a row; further ones go into the next.</summary>
    private const int MostColumns = 6;

    public required IReadOnlyList<SvgPlace> Places { get; init; }

    public required IReadOnlyList<SvgBox> Boxes { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>Nodes that are not shown.</summary>
    public required int Hidden { get; init; }

    public static SvgLayout Of(GraphOutline outline)
    {
        DrawnNode[] all = DrawnNode.Of(outline), drawn = all[..Math.Min(all.Length, MostNodes)];
        var row = new int[drawn.Length];
        var filled = new List<List<int>>();
        var boxes = new List<SvgBox>();
        int top = 0;
        foreach (IGrouping<int, (DrawnNode Node, int At)> run in drawn.Select(static (node, at) => (node, at)).GroupBy(static d => d.node.Run))
        {
            foreach ((DrawnNode node, int at) in run)
            {
                int least = node.Sources.Select(s => row[s] + 1).Append(top).Max();
                while (least < filled.Count && filled[least].Count >= MostColumns)
                {
                    least++;
                }

                while (filled.Count <= least)
                {
                    filled.Add([]);
                }

                row[at] = least;
                filled[least].Add(at);
            }

            if (run.First().Node.Times > 1)
            {
                boxes.Add(new SvgBox(top, filled.Count - 1, run.First().Node.Times));
            }

            top = filled.Count;
        }

        int columns = filled.Count == 0 ? 1 : filled.Max(static f => f.Count);
        var column = new int[drawn.Length];
        foreach (List<int> nodes in filled)
        {
            Order(drawn, column, nodes, columns);
        }

        return new SvgLayout
        {
            Places = [.. drawn.Select((node, at) => new SvgPlace(node, row[at], column[at]))],
            Boxes = boxes,
            Rows = filled.Count,
            Columns = columns,
            Hidden = all.Length - drawn.Length,
        };
    }

    /// <summary>A row's nodes from left to right as those that they read from, in its middle.</summary>
    private static void Order(DrawnNode[] drawn, int[] column, List<int> nodes, int columns)
    {
        int left = columns - nodes.Count, place = 0;
        foreach (int at in nodes.OrderBy(at => drawn[at].Sources.IsEmpty ? columns : drawn[at].Sources.Average(s => column[s])).ThenBy(static at => at).ToArray())
        {
            column[at] = left + (2 * place++);
        }
    }
}
