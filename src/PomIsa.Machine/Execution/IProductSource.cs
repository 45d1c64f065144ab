using PomIsa.Isa;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Execution;

/// <summary>The quantized rows of a product with a weight.</summary>
/// <param name="q">Bytes, <c>[T,K]</c>.</param>
/// <param name="flip">0x80 where they are stored as q + 128, else 0.</param>
/// <param name="same">Whether they are those of the product before.</param>
internal readonly unsafe struct ProductRows(byte* q, byte flip, bool same, BoundWeight weight, int rows, int depth, int columns)
{
    public byte* Q => q;

    public byte Flip => flip;

    public bool AreSame => same;

    public BoundWeight Weight => weight;

    public int Rows => rows;

    public int Depth => depth;

    public int Columns => columns;
}

/// <summary>Gives the sums of quantized products instead of the machine: for an auditor, who is told them and tests them, and for a machine that is meant to err.</summary>
internal unsafe interface IProductSource
{
    /// <summary>Writes the sums of a product; false: they are to be computed.</summary>
    /// <param name="context">The instruction that multiplies.</param>
    /// <param name="product">What is multiplied.</param>
    /// <param name="sums">i32, <c>[T,N]</c>.</param>
    /// <param name="code">None, or what ends the run.</param>
    bool TryTake(OpContext context, in ProductRows product, int* sums, out FaultCode code);
}
