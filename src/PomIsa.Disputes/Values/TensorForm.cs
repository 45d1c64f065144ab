using PomIsa.Evidence.Commitments;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values;

/// <summary>How a tensor is committed: its head, and how its bytes are cut into rows and blocks. Spec: spec/evidence.md, chapter 2.</summary>
/// <param name="DType">The head's byte.</param>
/// <param name="Dimensions">The head's dimensions.</param>
/// <param name="ElementBytes">Bytes of an element; each lies in one block.</param>
/// <param name="Rows">Rows.</param>
/// <param name="RowBytes">Bytes of a row.</param>
internal sealed record TensorForm(byte DType, int[] Dimensions, int ElementBytes, long Rows, long RowBytes)
{
    /// <summary>Bytes of the first element of each row, where that is a scale and the others are shorter; else 0.</summary>
    public int ScaleBytes { get; private init; }

    /// <summary>Elements of a row.</summary>
    public long Columns => ScaleBytes > 0 ? 1 + ((RowBytes - ScaleBytes) / ElementBytes) : RowBytes / ElementBytes;

    /// <summary>Elements.</summary>
    public long Elements => Rows * Columns;

    /// <summary>Bytes.</summary>
    public long Bytes => Rows * RowBytes;

    /// <summary>Blocks of a row.</summary>
    public long Blocks => (RowBytes + Commitment.BlockBytes - 1) / Commitment.BlockBytes;

    /// <summary>Bytes of a block of a row.</summary>
    public int BlockBytes(long block) => (int)Math.Min(Commitment.BlockBytes, RowBytes - (block * Commitment.BlockBytes));

    /// <summary>The form of a tensor of a type.</summary>
    public static TensorForm Of(DType element, int[] dimensions)
    {
        long bytes = DTypes.SizeOf(element);
        foreach (int dimension in dimensions)
        {
            bytes = checked(bytes * dimension);
        }

        long rows = dimensions.Length >= 2 ? dimensions[0] : 1;
        return new TensorForm((byte)element, dimensions, DTypes.SizeOf(element), rows, rows == 0 ? 0 : bytes / rows);
    }

    /// <summary>The form of a quantized product with N columns: each row's scale, then its sums.</summary>
    /// <param name="dimensions">Of its result.</param>
    public static TensorForm OfProduct(int[] dimensions)
    {
        long rows = 1;
        foreach (int dimension in dimensions.AsSpan()[..^1])
        {
            rows = checked(rows * dimension);
        }

        return new TensorForm(Commitment.W8Product, [checked((int)rows), dimensions[^1]], sizeof(int), rows, sizeof(float) + ((long)sizeof(int) * dimensions[^1]));
    }

    /// <summary>The form of the rows that a quantized product multiplies: each row's scale, then its integers.</summary>
    /// <param name="dimensions">Of what is quantized.</param>
    public static TensorForm OfQuantizedRows(int[] dimensions)
    {
        long rows = 1;
        foreach (int dimension in dimensions.AsSpan()[..^1])
        {
            rows = checked(rows * dimension);
        }

        return new TensorForm(Commitment.QuantizedRows, [checked((int)rows), dimensions[^1]], sizeof(sbyte), rows, sizeof(float) + (long)dimensions[^1]) { ScaleBytes = sizeof(float) };
    }

    /// <summary>Where an element lies.</summary>
    public (long Row, long Block, int At, int Bytes) Find(long element)
    {
        long columns = Columns, row = columns == 0 ? 0 : element / columns, column = columns == 0 ? 0 : element % columns;
        long within = ScaleBytes == 0 ? column * ElementBytes : column == 0 ? 0 : ScaleBytes + ((column - 1) * ElementBytes);
        return (row, within / Commitment.BlockBytes, (int)(within % Commitment.BlockBytes), ScaleBytes > 0 && column == 0 ? ScaleBytes : ElementBytes);
    }

    /// <summary>The element that a byte belongs to.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="at">Its place in the row.</param>
    public long ElementAt(long row, long at) => (row * Columns) + (ScaleBytes == 0 ? at / ElementBytes : at < ScaleBytes ? 0 : 1 + ((at - ScaleBytes) / ElementBytes));

    /// <inheritdoc/>
    public bool Equals(TensorForm? other) =>
        other is not null && DType == other.DType && ElementBytes == other.ElementBytes && Dimensions.AsSpan().SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DType, Rows, RowBytes);
}
