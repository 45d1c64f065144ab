using System.Collections.Immutable;

namespace PomIsa.Shards;

/// <summary>One tensor of a tensor file: name, dtype, shape and its bytes [Begin, End) within the data area.</summary>
public sealed record TensorInfo(string Name, string DType, ImmutableArray<long> Shape, long Begin, long End)
{
    /// <summary>Bytes of data.</summary>
    public long ByteLength => End - Begin;

    /// <inheritdoc/>
    public bool Equals(TensorInfo? other) =>
        other is not null && Name == other.Name && DType == other.DType && Begin == other.Begin && End == other.End
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, DType, Begin, End);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {DType}[{string.Join(',', Shape)}] @{Begin}..{End}";
}

/// <summary>The header of a tensor file: its tensors in the order of their data.</summary>
/// <param name="Tensors">Ordered by Begin; they cover the data area without gap or overlap.</param>
/// <param name="Metadata">The optional <c>__metadata__</c> strings.</param>
/// <param name="DataStart">Offset of the data area in the file, in bytes.</param>
/// <param name="DataLength">Bytes of the data area.</param>
public sealed record TensorFileHeader(
    ImmutableArray<TensorInfo> Tensors,
    ImmutableDictionary<string, string> Metadata,
    long DataStart,
    long DataLength)
{
    /// <summary>The tensor of that name, or null.</summary>
    public TensorInfo? Find(string name) => Tensors.FirstOrDefault(t => t.Name == name);
}
