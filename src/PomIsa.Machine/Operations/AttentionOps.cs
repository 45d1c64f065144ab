using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Attention, shared over (row, head) pairs.</summary>
internal static unsafe class AttentionOps
{
    private const int StepsPerNanosecond = 8;

    /// <summary>Rows from which the groups of heads are apart, and how many of them are then together: each thread turns the keys of its group that they see, once.</summary>
    private const int ManyRows = 64, RowsTogether = 48;

    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "attention" => static c => CausalAttention(c, int.MaxValue, 0),
        "attention.window" => static c => CausalAttention(c, (int)c.Immediate(2).U32, 0),
        "attention.softcap" => static c => CausalAttention(c, c.Immediate(2).U32 == 0 ? int.MaxValue : (int)c.Immediate(2).U32, c.Immediate(3).F32),
        "attention.cross" => static c => CrossAttention(c, default),
        "attention.bias" => static c => CrossAttention(c, c.View(4)),
        _ => null,
    };

    private static FaultCode CausalAttention(OpContext c, int window, float cap)
    {
        TensorView q = c.View(1);
        StateBuffer k = c.State(2);
        int headDim = (int)c.Immediate(0).U32, heads = q.Columns / headDim, groups = k.RowElementsF32 / headDim;
        int length = Attention.ScratchLength(headDim, k.Rows);
        float* scratch = c.Attention.Get<float>((long)length * c.Pool.Threads);

        // The heads of one group read the same keys, so they stay together; of many rows each piece has one group's alone.
        long time = 2L * q.Length * Math.Min(k.Rows, window) / StepsPerNanosecond;
        int apart = q.Rows < ManyRows ? 1 : groups;
        Pieces pieces = Sharing.Cut(c, time, q.Rows * heads, apart == 1 ? heads / groups : RowsTogether * heads);
        for (int worker = 0; worker < c.Pool.Threads; worker++)
        {
            Attention.Begin(new Span<float>(scratch + ((long)worker * length), length));
        }

        return c.Share(
            pieces.Count * apart, new CausalWork(pieces, apart, q, k, c.State(3), heads, headDim, c.Immediate(1).F32, window, cap, scratch, length, c.View(0)));
    }

    private static FaultCode CrossAttention(OpContext c, TensorView bias)
    {
        TensorView q = c.View(1), k = c.View(2);
        int headDim = (int)c.Immediate(0).U32, heads = q.Columns / headDim, groups = k.Columns / headDim, positions = k.Dimension(k.Rank - 2);
        int length = Attention.ScratchLength(headDim, positions);
        float* scratch = c.Attention.Get<float>((long)length * c.Pool.Threads);
        Pieces pieces = Sharing.Cut(c, 2L * q.Length * positions / StepsPerNanosecond, q.Rows * heads, heads / groups);
        return c.Share(
            pieces.Count, new CrossWork(pieces, q, k, c.View(3), bias, heads, groups, headDim, positions, c.Immediate(1).F32, scratch, length, c.View(0)));
    }

    private readonly struct CausalWork(
        Pieces pieces,
        int apart,
        TensorView q,
        StateBuffer k,
        StateBuffer v,
        int heads,
        int headDim,
        float scale,
        int window,
        float cap,
        float* scratch,
        int length,
        TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            // The pieces of a group after one another: what a thread has turned of its keys serves it again.
            int piece = item % pieces.Count, group = item / pieces.Count, groups = k.RowElementsF32 / headDim;
            Attention.Causal(
                q.F32,
                k.F32,
                v.F32,
                q.Rows,
                heads,
                groups,
                headDim,
                k.Rows - q.Rows,
                scale,
                y.F32,
                new Span<float>(scratch + ((long)worker * length), length),
                pieces.From(piece),
                pieces.To(piece),
                window,
                cap,
                apart == 1 ? 0..groups : group..(group + 1),
                goesOn: true);
        }
    }

    private readonly struct CrossWork(
        Pieces pieces,
        TensorView q,
        TensorView k,
        TensorView v,
        TensorView bias,
        int heads,
        int groups,
        int headDim,
        int positions,
        float scale,
        float* scratch,
        int length,
        TensorView y) : IWork
    {
        public void Item(int item, int worker) => Attention.Cross(
            q.F32,
            k.F32,
            v.F32,
            bias.F32,
            q.Leading(2),
            q.Dimension(q.Rank - 2),
            heads,
            groups,
            headDim,
            positions,
            scale,
            y.F32,
            new Span<float>(scratch + ((long)worker * length), length),
            pieces.From(item),
            pieces.To(item));
    }
}
