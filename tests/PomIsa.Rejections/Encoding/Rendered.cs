namespace PomIsa.Rejections.Encoding;

/// <summary>An encoding's bytes, and where each node lies in them.</summary>
internal sealed class Rendered
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<Node, int> _at = [];
    private readonly Dictionary<Sized, int> _content = [];

    public Rendered(IEnumerable<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            Add(node);
        }
    }

    public byte[] Bytes => [.. _bytes];

    /// <summary>Offset of a piece, or of the length of a sized node.</summary>
    public int At(Node node) => _at[node];

    /// <summary>Offset behind a sized node's length.</summary>
    public int ContentAt(Sized node) => _content[node];

    private void Add(Node node)
    {
        _at[node] = _bytes.Count;
        if (node is Piece piece)
        {
            _bytes.AddRange(piece.Bytes);
            return;
        }

        var sized = (Sized)node;
        _bytes.AddRange(sized.Length(Size(sized.Children)));
        _content[sized] = _bytes.Count;
        sized.Children.ForEach(Add);
    }

    private static int Size(IEnumerable<Node> nodes) => nodes.Sum(static n => n is Piece p ? p.Bytes.Length : Size((Sized)n));

    private static int Size(Sized sized)
    {
        int content = Size(sized.Children);
        return sized.Length(content).Length + content;
    }
}
