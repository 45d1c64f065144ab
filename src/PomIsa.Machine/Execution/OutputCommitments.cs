using System.Diagnostics;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;

namespace PomIsa.Machine.Execution;

/// <summary>Commitments to what an instruction has written, in operand order: of a quantized product to row scales and exact sums (spec/evidence.md, chapter 2 rule 6). No record holds them.</summary>
internal static class OutputCommitments
{
    /// <summary>Adds what the record commits to instead (spec/runs.md, rule 7), copied, where it commits to anything.</summary>
    public static void AddRecorded(OpContext context, CommitmentBatch batch)
    {
        Line line = context.Line;
        if (line.CommitsRows)
        {
            RowsView rows = context.Rows;
            batch.AddRows(Commitment.QuantizedRows, rows.Rows, rows.Depth, rows.Scales, rows.Integers, rows.Flip);
        }
        else if (line.Committed >= 0)
        {
            Add(context.View(line.Committed), batch);
        }
    }

    /// <summary>Adds the tensors to a batch, copied.</summary>
    /// <param name="context">Of an instruction that retires; of a quantized product the sums were kept.</param>
    /// <param name="batch">Gets one tensor for each register that was written.</param>
    public static void Add(OpContext context, CommitmentBatch batch)
    {
        if (context.Line.Row.RecordsProduct)
        {
            ProductView product = context.Product;
            Debug.Assert(product.Kind != 0, "Nobody wanted the sums.");
            batch.AddProduct(product.Kind, product.Rows, product.Columns, product.Scales, product.Sums);
            return;
        }

        foreach (int operand in context.Line.Written)
        {
            Add(context.View(operand), batch);
        }
    }

    private static void Add(in TensorView view, CommitmentBatch batch)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        batch.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
    }
}
