using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Products with weights, shared over panels of 16 columns, never over a sum.</summary>
internal static unsafe class MatrixOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "matmul" => MatMulPanels,
        "linear.w8" => LinearQuantized,
        "linear.w4" => LinearQuantized,
        "matmul.batch" => static c => Batched(c, transposed: false),
        "matmul.batch.t" => static c => Batched(c, transposed: true),
        _ => null,
    };

    private static FaultCode MatMulPanels(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        int halfBytes = c.Weight(2).Entry.Element == DType.F32 ? 8 : 4;
        Pieces pieces = CutPanels(c, x.Rows, x.Columns, y.Columns, halfBytes, stepsPerNanosecond: 60);
        return c.Share(pieces.Count, new MatMulWork(pieces, x, c.Weight(2), y));
    }

    private static FaultCode LinearQuantized(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        int rows = y.Rows, depth = x.Columns, columns = y.Columns;
        BoundWeight w = c.Weight(2);
        bool nibbles = w.Entry.Element == DType.W4;
        if (!c.Line.SharesRows)
        {
            c.Quantized.Begin(rows, depth);
        }

        var product = new QuantizedProduct(c, nibbles, rows, depth, columns);
        if (!c.Line.SharesRows)
        {
            Pieces cut = Sharing.Cut(c, x.Length / 4, rows);
            FaultCode stopped = c.ShareRecorded(cut.Count, new QuantizeWork(cut, x, product));
            if (stopped != FaultCode.None)
            {
                return stopped;
            }
        }

        FaultCode code = FaultCode.None;
        int* greatest = c.KeepsSums || c.Choices is null ? null : c.Choices.Take(rows);
        if (c.Products?.TryTake(c, product.Asked(w, c.Line.SharesRows, c.KeepsSums, y, greatest), out code) != true)
        {
            code = greatest != null ? ChosenProducts.Multiply(c, product, w, greatest) : Multiply(c, product, w, y);
        }

        c.Rows = new RowsView(product.Scales, product.Q, nibbles ? (byte)0 : (byte)0x80, rows, depth);
        c.Product = c.KeepsSums ? new ProductView(Commitment.W8Product, product.Scales, product.Sums, rows, columns, sizeof(int)) : default;
        return code;
    }

    private static FaultCode Multiply(OpContext c, QuantizedProduct product, BoundWeight w, TensorView y)
    {
        Pieces pieces = CutPanels(c, product.Rows, product.Depth, product.Columns, halfBytesPerWeight: product.Offsets is null ? 2 : 1, stepsPerNanosecond: 120);
        Pieces tiles = Sharing.CutRows(c, product.Rows);
        return c.Share(tiles.Count * pieces.Count, new LinearWork(tiles, pieces, product, w, y));
    }

    private static FaultCode Batched(OpContext c, bool transposed)
    {
        const int StepsPerNanosecond = 40;
        TensorView y = c.View(0), a = c.View(1);
        Pieces pieces = Sharing.Cut(c, (long)y.Length * a.Columns / StepsPerNanosecond, y.Length == 0 ? 0 : a.Rows);
        return c.Share(pieces.Count, new BatchWork(pieces, a, c.View(2), y, transposed));
    }

    /// <summary>Cuts a product into ranges of panels by the time it takes: to read its weights, or to compute where there are many rows.</summary>
    public static Pieces CutPanels(OpContext c, int rows, int depth, int columns, int halfBytesPerWeight, int stepsPerNanosecond)
    {
        const int BytesPerNanosecond = 20, Together = 4, ManyRows = 48, TogetherOfMany = 6;
        long weights = (long)depth * columns;
        long time = Math.Max(weights * halfBytesPerWeight / 2 / BytesPerNanosecond, weights * rows / stepsPerNanosecond);
        return rows < ManyRows ? Sharing.Cut(c, time, Panels.Count(columns), Together) : Sharing.CutEvenly(c, time, Panels.Count(columns), TogetherOfMany);
    }

    private readonly struct MatMulWork(Pieces pieces, TensorView x, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = pieces.From(item), to = pieces.To(item);
            switch (w.Entry.Element)
            {
                case DType.F16:
                    MatMul.F16Panels(x.F32, w.U16, y.F32, y.Rows, x.Columns, y.Columns, from, to);
                    break;
                case DType.BF16:
                    MatMul.BF16Panels(x.F32, w.U16, y.F32, y.Rows, x.Columns, y.Columns, from, to);
                    break;
                default:
                    MatMul.F32Panels(x.F32, w.F32, y.F32, y.Rows, x.Columns, y.Columns, from, to);
                    break;
            }
        }
    }

    private readonly struct BatchWork(Pieces pieces, TensorView a, TensorView b, TensorView y, bool transposed) : IWork
    {
        public void Item(int item, int worker) => MatMul.Batched(
            a.F32, b.F32, y.F32, a.Leading(2), a.Dimension(a.Rank - 2), a.Columns, y.Columns, transposed, pieces.From(item), pieces.To(item));
    }

    private readonly struct QuantizeWork(Pieces pieces, TensorView x, QuantizedProduct p) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = pieces.From(item), rows = pieces.To(item) - from;
            byte* q = p.Q + ((long)from * p.Depth);
            var scales = new Span<float>(p.Scales + from, rows);
            if (p.Offsets is null)
            {
                LinearW8.QuantizeRows(x.F32Rows(pieces, item), p.Depth, new Span<byte>(q, rows * p.Depth), scales);
                return;
            }

            int groups = p.Depth / LinearW4.Group;
            LinearW4.QuantizeRows(
                x.F32Rows(pieces, item), p.Depth, new Span<sbyte>(q, rows * p.Depth), new Span<int>(p.Offsets + ((long)from * groups), rows * groups), scales);
        }
    }

    private readonly struct LinearWork(Pieces tiles, Pieces pieces, QuantizedProduct p, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            int tile = item / pieces.Count, row = tiles.From(tile), rows = tiles.To(tile) - row;
            int length = rows * p.Depth, from = pieces.From(item % pieces.Count), to = pieces.To(item % pieces.Count);
            long at = (long)row * p.Columns;
            byte* q = p.Q + ((long)row * p.Depth);
            var scales = new ReadOnlySpan<float>(p.Scales + row, rows);
            var sums = new Span<int>(p.Sums + at, p.Sums == null ? 0 : rows * p.Columns);
            Span<float> values = y.F32.Slice((int)at, rows * p.Columns);
            if (p.Offsets is null)
            {
                LinearW8.Multiply(new ReadOnlySpan<byte>(q, length), scales, w.W8, w.ColumnSums, w.Scales, rows, p.Depth, p.Columns, sums, values, from, to);
                return;
            }

            int groups = p.Depth / LinearW4.Group;
            var offsets = new ReadOnlySpan<int>(p.Offsets + ((long)row * groups), rows * groups);
            LinearW4.Multiply(new ReadOnlySpan<sbyte>(q, length), offsets, scales, w.W4, w.SubScales, w.Scales, rows, p.Depth, p.Columns, sums, values, from, to);
        }
    }
}
