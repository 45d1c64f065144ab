namespace PomIsa.Chain.Pressure;

/// <summary>How pressure is weighed and when it counts as an event. Part of the genesis: all validators have the same.</summary>
public sealed record PressureParameters
{
    /// <summary>Weight of the fullest pool's level. The three weights sum to 1 at most.</summary>
    public Q32 FillWeight { get; init; } = Q32.Permille(500);

    /// <summary>Weight of the last block's growth over the moving average.</summary>
    public Q32 GrowthWeight { get; init; } = Q32.Permille(250);

    /// <summary>Weight of the uncondensed share of the state's bytes.</summary>
    public Q32 BacklogWeight { get; init; } = Q32.Permille(250);

    /// <summary>Bytes of growth in a block that are nothing unusual whatever the average; keeps a quiet chain from shouting.</summary>
    public long GrowthUnit { get; init; } = 512;

    /// <summary>Uncondensed bytes that press on nobody: keeps a nearly empty state, all of it uncondensed, from counting as a full backlog.</summary>
    public long BacklogUnit { get; init; } = 4096;

    /// <summary>The moving average of block bytes takes 2^-shift of each new block.</summary>
    public int GrowthShift { get; init; } = 3;

    /// <summary>Mean and spread of the pressure take 2^-shift of each new sample.</summary>
    public int MeanShift { get; init; } = 4;

    /// <summary>The threshold stands this many spreads above the mean.</summary>
    public Q32 SpreadFactor { get; init; } = Q32.Permille(2500);

    /// <summary>The threshold never falls below this.</summary>
    public Q32 Floor { get; init; } = Q32.Permille(300);

    /// <summary>The threshold never rises above this, so a full chain always fires.</summary>
    public Q32 Ceiling { get; init; } = Q32.Permille(900);

    /// <summary>Pressure is released below this share of the threshold; less than 1.</summary>
    public Q32 ReleaseShare { get; init; } = Q32.Permille(750);

    /// <summary>Blocks that only teach the mean and never fire.</summary>
    public int WarmUpBlocks { get; init; } = 8;

    /// <summary>Checks what the types cannot say.</summary>
    /// <exception cref="ArgumentException">The parameters contradict each other.</exception>
    public void Validate()
    {
        Require(FillWeight >= Q32.Zero && GrowthWeight >= Q32.Zero && BacklogWeight >= Q32.Zero, "weights are not negative");
        Require(FillWeight <= Q32.One && GrowthWeight <= Q32.One && BacklogWeight <= Q32.One, "no weight is above 1");
        Require(FillWeight + GrowthWeight + BacklogWeight <= Q32.One, "weights sum to 1 at most");
        Require(GrowthUnit > 0 && BacklogUnit >= 0, "the growth unit is positive, the backlog unit not negative");
        Require(GrowthShift is > 0 and < 32 && MeanShift is > 0 and < 32, "shifts are 1 to 31");
        Require(SpreadFactor >= Q32.Zero && SpreadFactor <= Q32.Permille(1_000_000), "the spread factor is 0 to 1000");
        Require(Floor > Q32.Zero && Floor <= Ceiling && Ceiling <= Q32.One, "0 < floor <= ceiling <= 1");
        Require(ReleaseShare > Q32.Zero && ReleaseShare < Q32.One, "the release share lies between 0 and 1");
        Require(WarmUpBlocks >= 0, "the warm-up is not negative");
    }

    internal void WriteTo(CanonicalWriter bytes) => bytes
        .I64(FillWeight.Raw)
        .I64(GrowthWeight.Raw)
        .I64(BacklogWeight.Raw)
        .I64(GrowthUnit)
        .I64(BacklogUnit)
        .U32(GrowthShift)
        .U32(MeanShift)
        .I64(SpreadFactor.Raw)
        .I64(Floor.Raw)
        .I64(Ceiling.Raw)
        .I64(ReleaseShare.Raw)
        .U32(WarmUpBlocks);

    private static void Require(bool rule, string text)
    {
        if (!rule)
        {
            throw new ArgumentException($"Pressure parameters: {text}.");
        }
    }
}
