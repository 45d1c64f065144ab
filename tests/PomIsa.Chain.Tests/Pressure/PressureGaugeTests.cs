using FsCheck.Xunit;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Tests.Pressure;

public sealed class PressureGaugeTests
{
    [Fact]
    public void Pressure_is_the_weighted_sum_of_its_parts()
    {
        var gauge = new PressureGauge(new PressureParameters { GrowthUnit = 1000, BacklogUnit = 2000 });
        PressureReading reading = gauge.Read([new PoolLevel(3000, 4000), new PoolLevel(1, 2)], 1000, 6000, 1000);
        Assert.Equal(Q32.Permille(750), reading.Fill);
        Assert.Equal(Q32.Permille(500), reading.Growth);
        Assert.Equal(new Q32((1L << 32) / 8), reading.Backlog);
        Assert.Equal(new Q32((long)(0.53125m * (1L << 32))), reading.Pressure);
    }

    [Fact]
    public void A_steady_stream_does_not_grow()
    {
        var gauge = new PressureGauge(new PressureParameters());
        for (int i = 0; i < 400; i++)
        {
            gauge.Learn(1000);
        }

        Assert.Equal(Q32.Zero, gauge.Read([], 0, 0, 999).Growth);
        Assert.Equal((Int128)1000 << 32, gauge.AverageRaw + 7);
        Assert.True(gauge.Read([], 0, 0, 5000).Growth > Q32.Permille(600));
    }

    [Property(MaxTest = 300)]
    public void Hostile_sizes_stay_within_zero_and_one(ulong seed)
    {
        var gauge = new PressureGauge(new PressureParameters());
        for (int i = 0; i < 20; i++)
        {
            long capacity = Q32Tests.Wide(ref seed), used = Q32Tests.Wide(ref seed), block = Q32Tests.Wide(ref seed);
            PressureReading reading = gauge.Read([new PoolLevel(used, capacity)], used, Q32Tests.Wide(ref seed), block);
            foreach (Q32 part in new[] { reading.Fill, reading.Growth, reading.Backlog, reading.Pressure })
            {
                Assert.InRange(part.Raw, 0, 1L << 32);
            }

            gauge.Learn(block);
        }
    }

    [Fact]
    public void The_largest_sizes_of_all_are_met()
    {
        var gauge = new PressureGauge(new PressureParameters());
        for (int i = 0; i < 200; i++)
        {
            gauge.Learn(long.MaxValue);
            PressureReading reading = gauge.Read([new PoolLevel(long.MaxValue, 1)], long.MaxValue, long.MaxValue, long.MaxValue);
            Assert.InRange(reading.Pressure.Raw, 1L << 31, 1L << 32);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => gauge.Learn(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => gauge.Read([new PoolLevel(-1, 1)], 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => gauge.Read([], 0, 0, -1));
    }

    [Fact]
    public void Parameters_that_contradict_each_other_are_refused()
    {
        PressureParameters good = new();
        PressureParameters[] bad =
        [
            good with { FillWeight = Q32.Permille(501) },
            good with { FillWeight = new Q32(-1) },
            good with { GrowthUnit = 0 },
            good with { BacklogUnit = -1 },
            good with { GrowthShift = 0 },
            good with { MeanShift = 32 },
            good with { Floor = Q32.Zero },
            good with { Floor = Q32.Permille(901) },
            good with { Ceiling = Q32.Permille(1001) },
            good with { ReleaseShare = Q32.One },
            good with { WarmUpBlocks = -1 },
        ];
        good.Validate();
        Assert.All(bad, parameters => Assert.Throws<ArgumentException>(parameters.Validate));
    }
}
