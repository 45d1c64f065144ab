using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 250, QuietOnSuccess = true)]
public sealed class WindowTests
{
    [Property]
    public void Convolution_equals_the_reference_however_it_is_shared_out(Seed seed)
    {
        var values = new Values(seed.Value);
        Window window = Any(values);
        int groups = 1 + values.Below(3), depth = values.Below(6) == 0 ? 40 : 1 + values.Below(3), perGroup = 1 + values.Below(20), batch = values.Below(3);
        int channels = groups * depth, filters = groups * perGroup;
        float[] x = values.Mixed(batch * channels * window.Height * window.Width);
        float[] w = values.Mixed(filters * depth * window.KernelHeight * window.KernelWidth);
        float[] expected = new float[batch * filters * window.OutHeight * window.OutWidth], y = new float[expected.Length];
        Ref.Windows.Convolution(x, w, expected, batch, channels, filters, depth, window);
        int pieces = Convolution.Pieces(batch, groups, window), cut = values.Below(pieces + 1);
        Convolution.Run(x, w, y, batch, channels, filters, depth, window, cut, pieces);
        Convolution.Run(x, w, y, batch, channels, filters, depth, window, 0, cut);
        Bits.Equal(expected, y);
    }

    [Property]
    public void Pools_equal_the_reference_however_they_are_shared_out(Seed seed)
    {
        var values = new Values(seed.Value);
        Window window = Any(values);
        int planes = values.Below(4);
        float[] x = values.Mixed(planes * window.Height * window.Width);
        float[] expected = new float[planes * window.OutHeight * window.OutWidth], y = new float[expected.Length];
        int rows = planes * window.OutHeight, cut = values.Below(rows + 1);
        Ref.Windows.Pool(x, expected, window, mean: false, countPad: false);
        Pooling.Max(x, y, planes, window, cut, rows);
        Pooling.Max(x, y, planes, window, 0, cut);
        Bits.Equal(expected, y);
        foreach (bool countPad in (bool[])[false, true])
        {
            Ref.Windows.Pool(x, expected, window, mean: true, countPad);
            Pooling.Mean(x, y, planes, window, countPad, cut, rows);
            Pooling.Mean(x, y, planes, window, countPad, 0, cut);
            Bits.Equal(expected, y);
        }
    }

    [Fact]
    public void Sizes_come_out_as_the_formula_says()
    {
        var window = new Window(7, 10, 3, 2, 2, 3, 1, 0, 1, 1, 2, 1);
        Assert.Equal((3, 4), (window.OutHeight, window.OutWidth));
        Assert.Equal(0, new Window(2, 2, 3, 3).OutWidth);
        Assert.Equal(1, new Window(3, 3, 3, 3, 9, 9).OutWidth);
    }

    [Fact]
    public void Outside_the_plane_a_filter_meets_zero_and_that_takes_part()
    {
        float[] y = new float[3];
        Convolution.Run([1f], [float.PositiveInfinity], y, 1, 1, 1, 1, new Window(1, 1, 1, 1, PadLeft: 1, PadRight: 1), 0, 1);
        Bits.Equal([Lanes.Canonical(float.NaN), float.PositiveInfinity, Lanes.Canonical(float.NaN)], y);
    }

    [Fact]
    public void A_window_altogether_outside_has_no_greatest_value_and_no_mean()
    {
        float[] y = new float[2];
        var window = new Window(1, 1, 1, 1, PadRight: 1);
        Pooling.Max([5f], y, 1, window, 0, 1);
        Bits.Equal([5f, float.NegativeInfinity], y);
        Pooling.Mean([5f], y, 1, window, countPad: false, 0, 1);
        Bits.Equal([5f, Lanes.Canonical(float.NaN)], y);
        Pooling.Mean([5f], y, 1, window, countPad: true, 0, 1);
        Bits.Equal([5f, 0f], y);
    }

    /// <summary>A window that fits at least once.</summary>
    private static Window Any(Values values)
    {
        while (true)
        {
            bool line = values.Below(3) == 0;
            var window = new Window(
                line ? 1 : 1 + values.Below(9),
                values.Below(3) == 0 ? 1 + values.Below(70) : 1 + values.Below(12),
                line ? 1 : 1 + values.Below(5),
                1 + values.Below(5),
                1 + values.Below(2),
                values.Below(2) == 0 ? 1 : 1 + values.Below(3),
                values.Below(3),
                values.Below(3),
                values.Below(3),
                values.Below(3),
                1 + values.Below(2),
                values.Below(2) == 0 ? 1 : 1 + values.Below(3));
            if (window.OutHeight > 0 && window.OutWidth > 0)
            {
                return window;
            }
        }
    }
}
