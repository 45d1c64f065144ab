namespace PomIsa.Kernels;

/// <summary>Causal attention with grouped heads (spec/numerics.md, rules 3 and 7).</summary>
public static unsafe class Attention
{
    /// <summary>f32 values of scratch that <see cref="Causal"/> needs, for each worker.</summary>
    /// <param name="headDim">h.</param>
    /// <param name="positions">S + T.</param>
    public static int ScratchLength(int headDim, int positions) => new AttentionLayout(headDim, positions).Length;

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
    /// <exception cref="ArgumentException">Lengths disagree, the window is empty, or the range is not within T·H.</exception>
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
        int window = int.MaxValue)
    {
        Shape.Require(groups > 0 && headDim > 0 && heads % groups == 0 && seen >= 0, "heads are not groups of one size");
        Shape.Require(q.Length == (long)rows * heads * headDim && q.Length == y.Length, "q and y are not both [T,H,h]");
        Shape.Require(k.Length == (long)(seen + rows) * groups * headDim && k.Length == v.Length, "k and v are not both [S+T,G,h]");
        Shape.Require(window > 0, "a row does not see even its own position");
        var layout = new AttentionLayout(headDim, seen + rows);
        Shape.Require(scratch.Length >= layout.Length, "scratch is too short");
        Shape.RequireRange(from, to, rows * heads);
        fixed (float* pq = q, pk = k, pv = v, py = y, ps = scratch)
        {
            var call = new AttentionCall(pq, pk, pv, py, heads, groups, headDim, seen, window, scale, layout, ps);
            for (int group = 0; group < groups; group++)
            {
                Group(call, group, from, to);
            }
        }
    }

    /// <summary>The pairs of one key/value head, in ascending order, some at a time.</summary>
    private static void Group(in AttentionCall call, int group, int from, int to)
    {
        int* pairs = stackalloc int[AttentionLayout.MostPairs];
        int perGroup = call.Heads / call.Groups, count = 0;
        for (int t = from / call.Heads; t * call.Heads < to; t++)
        {
            int first = Math.Max(from, (t * call.Heads) + (group * perGroup));
            int last = Math.Min(to, (t * call.Heads) + ((group + 1) * perGroup));
            for (int pair = first; pair < last; pair++)
            {
                pairs[count++] = pair;
                if (count == call.Layout.Pairs)
                {
                    new AttentionChunk(call, group, pairs, count).Run();
                    count = 0;
                }
            }
        }

        if (count > 0)
        {
            new AttentionChunk(call, group, pairs, count).Run();
        }
    }
}
