using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Attention, shared over (row, head) pairs.</summary>
internal static unsafe class AttentionOps
{
    public static (string, Operation)[] All { get; } =
    [
        ("attention", static c => CausalAttention(c, int.MaxValue)),
        ("attention.window", static c => CausalAttention(c, (int)c.Immediate(2).U32)),
    ];

    private static FaultCode CausalAttention(OpContext c, int window)
    {
        const int StepsPerNanosecond = 8;
        TensorView q = c.View(1);
        StateBuffer k = c.State(2);
        int headDim = (int)c.Immediate(0).U32, heads = q.Columns / headDim, groups = k.RowElementsF32 / headDim;
        int length = Attention.ScratchLength(headDim, k.Rows);
        float* scratch = c.Attention.Get<float>((long)length * c.Pool.Threads);

        // The heads of one group read the same keys, so they stay together.
        Pieces pieces = Sharing.Cut(c, 2L * q.Length * Math.Min(k.Rows, window) / StepsPerNanosecond, q.Rows * heads, heads / groups);
        return c.Share(pieces.Count, new AttentionWork(pieces, q, k, c.State(3), heads, headDim, c.Immediate(1).F32, window, scratch, length, c.View(0)));
    }

    private readonly struct AttentionWork(
        Pieces pieces, TensorView q, StateBuffer k, StateBuffer v, int heads, int headDim, float scale, int window, float* scratch, int length, TensorView y) : IWork
    {
        public void Item(int item, int worker) => Attention.Causal(
            q.F32,
            k.F32,
            v.F32,
            q.Rows,
            heads,
            k.RowElementsF32 / headDim,
            headDim,
            k.Rows - q.Rows,
            scale,
            y.F32,
            new Span<float>(scratch + ((long)worker * length), length),
            pieces.From(item),
            pieces.To(item),
            window);
    }
}
