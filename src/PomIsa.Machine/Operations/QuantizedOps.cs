using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>The stages of a quantized product, each an opcode: rows are shared, of the product panels.</summary>
internal static unsafe class QuantizedOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "quantize" => QuantizeRows,
        "matmul.i8" => Multiply,
        "dequantize" => Dequantize,
        _ => null,
    };

    private static FaultCode QuantizeRows(OpContext c)
    {
        Pieces pieces = Sharing.Cut(c, c.View(2).Length / 4, c.View(2).Rows);
        return c.Share(pieces.Count, new QuantizeWork(pieces, c.View(2), c.View(0), c.View(1)));
    }

    private static FaultCode Multiply(OpContext c)
    {
        TensorView acc = c.View(0), q = c.View(1);
        BoundWeight w = c.Weight(2);
        FaultCode code = FaultCode.None;
        if (c.Products?.TryTake(c, new ProductRows { Q = q.Data, Weight = w, Rows = q.Rows, Depth = q.Columns, Columns = acc.Columns, Sums = (int*)acc.Data }, out code) == true)
        {
            return code;
        }

        bool nibbles = w.Entry.Element == DType.W4;
        int* offsets = null;
        if (nibbles)
        {
            offsets = c.GroupOffsets.Get<int>((long)q.Rows * (q.Columns / LinearW4.Group));
            Pieces rows = Sharing.Cut(c, q.Length / 16, q.Rows);
            FaultCode stopped = c.Share(rows.Count, new OffsetWork(rows, q, offsets));
            if (stopped != FaultCode.None)
            {
                return stopped;
            }
        }

        Pieces pieces = MatrixOps.CutPanels(c, q.Rows, q.Columns, acc.Columns, halfBytesPerWeight: nibbles ? 1 : 2, stepsPerNanosecond: 120);
        return c.Share(pieces.Count, new ProductWork(pieces, q, offsets, w, acc));
    }

    private static FaultCode Dequantize(OpContext c)
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / 4, c.View(0).Rows);
        return c.Share(pieces.Count, new DequantizeWork(pieces, c.View(1), c.View(2), c.Weight(3), c.View(0)));
    }

    private readonly struct QuantizeWork(Pieces pieces, TensorView x, TensorView q, TensorView scales) : IWork
    {
        public void Item(int item, int worker) => LinearW8.QuantizeRows(
            x.F32Rows(pieces, item), x.Columns, q.RowsOf<sbyte>(pieces, item), scales.F32Rows(pieces, item));
    }

    private readonly struct OffsetWork(Pieces pieces, TensorView q, int* offsets) : IWork
    {
        public void Item(int item, int worker)
        {
            int groups = q.Columns / LinearW4.Group, from = pieces.From(item);
            LinearW4.GroupOffsets(
                q.RowsOf<sbyte>(pieces, item), q.Columns, new Span<int>(offsets + ((long)from * groups), (pieces.To(item) - from) * groups));
        }
    }

    private readonly struct ProductWork(Pieces pieces, TensorView q, int* offsets, BoundWeight w, TensorView acc) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = pieces.From(item), to = pieces.To(item);
            if (offsets is null)
            {
                LinearW8.MatMulI8(q.As<sbyte>(), w.W8, w.ColumnSums, q.Rows, q.Columns, acc.Columns, acc.I32, from, to);
                return;
            }

            var sums = new ReadOnlySpan<int>(offsets, q.Rows * (q.Columns / LinearW4.Group));
            LinearW4.MatMulI4(q.As<sbyte>(), sums, w.W4, w.SubScales, q.Rows, q.Columns, acc.Columns, acc.I32, from, to);
        }
    }

    private readonly struct DequantizeWork(Pieces pieces, TensorView acc, TensorView scales, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker) => LinearW8.Dequantize(
            acc.RowsOf<int>(pieces, item),
            scales.F32Rows(pieces, item),
            w.Scales,
            pieces.To(item) - pieces.From(item),
            y.Columns,
            y.F32Rows(pieces, item),
            0,
            Panels.Count(y.Columns));
    }
}
