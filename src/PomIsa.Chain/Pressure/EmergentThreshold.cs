namespace PomIsa.Chain.Pressure;

/// <summary>Where the chain stands against its threshold after a block.</summary>
public enum Phase : byte
{
    /// <summary>Armed, and below the threshold.</summary>
    Calm = 0,

    /// <summary>The block in which pressure reached the threshold.</summary>
    Crossed = 1,

    /// <summary>A later block in which pressure has not yet fallen below the release level.</summary>
    Sustained = 2,

    /// <summary>The block in which it has; armed again.</summary>
    Released = 3,
}

/// <summary>The threshold that a block was measured against.</summary>
/// <param name="Threshold">Pressure at or above it fires.</param>
/// <param name="Release">Pressure below it re-arms.</param>
public readonly record struct ThresholdReading(Q32 Threshold, Q32 Release, Phase Phase)
{
    internal void WriteTo(CanonicalWriter bytes) => bytes.I64(Threshold.Raw).I64(Release.Raw).U8((byte)Phase);
}

/// <summary>A threshold that moves with the recent level of pressure and its spread, with hysteresis and bounds.</summary>
/// <remarks>
/// threshold = clamp(mean + k · spread, floor, ceiling), both exponentially weighted, both of earlier samples only. While
/// fired it learns nothing: otherwise a long surge would become the new normal before it is relieved.
/// Spec: spec/chain.md, chapter 4.
/// </remarks>
public sealed class EmergentThreshold
{
    private readonly PressureParameters _parameters;
    private long _samples;

    /// <exception cref="ArgumentException">The parameters contradict each other.</exception>
    public EmergentThreshold(PressureParameters parameters)
    {
        parameters.Validate();
        _parameters = parameters;
    }

    /// <summary>Exponentially weighted mean of the samples.</summary>
    public Q32 Mean { get; private set; }

    /// <summary>Exponentially weighted mean absolute deviation of the samples.</summary>
    public Q32 Spread { get; private set; }

    /// <summary>True from a crossing until the release.</summary>
    public bool Fired { get; private set; }

    /// <summary>What the next sample is measured against.</summary>
    public Q32 Threshold => (Mean + (_parameters.SpreadFactor * Spread)).Clamp(_parameters.Floor, _parameters.Ceiling);

    /// <summary>Below this the next sample re-arms.</summary>
    public Q32 Release => _parameters.ReleaseShare * Threshold;

    /// <summary>Takes one block's pressure and says what it means.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Pressure is not from 0 to 1.</exception>
    public ThresholdReading Observe(Q32 pressure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pressure, Q32.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pressure, Q32.One);
        (Q32 threshold, Q32 release) = (Threshold, Release);
        Phase phase = Fired
            ? pressure < release ? Phase.Released : Phase.Sustained
            : _samples >= _parameters.WarmUpBlocks && pressure >= threshold ? Phase.Crossed : Phase.Calm;
        Fired = phase is Phase.Crossed or Phase.Sustained;
        if (!Fired)
        {
            Learn(pressure);
        }

        return new ThresholdReading(threshold, release, phase);
    }

    internal void WriteTo(CanonicalWriter bytes) => bytes.I64(Mean.Raw).I64(Spread.Raw).I64(_samples).Flag(Fired);

    // The first sample is the mean: a mean that starts from 0 would take the warm-up for a rise.
    private void Learn(Q32 pressure)
    {
        Spread = _samples == 0 ? Q32.Zero : Spread + ((Q32.Distance(pressure, Mean) - Spread) >> _parameters.MeanShift);
        Mean = _samples == 0 ? pressure : Mean + ((pressure - Mean) >> _parameters.MeanShift);
        _samples++;
    }
}
