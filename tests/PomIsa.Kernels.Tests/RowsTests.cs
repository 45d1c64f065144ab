using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class RowsTests
{
    [Property]
    public void Sums_and_maxima_equal_the_reference(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Mixed(length.Value);
        Bits.Equal(Ref.Rows.Sum16(x), Rows.Sum16(x));
        Bits.Equal(Ref.Rows.Sum16(Array.ConvertAll(x, static v => v * v)), Rows.SumOfSquares16(x));
        Bits.Equal(Ref.Rows.MaxMagnitude(x), Rows.MaxMagnitude(x));
        if (x.Length > 0)
        {
            Bits.Equal(Ref.Rows.Max(x), Rows.Max(x));
            Assert.Equal(Ref.Rows.Argmax(x), Rows.Argmax(x));
        }
    }

    [Property]
    public void Ties_and_zeros_keep_their_order(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] few = [0f, -0f, -1f, 1f, float.NegativeInfinity];
        float[] x = new float[length.Value + 1];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = few[values.Below((seed.Value & 1) == 0 ? 2 : 5)];
        }

        Bits.Equal(Ref.Rows.Max(x), Rows.Max(x));
        Bits.Equal(Ref.Rows.Sum16(x), Rows.Sum16(x));
        Assert.Equal(Ref.Rows.Argmax(x), Rows.Argmax(x));
    }

    [Property]
    public void The_places_of_stretches_have_the_place_of_the_whole_row_among_them(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] few = [0f, -0f, -1f, 1f, float.NaN], x = new float[length.Value + 1];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = few[values.Below((seed.Value & 1) == 0 ? 4 : 5)];
        }

        var places = new List<int>();
        for (int from = 0; from < x.Length;)
        {
            int to = Math.Min(x.Length, from + 1 + values.Below(40));
            places.Add(from + Rows.Argmax(x.AsSpan(from..to)));
            from = to;
        }

        Assert.Equal(Ref.Rows.Argmax(x), Rows.Argmax(x, places.ToArray()));
    }

    [Fact]
    public void The_first_not_a_number_wins_argmax() =>
        Assert.Equal(17, Rows.Argmax([.. new float[16], 1f, float.NaN, 9f, float.NaN]));

    [Fact]
    public void An_empty_row_sums_to_zero_and_has_no_maximum()
    {
        Bits.Equal(0f, Rows.Sum16([]));
        Assert.Throws<ArgumentException>(() => Rows.Max([]));
        Assert.Throws<ArgumentException>(() => Rows.Argmax([]));
    }

    [Fact]
    public void The_order_of_a_sum_is_sixteen_lanes_and_not_another()
    {
        // 2^24 in lane 0 swallows ones that share its lane, and no others.
        float[] x = new float[48];
        (x[0], x[16], x[32], x[1], x[17]) = (16777216f, 1f, 1f, 1f, 1f);
        Bits.Equal(16777218f, Rows.Sum16(x));
    }

    [Property]
    public void Only_the_canonical_NaN_is_left(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Any(length.Value), expected = Array.ConvertAll(x, Lanes.Canonical);
        Lanes.Canonicalize(x);
        Bits.Equal(expected, x);
        Assert.All(x, static v => Assert.True(!float.IsNaN(v) || BitConverter.SingleToUInt32Bits(v) == Lanes.CanonicalNaN));
    }
}
