using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 400, QuietOnSuccess = true)]
public sealed class DivisionTests
{
    [Property]
    public void A_row_is_divided_as_by_the_instruction(Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = new float[500];
        for (int i = 0; i < x.Length; i++)
        {
            // Weights lie in [0, 1]; every fourth row has tiny ones and zeros, where the quick way would underflow.
            x[i] = Math.Abs((seed.Value & 3) == 0 ? values.Tame(126) : values.Tame(40));
            x[i] = values.Below(50) == 0 ? 0f : x[i] > 1 ? 1 / x[i] : x[i];
        }

        float d = (seed.Value & 7) == 1 ? values.Any() : Math.Abs(values.Tame(11)) is var v && v < 1 ? 1 / v : v;
        float[] expected = Array.ConvertAll(x, e => Lanes.Canonical(e / d));
        Division.Row(x, d);
        Bits.Equal(expected, x);
    }

    [Property]
    public unsafe void A_row_without_tiny_values_is_divided_as_by_the_instruction(Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = new float[16 * (1 + values.Below(20))];
        for (int i = 0; i < x.Length; i++)
        {
            float any = Math.Abs(values.Tame(100));
            x[i] = values.Below(50) == 0 ? 0f : any > 1 ? 1 / any : any;
        }

        // Now and then a divisor that asks for the instruction: below 1, above 2^24, NaN.
        float d = (seed.Value & 3) == 0 ? values.Any() : Math.Abs(values.Tame(24)) is var v && v < 1 ? 1 / v : v;
        float[] expected = Array.ConvertAll(x, e => Lanes.Canonical(e / d));
        fixed (float* px = x)
        {
            Division.Row(px, x.Length, d, plain: true);
        }

        Bits.Equal(expected, x);
    }
}
