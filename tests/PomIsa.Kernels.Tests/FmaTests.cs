using System.Runtime.Intrinsics;
using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 2000, QuietOnSuccess = true)]
public sealed class FmaTests
{
    [Property]
    public void Software_and_hardware_agree_on_any_bits(Wild a, Wild b, Wild c)
    {
        float software = Lanes.Canonical(SoftwareFma.Multiply(a.Value, b.Value, c.Value));
        Bits.Equal(software, Lanes.Canonical(Lanes.Fma(a.Value, b.Value, c.Value)));
        Vector512<float> lanes = Lanes.Fma(Vector512.Create(a.Value), Vector512.Create(b.Value), Vector512.Create(c.Value));
        Bits.Equal(software, Lanes.Canonical(lanes).GetElement(7));
    }

    [Property]
    public void Software_and_hardware_agree_where_the_sum_cancels_or_ties(Seed seed)
    {
        var values = new Values(seed.Value);
        float[] a = values.Tame(Lanes.Count, 40), b = values.Tame(Lanes.Count, 40), c = new float[Lanes.Count], expected = new float[Lanes.Count];
        for (int i = 0; i < Lanes.Count; i++)
        {
            uint near = BitConverter.SingleToUInt32Bits(-(a[i] * b[i])) + (uint)values.Below(5) - 2;
            c[i] = MathF.ScaleB(BitConverter.UInt32BitsToSingle(near), values.Below(60) - 30);
            expected[i] = SoftwareFma.Multiply(a[i], b[i], c[i]);
            Bits.Equal(expected[i], Lanes.Fma(a[i], b[i], c[i]));
        }

        float[] fast = new float[Lanes.Count], soft = new float[Lanes.Count];
        Lanes.Fma(Vector512.Create(a), Vector512.Create(b), Vector512.Create(c)).CopyTo(fast);
        SoftwareFma.Multiply(Vector512.Create(a), Vector512.Create(b), Vector512.Create(c)).CopyTo(soft);
        Bits.Equal(expected, fast);
        Bits.Equal(expected, soft);
    }

    [Fact]
    public void A_sum_that_two_roundings_get_wrong_is_rounded_once()
    {
        // 1 + 2^-24 + 2^-78: above the midpoint by less than an f64 can hold.
        float a = MathF.ScaleB(1 + MathF.ScaleB(1, -23), -24), b = 1 - MathF.ScaleB(1, -23) + 0f;
        float up = Lanes.Fma(MathF.ScaleB(1, -39), MathF.ScaleB(1, -39), 1 + MathF.ScaleB(1, -23));
        Bits.Equal(1 + MathF.ScaleB(1, -23), up);
        Bits.Equal(1 + MathF.ScaleB(1, -23), SoftwareFma.Multiply(a, 1f, 1f));
        Bits.Equal(1f, SoftwareFma.Multiply(a, b, 1f));
    }
}
