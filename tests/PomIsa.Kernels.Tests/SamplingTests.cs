using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class SamplingTests
{
    // The generator's published known answers: Random123, kat_vectors, philox4x32 with 10 rounds.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_its_known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint a, uint b, uint c, uint d)
    {
        Assert.Equal((a, b, c, d), Philox.Words(c0, c1, c2, c3, k0, k1));
        Assert.Equal([a, b, c, d], Ref.Sampling.Philox([c0, c1, c2, c3], [k0, k1]));
    }

    [Property]
    public void A_draw_equals_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        int count = values.Below(20) == 0 ? 3000 : length.Value + 1;
        float[] x = values.Below(6) switch
        {
            0 => values.Any(count),
            1 => [.. values.Tame(count, 1).Select(static v => MathF.Round(v * 2))], // ties
            2 => [.. values.Tame(count, 2).Select((v, i) => i % 3 == 0 ? -0f : i % 5 == 0 ? float.NegativeInfinity : v)],
            3 => [.. Enumerable.Repeat(values.Below(2) == 0 ? float.NegativeInfinity : float.PositiveInfinity, count)],
            _ => values.Tame(count, 3),
        };
        float temperature = values.Below(8) switch { 0 => 0f, 1 => float.Epsilon, 2 => float.MaxValue, 3 => 1f, _ => 0.7f };
        float topP = values.Below(6) switch { 0 => 0f, 1 => 1f, 2 => 2f, 3 => 0.5f, _ => 0.9f };
        uint topK = values.Below(4) switch { 0 => 0, 1 => 1, 2 => (uint)values.Below(count + 2), _ => uint.MaxValue };
        ulong[] order = new ulong[count];
        float[] sums = new float[count];
        for (int i = 0; i < 4; i++)
        {
            ulong key = values.Next();
            long position = i == 0 ? -1 : values.Below(1000);
            int expected = Ref.Sampling.Draw(x, temperature, topP, topK, key, position);
            Assert.Equal(expected, Sampler.Draw(x, temperature, topP, topK, key, position, order, sums));
        }
    }

    [Fact]
    public void Draws_follow_the_weights()
    {
        // Weights 1, 2 and 4 sevenths; the positions are the draws.
        float[] x = [0f, MathF.Log(2), MathF.Log(4)];
        int[] counts = new int[3];
        for (int position = 0; position < 7000; position++)
        {
            counts[Sampler.Draw(x, 1, 1, 0, 42, position, new ulong[3], new float[3])]++;
        }

        Assert.InRange(counts[0], 850, 1150);
        Assert.InRange(counts[1], 1850, 2150);
        Assert.InRange(counts[2], 3850, 4150);
    }

    [Fact]
    public void Two_seeds_and_two_positions_draw_differently()
    {
        Assert.NotEqual(Philox.Uniform(1, 0), Philox.Uniform(2, 0));
        Assert.NotEqual(Philox.Uniform(1, 0), Philox.Uniform(1, 1));
        Assert.NotEqual(Philox.Uniform(1, 1), Philox.Uniform(1, 1L << 32));
        Assert.NotEqual(Philox.Uniform(1, 0), Philox.Uniform(1 + (1UL << 32), 0));
    }

    [Fact]
    public void A_draw_allocates_nothing()
    {
        float[] x = new Values(5).Tame(2000, 3), sums = new float[2000];
        ulong[] order = new ulong[2000];
        Sampler.Draw(x, 0.8f, 0.9f, 40, 1, 0, order, sums);
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Sampler.Draw(x, 0.8f, 0.9f, i % 2 == 0 ? 40u : 0, 1, i, order, sums);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
