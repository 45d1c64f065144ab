using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class HalfPrecisionTests
{
    private static readonly ushort[] s_all = [.. Enumerable.Range(0, 65536).Select(static i => (ushort)i)];

    [Fact]
    public void All_values_of_16_bits_become_the_f32_that_they_stand_for()
    {
        float[] y = new float[s_all.Length];
        HalfPrecision.FromF16(s_all, y);
        Bits.Equal(Array.ConvertAll(s_all, Ref.HalfPrecision.FromF16), y);
        HalfPrecision.FromBF16(s_all, y);
        Bits.Equal(Array.ConvertAll(s_all, Ref.HalfPrecision.FromBF16), y);
    }

    [Fact]
    public void Every_midpoint_and_its_neighbours_round_to_the_right_side()
    {
        CheckAround(Array.ConvertAll(s_all, Ref.HalfPrecision.FromF16), HalfPrecision.ToF16, Ref.HalfPrecision.ToF16);
        CheckAround(Array.ConvertAll(s_all, Ref.HalfPrecision.FromBF16), HalfPrecision.ToBF16, Ref.HalfPrecision.ToBF16);
    }

    [Property]
    public void Rounding_equals_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = (seed.Value & 1) == 0 ? values.Any(length.Value) : values.Tame(length.Value, 30);
        ushort[] y = new ushort[x.Length];
        HalfPrecision.ToF16(x, y);
        Assert.Equal(Array.ConvertAll(x, Ref.HalfPrecision.ToF16), y);
        HalfPrecision.ToBF16(x, y);
        Assert.Equal(Array.ConvertAll(x, Ref.HalfPrecision.ToBF16), y);
    }

    [Property]
    public void Products_with_weights_of_16_bits_equal_those_with_the_same_weights_in_f32(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(20), columns = 1 + values.Below(150), k = depth.Value;
        float[] x = values.Mixed(rows * k), expected = new float[rows * columns], y = values.Any(expected.Length);
        ushort[] w = new ushort[k * columns], panels = new ushort[Panels.Length(k, columns)], back = new ushort[w.Length];
        for (int i = 0; i < w.Length; i++)
        {
            w[i] = (ushort)values.Next();
        }

        Panels.Pack(w, k, columns, panels);
        Panels.Unpack(panels, k, columns, back);
        Assert.Equal(w, back);
        int cut = values.Below(Panels.Count(columns) + 1);
        Ref.Dot.MatMul(x, Array.ConvertAll(w, Ref.HalfPrecision.FromF16), expected, rows, k, columns);
        MatMul.F16Panels(x, panels, y, rows, k, columns, 0, cut);
        MatMul.F16Panels(x, panels, y, rows, k, columns, cut, Panels.Count(columns));
        Bits.Equal(expected, y);
        Ref.Dot.MatMul(x, Array.ConvertAll(w, Ref.HalfPrecision.FromBF16), expected, rows, k, columns);
        MatMul.BF16Panels(x, panels, y, rows, k, columns, 0, cut);
        MatMul.BF16Panels(x, panels, y, rows, k, columns, cut, Panels.Count(columns));
        Bits.Equal(expected, y);
    }

    [Fact]
    public void Lengths_that_disagree_are_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => HalfPrecision.FromF16(new ushort[2], new float[3]));
        Assert.Throws<ArgumentException>(() => HalfPrecision.ToBF16(new float[3], new ushort[2]));
    }

    private delegate void Rounding(ReadOnlySpan<float> x, Span<ushort> y);

    /// <summary>Midpoints between neighbouring values, and the f32 on either side of each.</summary>
    private static void CheckAround(float[] values, Rounding rounding, Converter<float, ushort> rule)
    {
        float[] x =
        [
            .. values.Where(float.IsFinite).SelectMany(static v =>
            {
                float middle = (float)((v + (double)MathF.BitIncrement(v)) / 2);
                return new[] { v, middle };
            }),
            .. values.Zip(values.Skip(1)).Where(static p => float.IsFinite(p.First) && float.IsFinite(p.Second)).SelectMany(static p =>
            {
                float middle = (float)(((double)p.First + p.Second) / 2);
                return new[] { MathF.BitDecrement(middle), middle, MathF.BitIncrement(middle) };
            }),
            65519.996f, 65520f, -65520f, 3.3895314e38f, 3.3961776e38f, float.MaxValue,
        ];
        ushort[] y = new ushort[x.Length];
        rounding(x, y);
        Assert.Equal(Array.ConvertAll(x, rule), y);
    }
}
