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
}
