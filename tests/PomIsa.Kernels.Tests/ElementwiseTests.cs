using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200, QuietOnSuccess = true)]
public sealed class ElementwiseTests
{
    private delegate void Vectors(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    private delegate void WithOne(ReadOnlySpan<float> a, float b, Span<float> y);

    [Property]
    public void Operations_equal_single_operations(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] a = values.Mixed(length.Value), b = values.Mixed(length.Value);
        Check(a, b, Elementwise.Add, Elementwise.Add, static (l, r) => l + r);
        Check(a, b, Elementwise.Sub, Elementwise.Sub, static (l, r) => l - r);
        Check(a, b, Elementwise.Mul, Elementwise.Mul, static (l, r) => l * r);
        Check(a, b, Elementwise.Div, Elementwise.Div, static (l, r) => l / r);
        Check(a, b, Elementwise.Min, Elementwise.Min, static (l, r) => -Greater(-l, -r));
        Check(a, b, Elementwise.Max, Elementwise.Max, Greater);
    }

    [Property]
    public void Equal_values_and_zeros_of_both_signs_are_ordered(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] few = [0f, -0f, 1f, -1f, float.NaN], a = new float[length.Value], b = new float[length.Value];
        for (int i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (few[values.Below(5)], few[values.Below(5)]);
        }

        Check(a, b, Elementwise.Min, Elementwise.Min, static (l, r) => -Greater(-l, -r));
        Check(a, b, Elementwise.Max, Elementwise.Max, Greater);
    }

    [Property]
    public void A_gated_unit_has_the_bits_of_its_two_operations(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] gate = values.Mixed(3 * length.Value), up = values.Mixed(gate.Length);
        Check(gate, up, Elementwise.SwiGlu, null, static (g, u) => Ref.Elementary.Silu(g) * u);
    }

    [Fact]
    public void Lengths_that_disagree_are_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => Elementwise.Add(new float[2], new float[3], new float[2]));
        Assert.Throws<ArgumentException>(() => Elementwise.Add(new float[2], 1f, new float[3]));
        Assert.Throws<ArgumentException>(() => Elementwise.SwiGlu(new float[2], new float[2], new float[3]));
    }

    /// <summary>The greater value by rule 2.</summary>
    private static float Greater(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a > b || (a == b && !float.IsNegative(a)) ? a : b;

    private static void Check(float[] a, float[] b, Vectors vectors, WithOne? withOne, Func<float, float, float> rule)
    {
        float[] expected = [.. a.Zip(b, (l, r) => Lanes.Canonical(rule(l, r)))], y = new float[a.Length], left = [.. a], right = [.. b];
        vectors(a, b, y);
        Bits.Equal(expected, y);
        vectors(left, b, left);
        Bits.Equal(expected, left);
        vectors(a, right, right);
        Bits.Equal(expected, right);
        if (withOne is not null && a.Length > 0)
        {
            expected = [.. a.Select(l => Lanes.Canonical(rule(l, b[0])))];
            withOne(a, b[0], y);
            Bits.Equal(expected, y);
        }
    }
}
