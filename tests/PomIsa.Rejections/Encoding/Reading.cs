namespace PomIsa.Rejections.Encoding;

/// <summary>Where a reader first notices that bytes are missing (spec/faults.md, rules 7 and 9).</summary>
internal static class Reading
{
    /// <summary>The offset of UnexpectedEnd, or null if all nodes lie before the end.</summary>
    /// <param name="nodes">What was to be read.</param>
    /// <param name="start">Offset of the first node.</param>
    /// <param name="end">Offset behind the last byte that is there.</param>
    public static int? First(IEnumerable<Node> nodes, int start, int end)
    {
        int at = start;
        return First(nodes, ref at, end);
    }

    private static int? First(IEnumerable<Node> nodes, ref int at, int end)
    {
        foreach (Node node in nodes)
        {
            int? fault = node is Piece piece ? Missing(piece, ref at, end) : Missing((Sized)node, ref at, end);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static int? Missing(Piece piece, ref int at, int end)
    {
        int from = at, length = piece.Bytes.Length;
        at += length;
        return piece.Kind switch
        {
            PieceKind.Run => at > end ? from : null,
            PieceKind.Need => end - from < piece.Holds.Items * piece.Holds.Least ? from : null,
            PieceKind.Count => at > end ? end : end - at < piece.Holds.Items * piece.Holds.Least ? from : null,
            _ => at > end ? end : null,
        };
    }

    private static int? Missing(Sized sized, ref int at, int end)
    {
        var alone = new Rendered([sized]);
        int size = alone.Bytes.Length, head = alone.ContentAt(sized);
        at += head;
        return at > end ? end : end - at < size - head ? at : First(sized.Children, ref at, end);
    }
}
