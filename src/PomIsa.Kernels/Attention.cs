using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Causal attention with grouped heads (spec/numerics.md, rules 3 and 7).</summary>
public static unsafe class Attention
{
    /// <summary>(row, head) pairs that share one transposed tile of keys.</summary>
    private const int Pairs = 16;

    /// <summary>Positions in one transposed tile: four panels of 16.</summary>
    private const int Tile = 64;

    /// <summary>f32 values of scratch that <see cref="Causal"/> needs, for each worker.</summary>
    /// <param name="headDim">h.</param>
    /// <param name="positions">S + T.</param>
    public static int ScratchLength(int headDim, int positions) =>
        checked((Tile * headDim) + (Pairs * headDim) + (Pairs * Stride(positions)));

    /// <summary>Attention of T rows at positions S … S+T−1 over all positions up to their own.</summary>
    /// <remarks>
    /// Shapes: <c>q:[T,H,h], k, v:[S+T,G,h] → y:[T,H,h]</c>; f32; query head j reads key/value head j / (H/G). Score p is
    /// (q · k[p]) · scale with the dot over h by rule 3; softmax by rule 7 over exactly S + t + 1 entries; y is the
    /// rule 3 dot of the weights and v over positions. Pairs t·H + j from <paramref name="from"/> to
    /// <paramref name="to"/> (exclusive) are written, so that workers can share one call. No overlap.
    /// </remarks>
    /// <param name="rows">T.</param>
    /// <param name="heads">H.</param>
    /// <param name="groups">G, which divides H.</param>
    /// <param name="headDim">h.</param>
    /// <param name="seen">S.</param>
    /// <param name="scale">What each score is multiplied by.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values, of any content.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the range is not within T·H.</exception>
    public static void Causal(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int rows, int heads, int groups, int headDim, int seen, float scale, Span<float> y, Span<float> scratch, int from, int to)
    {
        Shape.Require(groups > 0 && headDim > 0 && heads % groups == 0 && seen >= 0, "heads are not groups of one size");
        Shape.Require(q.Length == (long)rows * heads * headDim && q.Length == y.Length, "q and y are not both [T,H,h]");
        Shape.Require(k.Length == (long)(seen + rows) * groups * headDim && k.Length == v.Length, "k and v are not both [S+T,G,h]");
        Shape.Require(scratch.Length >= ScratchLength(headDim, seen + rows), "scratch is too short");
        Shape.RequireRange(from, to, rows * heads);
        fixed (float* pq = q, pk = k, pv = v, py = y, ps = scratch)
        {
            var call = new AttentionCall(pq, pk, pv, py, heads, groups, headDim, seen, scale, ps);
            int* pairs = stackalloc int[Pairs];
            int perGroup = heads / groups;
            for (int group = 0; group < groups; group++)
            {
                int count = 0;
                for (int t = from / heads; t * heads < to; t++)
                {
                    int first = Math.Max(from, (t * heads) + (group * perGroup));
                    int last = Math.Min(to, (t * heads) + ((group + 1) * perGroup));
                    for (int pair = first; pair < last; pair++)
                    {
                        pairs[count++] = pair;
                        if (count == Pairs)
                        {
                            Chunk(call, pairs, count, group);
                            count = 0;
                        }
                    }
                }

                if (count > 0)
                {
                    Chunk(call, pairs, count, group);
                }
            }
        }
    }

    /// <summary>Scores and outputs of up to 16 pairs, in ascending order, that read one key/value head.</summary>
    private static void Chunk(in AttentionCall call, int* pairs, int count, int group)
    {
        int h = call.HeadDim;
        float* keys = call.Scratch;
        float* queries = keys + (Tile * h);
        float* scores = queries + (Pairs * h);
        int most = call.Visible(pairs[count - 1]);
        int stride = Stride(most);
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(call.Q + ((nint)pairs[i] * h), h).CopyTo(new Span<float>(queries + (i * h), h));
        }

        nint row = (nint)call.Groups * h;
        for (int at = 0; at < most; at += Tile)
        {
            Transposition.Panels(call.K + (at * row) + (group * h), row, Math.Min(Tile, most - at), h, keys);
            int panels = Panels.Count(Math.Min(Tile, most - at));
            new Product(queries, h, 1, keys, 16 * 4, (nint)h * 64, scores + at, stride, count, h, panels * 16).Run<F32Weight>();
        }

        for (int i = 0; i < count; i++)
        {
            var visible = new Span<float>(scores + ((nint)i * stride), call.Visible(pairs[i]));
            Scale(visible, call.Scale);
            Softmax.Row(visible, visible);
        }

        for (int i = 0; i < count;)
        {
            int together = 1;
            while (i + together < count && call.Row(pairs[i + together]) == call.Row(pairs[i]))
            {
                together++;
            }

            Weigh(call, scores + ((nint)i * stride), stride, pairs[i], together, group);
            i += together;
        }
    }

    /// <summary>Outputs of neighbouring heads of one row: weights · v over positions.</summary>
    private static void Weigh(in AttentionCall call, float* weights, int stride, int pair, int count, int group)
    {
        int h = call.HeadDim;
        int positions = call.Visible(pair);
        nint row = (nint)call.Groups * h;
        float* v = call.V + (group * h);
        float* y = call.Y + ((nint)pair * h);
        int whole = h / Lanes.Count;
        new Product(weights, stride, 1, v, row * 4, 64, y, h, count, positions, whole * 16).Run<F32Weight>();
        for (int i = 0; i < count; i++)
        {
            for (int d = whole * Lanes.Count; d < h; d++)
            {
                y[(i * h) + d] = Lanes.Canonical(Dot(weights + ((nint)i * stride), v + d, row, positions));
            }
        }
    }

    private static float Dot(float* a, float* b, nint bStep, int length)
    {
        float sum = 0;
        for (int start = 0; start < length; start += MatMul.Block)
        {
            float block = 0;
            for (int k = start; k < Math.Min(length, start + MatMul.Block); k++)
            {
                block = Lanes.Fma(a[k], b[k * bStep], block);
            }

            sum = start == 0 ? block : sum + block;
        }

        return sum;
    }

    private static void Scale(Span<float> x, float scale)
    {
        Vector512<float> factor = Vector512.Create(scale);
        for (int i = 0; i < x.Length; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(x[i..]) * factor, x[i..]);
        }
    }

    /// <summary>Scores of one pair, rounded up to whole tiles.</summary>
    private static int Stride(int positions) => (positions + Tile - 1) / Tile * Tile;
}

/// <summary>The operands of one call of <see cref="Attention.Causal"/>.</summary>
internal readonly unsafe struct AttentionCall(
    float* q, float* k, float* v, float* y, int heads, int groups, int headDim, int seen, float scale, float* scratch)
{
    public readonly float* Q = q, K = k, V = v, Y = y, Scratch = scratch;

    public readonly int Groups = groups, HeadDim = headDim;

    public readonly float Scale = scale;

    public int Row(int pair) => pair / heads;

    /// <summary>Positions that a pair sees, its own included.</summary>
    public int Visible(int pair) => seen + Row(pair) + 1;
}
