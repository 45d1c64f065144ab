using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>Attention with grouped heads: causal over caches, and over all positions of given keys (spec/numerics.md, rule 5.5 and chapter 11).</summary>
public static unsafe class Attention
{
    /// <summary>f32 values of scratch that a call needs, for each worker.</summary>
    /// <param name="headDim">h.</param>
    /// <param name="positions">S + T; of <see cref="Cross"/> S.</param>
    public static int ScratchLength(int headDim, int positions) => new AttentionLayout(headDim, positions).Length;

    /// <summary>Makes a worker's scratch one that holds nothing.</summary>
    public static void Begin(Span<float> scratch) => scratch[..AttentionKept.Length].Clear();

    /// <summary>Attention of T rows at positions S … S+T−1 over all positions up to their own, or the last <paramref name="window"/> of them.</summary>
    /// <remarks>
    /// Shapes: <c>q:[T,H,h], k, v:[S+T,G,h] → y:[T,H,h]</c>; f32; query head j reads key/value head j / (H/G). The row at position p sees
    /// positions max(0, p − window + 1) … p. Each score is (q · k) · scale with the dot over h by rule 3; softmax by rule 7 over exactly the
    /// positions seen; y is the rule 3 dot of the weights and v over those positions, the first of them beginning its first block.
    /// Pairs t·H + j from <paramref name="from"/> to <paramref name="to"/> (exclusive) are written, so that workers can share one call; heads
    /// that share a group are best kept in one piece. No overlap.
    /// </remarks>
    /// <param name="rows">T.</param>
    /// <param name="heads">H.</param>
    /// <param name="groups">G, which divides H.</param>
    /// <param name="headDim">h.</param>
    /// <param name="seen">S.</param>
    /// <param name="scale">What each score is multiplied by.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values, of any content.</param>
    /// <param name="cap">Where it is not 0, a scaled score x becomes cap · tanh(x / cap), each operation rounded.</param>
    /// <param name="only">Key/value heads whose pairs are written; null: all.</param>
    /// <param name="goesOn">Whether, since <see cref="Begin"/>, the scratch was used by calls over this k, v and window alone: what they turned and copied is then used again.</param>
    /// <exception cref="ArgumentException">Lengths disagree, the window is empty, or a range is not within T·H or G.</exception>
    public static void Causal(
        ReadOnlySpan<float> q,
        ReadOnlySpan<float> k,
        ReadOnlySpan<float> v,
        int rows,
        int heads,
        int groups,
        int headDim,
        int seen,
        float scale,
        Span<float> y,
        Span<float> scratch,
        int from,
        int to,
        int window = int.MaxValue,
        float cap = 0,
        Range? only = null,
        bool goesOn = false)
    {
        Shape.Require(groups > 0 && headDim > 0 && heads % groups == 0 && seen >= 0, "heads are not groups of one size");
        Shape.Require(q.Length == (long)rows * heads * headDim && q.Length == y.Length, "q and y are not both [T,H,h]");
        Shape.Require(k.Length == (long)(seen + rows) * groups * headDim && k.Length == v.Length, "k and v are not both [S+T,G,h]");
        Shape.Require(window > 0, "a row does not see even its own position");
        var layout = new AttentionLayout(headDim, seen + rows);
        Shape.Require(scratch.Length >= layout.Length, "scratch is too short");
        Shape.RequireRange(from, to, rows * heads);
        if (!goesOn)
        {
            Begin(scratch);
        }

        (int firstGroup, int count) = (only ?? ..).GetOffsetAndLength(groups);
        fixed (float* pq = q, pk = k, pv = v, py = y, ps = scratch)
        {
            var call = new AttentionCall(pq, pk, pv, py, heads, groups, headDim, seen, window, scale, layout, ps) { Cap = cap };
            for (int group = firstGroup; group < firstGroup + count; group++)
            {
                Group(call, group, from, to);
            }
        }
    }

    /// <summary>Attention of each row over all S positions of the keys and values of its batch, or those whose bias is not −inf.</summary>
    /// <remarks>
    /// Shapes: <c>q:[B,T,H,h], k, v:[B,S,G,h], bias:[B,H,T,S] or empty → y:[B,T,H,h]</c>; f32. As <see cref="Causal"/>, but for what is seen; each score
    /// is (q · k) · scale + bias. A row that sees nothing gives +0. A position that is not seen has the weight +0 in the softmax's sum and no step in the
    /// second dot, whose blocks are counted over all positions. Pairs (b·T + t)·H + j from <paramref name="from"/> to <paramref name="to"/>
    /// (exclusive) are written. No overlap.
    /// </remarks>
    /// <param name="batch">B.</param>
    /// <param name="rows">T.</param>
    /// <param name="heads">H.</param>
    /// <param name="groups">G, which divides H.</param>
    /// <param name="headDim">h.</param>
    /// <param name="positions">S.</param>
    /// <param name="scale">What each dot is multiplied by.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values, of any content.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the range is not within B·T·H.</exception>
    public static void Cross(
        ReadOnlySpan<float> q,
        ReadOnlySpan<float> k,
        ReadOnlySpan<float> v,
        ReadOnlySpan<float> bias,
        int batch,
        int rows,
        int heads,
        int groups,
        int headDim,
        int positions,
        float scale,
        Span<float> y,
        Span<float> scratch,
        int from,
        int to)
    {
        Shape.Require(groups > 0 && headDim > 0 && heads % groups == 0 && positions >= 0, "heads are not groups of one size");
        Shape.Require(q.Length == (long)batch * rows * heads * headDim && q.Length == y.Length, "q and y are not both [B,T,H,h]");
        Shape.Require(k.Length == (long)batch * positions * groups * headDim && k.Length == v.Length, "k and v are not both [B,S,G,h]");
        Shape.Require(bias.IsEmpty || bias.Length == (long)batch * heads * rows * positions, "bias is not [B,H,T,S]");
        var layout = new AttentionLayout(headDim, positions);
        Shape.Require(scratch.Length >= layout.Length, "scratch is too short");
        Shape.RequireRange(from, to, batch * rows * heads);
        if (positions == 0)
        {
            y[(from * headDim)..(to * headDim)].Clear();
            return;
        }

        fixed (float* pq = q, pk = k, pv = v, pb = bias, py = y, ps = scratch)
        {
            int pairs = rows * heads;
            for (int b = pairs == 0 ? batch : from / pairs; b < batch && b * pairs < to; b++)
            {
                nint row = (nint)b * pairs * headDim, cache = (nint)b * positions * groups * headDim;
                Begin(scratch);
                float* own = pb == null ? null : pb + ((nint)b * pairs * positions);
                var call = new AttentionCall(pq + row, pk + cache, pv + cache, py + row, heads, groups, headDim, 0, int.MaxValue, scale, layout, ps)
                {
                    All = positions,
                    Bias = own,
                    Rows = rows,
                };
                for (int group = 0; group < groups; group++)
                {
                    Group(call, group, Math.Max(0, from - (b * pairs)), Math.Min(pairs, to - (b * pairs)));
                }
            }
        }
    }

    /// <summary>The pairs of one key/value head, in ascending order, so many at a time that each part has about as many as the others.</summary>
    [SkipLocalsInit]
    private static void Group(in AttentionCall call, int group, int from, int to)
    {
        int* pairs = stackalloc int[AttentionLayout.MostPairs], ends = stackalloc int[AttentionLayout.MostPairs];
        int perGroup = call.Heads / call.Groups, count = 0;
        int rows = ((to - 1) / call.Heads) - (from / call.Heads) + 1, parts = ((rows * perGroup) + call.Layout.Pairs - 1) / call.Layout.Pairs;
        int each = from < to ? Math.Min(call.Layout.Pairs, (rows + parts - 1) / parts * perGroup) : 0;
        for (int t = from / call.Heads; t * call.Heads < to; t++)
        {
            int first = Math.Max(from, (t * call.Heads) + (group * perGroup));
            int last = Math.Min(to, (t * call.Heads) + ((group + 1) * perGroup));
            for (int pair = first; pair < last; pair++)
            {
                pairs[count] = pair;
                ends[count++] = call.End(t);
                if (count == each)
                {
                    new AttentionChunk(call, group, pairs, ends, count).Run();
                    count = 0;
                }
            }
        }

        if (count > 0)
        {
            new AttentionChunk(call, group, pairs, ends, count).Run();
        }
    }
}
