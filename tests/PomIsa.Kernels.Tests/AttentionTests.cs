using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 120, QuietOnSuccess = true)]
public sealed class AttentionTests
{
    private sealed record Case(int Rows, int Heads, int Groups, int HeadDim, int Seen, int Window, float Scale, float[] Q, float[] K, float[] V)
    {
        public static Case Of(Values values)
        {
            int rows = 1 + (values.Below(4) == 0 ? values.Below(90) : values.Below(12)), groups = 1 + values.Below(3), heads = groups * (1 + values.Below(4));
            int[] dims = [1, 3, 4, 16, 20, 32, 64, 257];
            int headDim = dims[values.Below(dims.Length)];
            int seen = values.Below(4) switch { 0 => 0, 1 => 250 + values.Below(12), 2 => values.Below(600), _ => values.Below(40) };
            int window = values.Below(3) switch { 0 => 1 + values.Below(300), _ => int.MaxValue };

            // A negative scale turns the order of the scores, and 0 by infinity is NaN.
            float scale = values.Below(5) switch { 0 => -0.7f, 1 => 0f, _ => 0.125f };
            int cache = (seen + rows) * groups * headDim;
            return new(rows, heads, groups, headDim, seen, window, scale, values.Mixed(rows * heads * headDim), values.Mixed(cache), values.Mixed(cache));
        }

        public float[] Run(int from, int to, float[]? onto = null, Range? only = null)
        {
            float[] y = onto ?? new float[Q.Length];
            float[] scratch = new float[Attention.ScratchLength(HeadDim, Seen + Rows)];
            Array.Fill(scratch, float.NaN);
            Attention.Causal(Q, K, V, Rows, Heads, Groups, HeadDim, Seen, Scale, y, scratch, from, to, Window, only: only);
            return y;
        }
    }

    [Property]
    public void Attention_equals_the_reference_however_its_pairs_are_shared_out(Seed seed)
    {
        var values = new Values(seed.Value);
        Case c = Case.Of(values);
        float[] expected = new float[c.Q.Length];
        Ref.Network.Attention(c.Q, c.K, c.V, c.Rows, c.Heads, c.Groups, c.HeadDim, c.Seen, c.Scale, expected, c.Window);
        Bits.Equal(expected, c.Run(0, c.Rows * c.Heads));
        int cut = values.Below((c.Rows * c.Heads) + 1);
        Bits.Equal(expected, c.Run(cut, c.Rows * c.Heads, c.Run(0, cut)));
        float[] apart = new float[c.Q.Length];
        for (int group = c.Groups - 1; group >= 0; group--)
        {
            c.Run(0, c.Rows * c.Heads, apart, group..(group + 1));
        }

        Bits.Equal(expected, apart);
    }

    [Property]
    public void Calls_that_go_on_with_what_earlier_ones_left_in_the_scratch_give_the_same(Seed seed)
    {
        var values = new Values(seed.Value);
        Case c = Case.Of(values);
        float[] expected = c.Run(0, c.Rows * c.Heads), y = new float[c.Q.Length], scratch = new float[Attention.ScratchLength(c.HeadDim, c.Seen + c.Rows)];
        Array.Fill(scratch, float.NaN);
        Attention.Begin(scratch);

        // Now from the first rows on, now from the last; groups in turn or after one another.
        int each = 1 + values.Below(c.Rows * c.Heads), pieces = ((c.Rows * c.Heads) + each - 1) / each;
        bool turns = values.Below(2) == 0, backwards = values.Below(2) == 0;
        for (int i = 0; i < pieces * c.Groups; i++)
        {
            int item = backwards ? (pieces * c.Groups) - 1 - i : i;
            int piece = turns ? item / c.Groups : item % pieces, group = turns ? item % c.Groups : item / pieces;
            int from = piece * each, to = Math.Min(from + each, c.Rows * c.Heads);
            Attention.Causal(c.Q, c.K, c.V, c.Rows, c.Heads, c.Groups, c.HeadDim, c.Seen, c.Scale, y, scratch, from, to, c.Window, only: group..(group + 1), goesOn: true);
        }

        Bits.Equal(expected, y);
    }

    [Property]
    public void A_row_does_not_depend_on_its_batch(Seed seed)
    {
        Case c = Case.Of(new Values(seed.Value));
        float[] together = c.Run(0, c.Rows * c.Heads);
        int width = c.Heads * c.HeadDim, cache = c.Groups * c.HeadDim;
        for (int t = 0; t < c.Rows; t++)
        {
            Case alone = c with
            {
                Rows = 1,
                Seen = c.Seen + t,
                Q = c.Q[(t * width)..((t + 1) * width)],
                K = c.K[..((c.Seen + t + 1) * cache)],
                V = c.V[..((c.Seen + t + 1) * cache)],
            };
            Bits.Equal(together.AsSpan(t * width, width), alone.Run(0, c.Heads));
        }
    }

    [Fact]
    public void A_position_that_is_not_visible_takes_no_part()
    {
        float[] q = [1, 1], k = [1, float.NaN], v = [3, float.PositiveInfinity], y = new float[2];
        Attention.Causal(q, k, v, 2, 1, 1, 1, 0, 1, y, new float[Attention.ScratchLength(1, 2)], 0, 2);
        Bits.Equal([3f, Lanes.Canonical(float.NaN)], y);
    }
}
