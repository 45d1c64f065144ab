using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Products with weights, shared over panels of 16 columns, never over a sum.</summary>
internal static unsafe class MatrixOps
{
    public static (string, Operation)[] All { get; } =
    [
        ("matmul", MatMulF32),
        ("linear.w8", LinearQuantized),
    ];

    private static FaultCode MatMulF32(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        Pieces pieces = CutPanels(c, x.Rows, x.Columns, y.Columns, bytesPerWeight: 4, stepsPerNanosecond: 60);
        return c.Share(pieces.Count, new MatMulWork(pieces, x, c.Weight(2), y));
    }

    private static FaultCode LinearQuantized(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        int rows = y.Rows, depth = x.Columns, columns = y.Columns;
        var product = new QuantizedProduct(c, rows, depth, columns);
        if (!c.Line.SharesRows)
        {
            Pieces cut = Sharing.Cut(c, x.Length / 4, rows);
            FaultCode stopped = c.Share(cut.Count, new QuantizeWork(cut, x, product));
            if (stopped != FaultCode.None)
            {
                return stopped;
            }
        }

        Pieces pieces = CutPanels(c, rows, depth, columns, bytesPerWeight: 1, stepsPerNanosecond: 120);
        FaultCode code = c.Share(pieces.Count, new LinearWork(pieces, product, c.Weight(2), y));
        c.Product = new ProductView(Commitment.W8Product, product.Scales, product.Sums, rows, columns, sizeof(int));
        return code;
    }

    /// <summary>Cuts a product into ranges of panels by the time it takes: to read its weights, or to compute where there are many rows.</summary>
    private static Pieces CutPanels(OpContext c, int rows, int depth, int columns, int bytesPerWeight, int stepsPerNanosecond)
    {
        const int BytesPerNanosecond = 20, Together = 4;
        long weights = (long)depth * columns;
        long time = Math.Max(weights * bytesPerWeight / BytesPerNanosecond, weights * rows / stepsPerNanosecond);
        return Sharing.Cut(c, time, Panels.Count(columns), Together);
    }

    /// <summary>Scratch of one quantized product.</summary>
    private readonly struct QuantizedProduct(OpContext c, int rows, int depth, int columns)
    {
        /// <summary>Rows as q + 128.</summary>
        public readonly byte* Q = c.Quantized.Get<byte>((long)rows * depth);

        public readonly float* Scales = c.Scales.Get<float>(rows);

        public readonly int* Sums = c.Accumulators.Get<int>((long)rows * columns);

        public readonly int Rows = rows, Depth = depth, Columns = columns;
    }

    private readonly struct MatMulWork(Pieces pieces, TensorView x, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker) =>
            MatMul.F32Panels(x.F32, w.F32, y.F32, y.Rows, x.Columns, y.Columns, pieces.From(item), pieces.To(item));
    }

    private readonly struct QuantizeWork(Pieces pieces, TensorView x, QuantizedProduct p) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = pieces.From(item), rows = pieces.To(item) - from;
            LinearW8.QuantizeRows(
                x.F32Rows(pieces, item), p.Depth, new Span<byte>(p.Q + ((long)from * p.Depth), rows * p.Depth), new Span<float>(p.Scales + from, rows));
        }
    }

    private readonly struct LinearWork(Pieces pieces, QuantizedProduct p, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            LinearW8.Multiply(
                new ReadOnlySpan<byte>(p.Q, p.Rows * p.Depth),
                new ReadOnlySpan<float>(p.Scales, p.Rows),
                w.W8,
                w.ColumnSums,
                w.Scales,
                p.Rows,
                p.Depth,
                p.Columns,
                new Span<int>(p.Sums, p.Rows * p.Columns),
                y.F32,
                pieces.From(item),
                pieces.To(item));
        }
    }
}
