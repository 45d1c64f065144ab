using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Rows to a value, to their greatest few, or to running sums. Many rows are shared over the pool.</summary>
internal static class ReduceOps
{
    /// <summary>Elements in a nanosecond, about: in vectors, and one after the other.</summary>
    private const int Wide = 4, Serial = 1;

    /// <summary>Elements of one row in a stretch at least: to look through fewer takes no longer than to wait for another thread.</summary>
    private const int FewestTogether = 1 << 13;

    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "argmax" => ArgmaxOfRow,
        "sum" => Each(Reductions.Sum, Reductions.Sum, Reductions.Sum, Wide),
        "mean" => Floats(Reductions.Mean, Wide),
        "reduce.max" => Each(Reductions.Max, Reductions.Max, Reductions.Max, Wide),
        "reduce.min" => Each(Reductions.Min, Reductions.Min, Reductions.Min, Wide),
        "reduce.prod" => Each(Reductions.Product, Reductions.Product, Reductions.Product, Wide),
        "vargmax" => ArgmaxRows,
        "topk" => Greatest,
        "cumsum" => Each(CumulativeSum.Rows, CumulativeSum.Rows, CumulativeSum.Rows, Serial),
        _ => null,
    };

    private delegate void RowKernel<T>(ReadOnlySpan<T> x, int columns, Span<T> y);

    // Delegates are made once, with the operation: one made by each execution would be an allocation.
    private static Operation Floats(RowKernel<float> kernel, int rate) => c => Share(c, kernel, rate);

    private static Operation Each(RowKernel<float> f32, RowKernel<int> i32, RowKernel<long> i64, int rate) => c => c.View(1).Element switch
    {
        DType.I32 => Share(c, i32, rate),
        DType.I64 => Share(c, i64, rate),
        _ => Share(c, f32, rate),
    };

    private static FaultCode Share<T>(OpContext c, RowKernel<T> kernel, int rate)
        where T : unmanaged
    {
        Pieces pieces = Sharing.Cut(c, c.View(1).Length / rate, c.View(1).Rows);
        return c.Share(pieces.Count, new RowWork<T>(kernel, pieces, c.View(1), c.View(0)));
    }

    /// <summary>Each thread looks through one stretch of a long row.</summary>
    private static unsafe FaultCode ArgmaxOfRow(OpContext c)
    {
        if (c.Line.Greatest >= 0)
        {
            c.Push(c.Line.Greatest);
            return FaultCode.None;
        }

        TensorView x = c.View(0);
        int stretches = Math.Clamp(x.Length / FewestTogether, Math.Min(1, x.Length), c.Pool.Threads);
        int* found = stackalloc int[stretches];
        FaultCode code = c.ShareRecorded(stretches, new StretchWork(new Pieces(x.Length, 1, stretches), x, found));
        c.Push(stretches == 0 ? 0 : Rows.Argmax(x.F32, new ReadOnlySpan<int>(found, stretches)));
        return code;
    }

    private static FaultCode ArgmaxRows(OpContext c)
    {
        Pieces pieces = Sharing.Cut(c, c.View(1).Length / Wide, c.View(1).Rows);
        return c.Share(pieces.Count, new ArgmaxWork(pieces, c.View(1), c.View(0)));
    }

    private static FaultCode Greatest(OpContext c)
    {
        Pieces pieces = Sharing.Cut(c, c.View(2).Length / Serial, c.View(2).Rows);
        return c.Share(pieces.Count, new TopWork(pieces, c.View(2), (int)c.Immediate(0).U32, c.View(0), c.View(1)));
    }

    private readonly struct RowWork<T>(RowKernel<T> kernel, Pieces pieces, TensorView x, TensorView y) : IWork
        where T : unmanaged
    {
        public void Item(int item, int worker) => kernel(x.RowsOf<T>(pieces, item), x.Columns, y.RowsOf<T>(pieces, item));
    }

    private readonly unsafe struct StretchWork(Pieces stretches, TensorView x, int* found) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = stretches.From(item);
            found[item] = from + Rows.Argmax(x.F32[from..stretches.To(item)]);
        }
    }

    private readonly struct ArgmaxWork(Pieces pieces, TensorView x, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            Span<long> to = y.RowsOf<long>(pieces, item);
            switch (x.Element)
            {
                case DType.I32: Reductions.Argmax<int>(x.RowsOf<int>(pieces, item), x.Columns, to); break;
                case DType.I64: Reductions.Argmax<long>(x.RowsOf<long>(pieces, item), x.Columns, to); break;
                default: Reductions.Argmax<float>(x.RowsOf<float>(pieces, item), x.Columns, to); break;
            }
        }
    }

    private readonly struct TopWork(Pieces pieces, TensorView x, int k, TensorView values, TensorView ids) : IWork
    {
        public void Item(int item, int worker)
        {
            Span<long> at = ids.RowsOf<long>(pieces, item);
            switch (x.Element)
            {
                case DType.I32: TopK.Rows<int>(x.RowsOf<int>(pieces, item), x.Columns, k, values.RowsOf<int>(pieces, item), at); break;
                case DType.I64: TopK.Rows<long>(x.RowsOf<long>(pieces, item), x.Columns, k, values.RowsOf<long>(pieces, item), at); break;
                default: TopK.Rows<float>(x.RowsOf<float>(pieces, item), x.Columns, k, values.RowsOf<float>(pieces, item), at); break;
            }
        }
    }
}
