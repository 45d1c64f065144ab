using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Scratch of one quantized product.</summary>
internal readonly unsafe struct QuantizedProduct(OpContext c, bool nibbles, int rows, int depth, int columns)
{
    /// <summary>Rows as q + 128; for weights of 4 bits, as q.</summary>
    public readonly byte* Q = c.Quantized.Integers;

    /// <summary>For weights of 4 bits, what their stored form adds too much in each group; else null.</summary>
    public readonly int* Offsets = nibbles ? c.GroupOffsets.Get<int>((long)rows * (depth / LinearW4.Group)) : null;

    public readonly float* Scales = c.Quantized.Scales;

    /// <summary>Null where nobody wants them.</summary>
    public readonly int* Sums = c.PlaceSums(rows, columns);

    public readonly int Rows = rows, Depth = depth, Columns = columns;

    /// <summary>What a source of products is asked for.</summary>
    /// <param name="greatest">Where it is to be told at which column each row has its greatest value; null: the values are wanted.</param>
    public ProductRows Asked(BoundWeight weight, bool same, bool keepsSums, TensorView y, int* greatest) => new()
    {
        Q = Q,
        Flip = Offsets is null ? (byte)0x80 : (byte)0,
        AreSame = same,
        Weight = weight,
        Rows = Rows,
        Depth = Depth,
        Columns = Columns,
        Sums = keepsSums ? Sums : null,
        Scales = Scales,
        Values = greatest == null ? (float*)y.Data : null,
        Greatest = greatest,
    };
}
