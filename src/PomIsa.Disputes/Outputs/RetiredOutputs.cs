using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Outputs;

/// <summary>The outputs of an instruction that retires: their bytes as commitments are over them.</summary>
internal static class RetiredOutputs
{
    /// <summary>Adds what a product multiplies, or what <c>output</c> gives, recorded or not.</summary>
    public static void AddRecorded(CommitmentBatch batch, OpContext context)
    {
        if (context.Line.Row.CommitsToQuantizedRows)
        {
            RowsView rows = context.Rows;
            batch.AddRows(Commitment.QuantizedRows, rows.Rows, rows.Depth, rows.Scales, rows.Integers, rows.Flip);
            return;
        }

        ref readonly TensorView view = ref context.View(context.Line.Row.CommittedOperand);
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        batch.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
    }

    /// <summary>The bytes of a register that it writes; of a product, each row's scale and sums.</summary>
    public static byte[] Written(OpContext context, int output) => context.Product is { Kind: not 0 } product
        ? Interleaved(product.Rows, product.Scales, product.Sums, flip: 0)
        : context.View(context.Line.Written[output]).Raw.ToArray();

    /// <summary>The bytes of what a product multiplies, or <c>output</c> gives; of a quantized product, each row's scale and integers.</summary>
    public static byte[] Recorded(OpContext context) => context.Line.Row.CommitsToQuantizedRows
        ? Interleaved(context.Rows.Rows, context.Rows.Scales, context.Rows.Integers, context.Rows.Flip)
        : context.View(context.Line.Row.CommittedOperand).Raw.ToArray();

    private static byte[] Interleaved(int rows, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> others, byte flip)
    {
        const int scale = sizeof(float);
        int width = rows == 0 ? 0 : others.Length / rows;
        var bytes = new byte[rows * (scale + width)];
        for (int row = 0; row < rows; row++)
        {
            Span<byte> line = bytes.AsSpan(row * (scale + width), scale + width);
            scales.Slice(row * scale, scale).CopyTo(line);
            others.Slice(row * width, width).CopyTo(line[scale..]);
            for (int i = scale; flip != 0 && i < line.Length; i++)
            {
                line[i] ^= flip;
            }
        }

        return bytes;
    }
}
