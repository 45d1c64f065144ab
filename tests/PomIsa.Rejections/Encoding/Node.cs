namespace PomIsa.Rejections.Encoding;

/// <summary>What a piece of an encoding is, as far as reading it may fail.</summary>
internal enum PieceKind
{
    /// <summary>A u32.</summary>
    Number,

    /// <summary>An i64.</summary>
    Signed,

    /// <summary>A u32 that counts items of a least size.</summary>
    Count,

    /// <summary>One byte of a list of values.</summary>
    Byte,

    /// <summary>A run of bytes of known length.</summary>
    Run,

    /// <summary>No bytes: the place where items of a list without a count begin.</summary>
    Need,
}

/// <summary>A part of an encoding.</summary>
internal abstract class Node;

/// <summary>Bytes that are read as one.</summary>
internal sealed class Piece(PieceKind kind, byte[] bytes, string name) : Node
{
    public PieceKind Kind => kind;

    /// <summary>The bytes; a mistake may change them for a while.</summary>
    public byte[] Bytes { get; set; } = bytes;

    /// <summary>What it says, for the names of cases.</summary>
    public string Name => name;

    /// <summary>Of a count or a need: how many items follow, and the bytes of the smallest one.</summary>
    public (long Items, int Least) Holds { get; init; }

    /// <summary>Of an index: how many things there are to name; otherwise -1.</summary>
    public long Limit { get; init; } = -1;
}

/// <summary>Nodes behind their length in bytes: a section's content, a body.</summary>
internal sealed class Sized(string name, IEnumerable<Node> children) : Node
{
    public string Name => name;

    public List<Node> Children { get; } = [.. children];

    /// <summary>The length's bytes from the content's length; a mistake may change it for a while.</summary>
    public Func<int, byte[]> Length { get; set; } = static n => Leb.U32((uint)n);
}
