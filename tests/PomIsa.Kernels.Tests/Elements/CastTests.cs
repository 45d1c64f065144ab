using FsCheck.Xunit;
using Exactly = PomIsa.Kernels.Reference.Exact;
using Ref = PomIsa.Kernels.Reference.Integers;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class CastTests
{
    [Property]
    public void Whole_numbers_become_the_nearest_f32(Length length, Seed seed)
    {
        long[] x = Mixed(new Values(seed.Value), length.Value);
        float[] y = new float[x.Length];
        Casts.ToF32<long>(x, y);
        Bits.Equal(Array.ConvertAll(x, Exactly.OfWhole), y);
        Casts.ToF32<int>(Array.ConvertAll(x, static v => (int)v), y);
        Bits.Equal(Array.ConvertAll(x, static v => Exactly.OfWhole((int)v)), y);
        Casts.ToF32<sbyte>(Array.ConvertAll(x, static v => (sbyte)v), y);
        Bits.Equal(Array.ConvertAll(x, static v => Exactly.OfWhole((sbyte)v)), y);
    }

    [Theory]
    [InlineData(0x0080_0000_8000_0001L, 0x5b000001u)] // by way of f64, which drops the last bit, it would be a tie
    [InlineData(0x0080_0000_8000_0000L, 0x5b000000u)]
    [InlineData(0x0080_0001_8000_0000L, 0x5b000002u)]
    [InlineData(long.MaxValue, 0x5f000000u)]
    [InlineData(long.MinValue, 0xdf000000u)]
    [InlineData(16777217L, 0x4b800000u)]
    public void Sixty_four_bits_round_once(long x, uint expected)
    {
        float[] y = new float[1];
        Casts.ToF32<long>([x], y);
        Assert.Equal(expected, BitConverter.SingleToUInt32Bits(y[0]));
    }

    [Property]
    public void An_f32_goes_toward_zero_and_stays_in_range(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = (seed.Value & 1) == 0 ? values.Any(length.Value) : values.Tame(length.Value, 65);
        CheckClamped([.. x, 127f, 128f, 127.9f, -128.9f, -129f, 2147483648f, 2147483520f, -2147483648f, -2147483904f, 9223372036854775808f, -9223372036854775808f, 9223371487098961920f, float.NaN]);
    }

    [Property]
    public void Whole_numbers_wrap(Length length, Seed seed)
    {
        long[] x = Mixed(new Values(seed.Value), length.Value), wide = new long[x.Length];
        int[] middle = new int[x.Length];
        sbyte[] narrow = new sbyte[x.Length];
        Casts.Wrap<long, int>(x, middle);
        Assert.Equal(Array.ConvertAll(x, static v => (int)Ref.Wrap(v, 32)), middle);
        Casts.Wrap<long, sbyte>(x, narrow);
        Assert.Equal(Array.ConvertAll(x, static v => (sbyte)Ref.Wrap(v, 8)), narrow);
        Casts.Wrap<sbyte, long>(narrow, wide);
        Assert.Equal(Array.ConvertAll(narrow, static v => (long)v), wide);
    }

    [Fact]
    public void Truth_is_whatever_is_not_zero()
    {
        byte[] y = new byte[6];
        Casts.ToBool([0f, -0f, float.NaN, float.Epsilon, -1f, float.NegativeInfinity], y);
        Assert.Equal([0, 0, 1, 1, 1, 1], y);
        Casts.ToBool<long>([0, 1, -1, 256, long.MinValue, 1L << 32], y);
        Assert.Equal([0, 1, 1, 1, 1, 1], y);
        float[] back = new float[3];
        Casts.BoolToF32([0, 1, 128], back);
        Bits.Equal([0f, 1f, 1f], back);
        long[] whole = new long[3];
        Casts.FromBool<long>([0, 1, 255], whole);
        Assert.Equal([0, 1, 1], whole);
    }

    private static void CheckClamped(float[] x)
    {
        long[] wide = new long[x.Length];
        int[] middle = new int[x.Length];
        sbyte[] narrow = new sbyte[x.Length];
        Casts.ToI64(x, wide);
        Assert.Equal(Array.ConvertAll(x, static v => Exactly.Clamped(v, 64)), wide);
        Casts.ToNarrow<int>(x, middle);
        Assert.Equal(Array.ConvertAll(x, static v => (int)Exactly.Clamped(v, 32)), middle);
        Casts.ToNarrow<sbyte>(x, narrow);
        Assert.Equal(Array.ConvertAll(x, static v => (sbyte)Exactly.Clamped(v, 8)), narrow);
    }

    /// <summary>Numbers of any length in bits.</summary>
    private static long[] Mixed(Values values, int count) => [.. Enumerable.Range(0, count).Select(_ => (long)values.Next() >> values.Below(64))];
}
