using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Outputs;

/// <summary>The outputs of an instruction that retires: their bytes as commitments are over them.</summary>
internal static unsafe class RetiredOutputs
{
    /// <summary>Adds a register that it writes; of a quantized product its scales and sums.</summary>
    public static void AddWritten(CommitmentBatch batch, OpContext context, int output)
    {
        if (context.Product is { Kind: not 0 } product)
        {
            batch.AddProduct(product.Kind, product.Rows, product.Columns, product.Scales, product.Sums);
            return;
        }

        Add(batch, context.View(context.Line.Written[output]));
    }

    /// <summary>Adds what its record commits to.</summary>
    public static void AddRecorded(CommitmentBatch batch, OpContext context)
    {
        TensorView x = context.View(context.Line.Row.CommittedOperand);
        if (context.Line.Row.CommitsToQuantizedRows)
        {
            batch.Add(Commitment.QuantizedRows, [x.Rows, x.Columns], Recorded(context));
            return;
        }

        Add(batch, x);
    }

    /// <summary>The bytes of a register that it writes; of a product, each row's scale and sums.</summary>
    public static byte[] Written(OpContext context, int output)
    {
        if (context.Product is not { Kind: not 0 } product)
        {
            return context.View(context.Line.Written[output]).Raw.ToArray();
        }

        int scale = sizeof(float), sums = product.Rows == 0 ? 0 : product.Sums.Length / product.Rows;
        var bytes = new byte[product.Rows * (scale + sums)];
        for (int row = 0; row < product.Rows; row++)
        {
            product.Scales.Slice(row * scale, scale).CopyTo(bytes.AsSpan(row * (scale + sums)));
            product.Sums.Slice(row * sums, sums).CopyTo(bytes.AsSpan((row * (scale + sums)) + scale));
        }

        return bytes;
    }

    /// <summary>The bytes of what its record commits to; of a quantized product, each row's scale and integers.</summary>
    public static byte[] Recorded(OpContext context)
    {
        TensorView x = context.View(context.Line.Row.CommittedOperand);
        if (!context.Line.Row.CommitsToQuantizedRows)
        {
            return x.Raw.ToArray();
        }

        int depth = x.Columns, width = sizeof(float) + depth;
        byte flip = context.Weight(2).Entry.Element == DType.W4 ? (byte)0 : (byte)0x80; // w8 keeps q + 128
        byte* q = context.Quantized.Get<byte>((long)x.Rows * depth);
        ReadOnlySpan<byte> scales = context.Product.Scales;
        var bytes = new byte[x.Rows * width];
        for (int row = 0; row < x.Rows; row++)
        {
            Span<byte> line = bytes.AsSpan(row * width, width);
            scales.Slice(row * sizeof(float), sizeof(float)).CopyTo(line);
            for (int k = 0; k < depth; k++)
            {
                line[sizeof(float) + k] = (byte)(q[((long)row * depth) + k] ^ flip);
            }
        }

        return bytes;
    }

    private static void Add(CommitmentBatch batch, in TensorView view)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        batch.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
    }
}
