namespace PomIsa.Chain.Pressure;

/// <summary>What a storage pool holds. Unit: bytes.</summary>
public readonly record struct PoolLevel(long Used, long Capacity)
{
    /// <summary>Used / capacity, 1 at most; an overfull pool is full.</summary>
    public Q32 Fill => Q32.Share(Used, Capacity);
}

/// <summary>Pressure and its three parts, each from 0 to 1.</summary>
/// <param name="Fill">The level of the fullest pool.</param>
/// <param name="Growth">How far the last block's bytes exceed their moving average.</param>
/// <param name="Backlog">The share of the state's bytes, and some free ones, that is not condensed.</param>
/// <param name="Pressure">The weighted sum.</param>
public readonly record struct PressureReading(Q32 Fill, Q32 Growth, Q32 Backlog, Q32 Pressure)
{
    internal void WriteTo(CanonicalWriter bytes) => bytes.I64(Fill.Raw).I64(Growth.Raw).I64(Backlog.Raw).I64(Pressure.Raw);
}

/// <summary>Makes one number of fill level, growth and backlog; remembers only the moving average of block bytes.</summary>
/// <remarks>Spec: spec/chain.md, chapter 3. Any counts from 0 to 2^63 - 1 are met without overflow.</remarks>
public sealed class PressureGauge
{
    private readonly PressureParameters _parameters;

    /// <exception cref="ArgumentException">The parameters contradict each other.</exception>
    public PressureGauge(PressureParameters parameters)
    {
        parameters.Validate();
        _parameters = parameters;
    }

    /// <summary>Moving average of block bytes, times 2^32.</summary>
    public Int128 AverageRaw { get; private set; }

    /// <summary>The pressure now. Reading changes nothing.</summary>
    /// <param name="pools">All storage pools that the chain relies on.</param>
    /// <param name="uncondensed">Bytes of state not yet condensed.</param>
    /// <param name="state">All bytes of state, the uncondensed ones among them.</param>
    /// <param name="lastBlock">Bytes of state that the last block brought.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public PressureReading Read(ReadOnlySpan<PoolLevel> pools, long uncondensed, long state, long lastBlock)
    {
        Q32 fill = Q32.Zero;
        foreach (PoolLevel pool in pools)
        {
            fill = pool.Fill > fill ? pool.Fill : fill;
        }

        Q32 backlog = Q32.Share(uncondensed, (Int128)state + _parameters.BacklogUnit);
        Q32 growth = GrowthOf(lastBlock);
        Q32 pressure = (_parameters.FillWeight * fill) + (_parameters.GrowthWeight * growth) + (_parameters.BacklogWeight * backlog);
        return new PressureReading(fill, growth, backlog, pressure);
    }

    /// <summary>Takes a finished block into the moving average.</summary>
    public void Learn(long blockBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockBytes);
        AverageRaw += (((Int128)blockBytes << 32) - AverageRaw) >> _parameters.GrowthShift;
    }

    // (last - average) / (last + average + unit): 0 for a steady stream, towards 1 in a surge, small while both are small.
    private Q32 GrowthOf(long last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(last);
        long average = (long)(AverageRaw >> 32);
        return last <= average ? Q32.Zero : Q32.Share(last - average, (Int128)last + average + _parameters.GrowthUnit);
    }
}
