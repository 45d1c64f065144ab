using FsCheck.Xunit;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Tests.Pressure;

public sealed class EmergentThresholdTests
{
    private static readonly PressureParameters Parameters = new() { WarmUpBlocks = 2 };

    [Fact]
    public void Mean_and_spread_follow_their_vectors()
    {
        var threshold = new EmergentThreshold(Parameters with { MeanShift = 1 });
        (long Sample, long Mean, long Spread)[] vectors =
        [
            (0x4000_0000, 0x4000_0000, 0),
            (0x2000_0000, 0x3000_0000, 0x1000_0000),
            (0x2000_0000, 0x2800_0000, 0x1000_0000),
            (0x2000_0001, 0x2400_0000, 0x0bff_ffff),
        ];
        foreach ((long sample, long mean, long spread) in vectors)
        {
            threshold.Observe(new Q32(sample));
            Assert.Equal((mean, spread), (threshold.Mean.Raw, threshold.Spread.Raw));
        }
    }

    [Fact]
    public void The_warm_up_never_fires()
    {
        var threshold = new EmergentThreshold(Parameters);
        Assert.Equal(Phase.Calm, threshold.Observe(Q32.One).Phase);
        Assert.Equal(Phase.Calm, threshold.Observe(Q32.One).Phase);
        Assert.Equal(Phase.Crossed, threshold.Observe(Q32.One).Phase);
    }

    [Fact]
    public void It_fires_at_the_threshold_and_releases_only_below_the_release_level()
    {
        EmergentThreshold threshold = Warm();
        (Q32 fire, Q32 release) = (threshold.Threshold, threshold.Release);
        Assert.Equal(Parameters.Floor, fire);
        Assert.Equal(Phase.Calm, threshold.Observe(fire - new Q32(1)).Phase);
        threshold = Warm();
        Assert.Equal(Phase.Crossed, threshold.Observe(fire).Phase);
        Assert.Equal(Phase.Sustained, threshold.Observe(fire - new Q32(1)).Phase);
        Assert.Equal(Phase.Sustained, threshold.Observe(release).Phase);
        Assert.Equal(new ThresholdReading(fire, release, Phase.Released), threshold.Observe(release - new Q32(1)));
        Assert.Equal(Phase.Calm, threshold.Observe(release).Phase);
    }

    [Fact]
    public void What_it_sees_while_fired_teaches_it_nothing()
    {
        EmergentThreshold threshold = Warm();
        Q32 before = threshold.Mean;
        for (int i = 0; i < 100; i++)
        {
            threshold.Observe(Q32.One);
        }

        Assert.True(threshold.Fired);
        Assert.Equal(before, threshold.Mean);
    }

    [Fact]
    public void A_pressure_that_trembles_around_the_threshold_fires_once()
    {
        EmergentThreshold threshold = Warm();
        Q32 level = threshold.Threshold;
        int crossings = 0;
        for (int i = 0; i < 1000; i++)
        {
            Q32 tremble = new(i % 2 == 0 ? 1L << 26 : -(1L << 26));
            crossings += threshold.Observe(level + tremble).Phase == Phase.Crossed ? 1 : 0;
        }

        Assert.Equal(1, crossings);
    }

    [Property(MaxTest = 300)]
    public void Between_two_crossings_pressure_was_always_below_the_release_level(ulong seed)
    {
        var threshold = new EmergentThreshold(Parameters with { MeanShift = 1 + (int)(seed % 6) });
        Q32 released = Q32.Zero, fired = Q32.Zero;
        for (int i = 0; i < 300; i++)
        {
            bool before = threshold.Fired;
            var pressure = new Q32((long)(SampleStream.Mix(ref seed) % ((1UL << 32) + 1)));
            ThresholdReading reading = threshold.Observe(pressure);
            Assert.InRange(reading.Threshold.Raw, Parameters.Floor.Raw, Parameters.Ceiling.Raw);
            Assert.True(reading.Release < reading.Threshold);
            Assert.Equal(before, reading.Phase is Phase.Sustained or Phase.Released);
            switch (reading.Phase)
            {
                case Phase.Crossed:
                    Assert.True(pressure >= reading.Threshold);
                    (fired, released) = (reading.Threshold, reading.Release);
                    break;
                case Phase.Sustained:
                    Assert.True(pressure >= released);
                    Assert.Equal(fired, reading.Threshold);
                    break;
                case Phase.Released:
                    Assert.True(pressure < released);
                    break;
            }
        }
    }

    private static EmergentThreshold Warm()
    {
        var threshold = new EmergentThreshold(Parameters);
        for (int i = 0; i < 10; i++)
        {
            threshold.Observe(Q32.Permille(100));
        }

        return threshold;
    }
}
