using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Windows over planes: convolution is shared over tiles of outputs, pooling over rows of them.</summary>
internal static class WindowOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "conv" => Convolve,
        "pool.max" => static c => Pool(c, mean: false),
        "pool.mean" => static c => Pool(c, mean: true),
        _ => null,
    };

    private static FaultCode Convolve(OpContext c)
    {
        const int StepsPerNanosecond = 40;
        TensorView y = c.View(0), x = c.View(1);
        WeightEntry w = c.Weight(2).Entry;
        Window window = WindowOf(c, x, w.Shape[2], w.Shape[3], 0);
        long steps = (long)w.Shape[1] * window.KernelHeight * window.KernelWidth;
        int count = Convolution.Pieces(x.Dimension(0), x.Dimension(1) / w.Shape[1], window);
        Pieces pieces = Sharing.Cut(c, y.Length * steps / StepsPerNanosecond, count);
        return c.Share(pieces.Count, new ConvolutionWork(pieces, x, c.Weight(2), window, y));
    }

    private static FaultCode Pool(OpContext c, bool mean)
    {
        TensorView y = c.View(0), x = c.View(1);
        Window window = WindowOf(c, x, (int)c.Immediate(0).U32, (int)c.Immediate(1).U32, 2);
        long positions = (long)window.KernelHeight * window.KernelWidth;
        Pieces pieces = Sharing.Cut(c, y.Length * positions, y.Length == 0 ? 0 : y.Rows);
        return c.Share(pieces.Count, new PoolWork(pieces, x, window, mean, mean && c.Immediate(10).U32 == 1, y));
    }

    /// <summary>The window that the immediates from <paramref name="at"/> on move over x.</summary>
    private static Window WindowOf(OpContext c, in TensorView x, int kernelHeight, int kernelWidth, int at) => new(
        x.Dimension(2),
        x.Dimension(3),
        kernelHeight,
        kernelWidth,
        (int)c.Immediate(at).U32,
        (int)c.Immediate(at + 1).U32,
        (int)c.Immediate(at + 2).U32,
        (int)c.Immediate(at + 3).U32,
        (int)c.Immediate(at + 4).U32,
        (int)c.Immediate(at + 5).U32,
        (int)c.Immediate(at + 6).U32,
        (int)c.Immediate(at + 7).U32);

    private readonly struct ConvolutionWork(Pieces pieces, TensorView x, BoundWeight w, Window window, TensorView y) : IWork
    {
        public void Item(int item, int worker) => Convolution.Run(
            x.F32, w.F32, y.F32, x.Dimension(0), x.Dimension(1), w.Entry.Shape[0], w.Entry.Shape[1], window, pieces.From(item), pieces.To(item));
    }

    private readonly struct PoolWork(Pieces pieces, TensorView x, Window window, bool mean, bool countPad, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            int planes = x.Dimension(0) * x.Dimension(1), from = pieces.From(item), to = pieces.To(item);
            if (mean)
            {
                Pooling.Mean(x.F32, y.F32, planes, window, countPad, from, to);
            }
            else
            {
                Pooling.Max(x.F32, y.F32, planes, window, from, to);
            }
        }
    }
}
