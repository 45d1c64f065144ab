using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class CrossAttentionTests
{
    [Property]
    public void Attention_over_given_positions_equals_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        int batch = 1 + values.Below(2), rows = 1 + values.Below(values.Below(4) == 0 ? 60 : 9), groups = 1 + values.Below(2), heads = groups * (1 + values.Below(3));
        int headDim = ((int[])[1, 3, 16, 20, 32])[values.Below(5)];
        int positions = values.Below(5) switch { 0 => 250 + values.Below(12), 1 => values.Below(600), 2 => values.Below(3), _ => 1 + values.Below(40) };
        float scale = values.Below(5) == 0 ? -0.7f : 0.125f;
        float[] q = values.Mixed(batch * rows * heads * headDim), k = values.Mixed(batch * positions * groups * headDim), v = values.Mixed(k.Length);
        float[] bias = Bias(values, batch * heads, rows, positions);
        float[] expected = new float[q.Length], y = new float[q.Length], scratch = new float[Attention.ScratchLength(headDim, positions)];
        for (int b = 0; b < batch; b++)
        {
            int row = rows * heads * headDim, cache = positions * groups * headDim, added = heads * rows * positions;
            Ref.Network.Cross(
                q.AsSpan(b * row, row),
                k.AsSpan(b * cache, cache),
                v.AsSpan(b * cache, cache),
                bias.Length == 0 ? [] : bias.AsSpan(b * added, added),
                rows,
                heads,
                groups,
                headDim,
                positions,
                scale,
                expected.AsSpan(b * row, row));
        }

        Array.Fill(scratch, float.NaN);
        int pairs = batch * rows * heads, cut = values.Below(pairs + 1);
        Attention.Cross(q, k, v, bias, batch, rows, heads, groups, headDim, positions, scale, y, scratch, cut, pairs);
        Attention.Cross(q, k, v, bias, batch, rows, heads, groups, headDim, positions, scale, y, scratch, 0, cut);
        Bits.Equal(expected, y);
    }

    [Property]
    public void Capped_scores_equal_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(20), groups = 1 + values.Below(2), heads = groups * (1 + values.Below(3)), headDim = ((int[])[1, 4, 16, 20])[values.Below(4)];
        int seen = values.Below(3) == 0 ? 0 : values.Below(300), window = values.Below(2) == 0 ? int.MaxValue : 1 + values.Below(40);
        float cap = ((float[])[50f, 1f, 0.01f, float.Epsilon, float.MaxValue])[values.Below(5)];
        float[] q = values.Mixed(rows * heads * headDim), k = values.Mixed((seen + rows) * groups * headDim), v = values.Mixed(k.Length);
        float[] expected = new float[q.Length], y = new float[q.Length], scratch = new float[Attention.ScratchLength(headDim, seen + rows)];
        Ref.Network.Attention(q, k, v, rows, heads, groups, headDim, seen, 0.3f, expected, window, cap);
        Attention.Causal(q, k, v, rows, heads, groups, headDim, seen, 0.3f, y, scratch, 0, rows * heads, window, cap);
        Bits.Equal(expected, y);
    }

    [Fact]
    public void A_hidden_position_takes_no_part_and_a_row_without_any_is_zero()
    {
        const float No = float.NegativeInfinity;
        float[] q = [1, 1, 1], k = [1, float.NaN, 2], v = [3, float.PositiveInfinity, -0f], y = new float[3];
        float[] bias = [0, No, No, No, No, 0, No, No, No];
        Attention.Cross(q, k, v, bias, 1, 3, 1, 1, 1, 3, 1, y, new float[Attention.ScratchLength(1, 3)], 0, 3);
        Bits.Equal([3f, 0f, 0f], y);
    }

    [Fact]
    public void Without_positions_every_row_is_zero()
    {
        float[] y = [1, 2];
        Attention.Cross([5, 6], [], [], [], 1, 2, 1, 1, 1, 0, 1, y, new float[Attention.ScratchLength(1, 0)], 0, 2);
        Bits.Equal([0f, 0f], y);
    }

    /// <summary>None; some of everything; a causal mask; the last positions hidden; nearly everything hidden.</summary>
    private static float[] Bias(Values values, int heads, int rows, int positions)
    {
        int kind = values.Below(6), hidden = values.Below(positions + 1);
        float[] bias = kind == 0 ? [] : values.Mixed(heads * rows * positions);
        for (int i = 0; i < bias.Length; i++)
        {
            int s = i % positions, t = i / positions % rows;
            bool hide = kind switch { 2 => s > t, 3 => s >= hidden, 4 => values.Below(20) != 0, 5 => values.Below(4) == 0, _ => false };
            bias[i] = hide ? float.NegativeInfinity : kind == 1 ? bias[i] : float.IsFinite(bias[i]) ? bias[i] : 0;
        }

        return bias;
    }
}
