using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;

namespace PomIsa.Chain.Blocks;

/// <summary>What all validators of a chain agree on before its first block.</summary>
public sealed record ChainParameters
{
    public PressureParameters Pressure { get; init; } = new();

    /// <summary>Capacity of the pool that holds pending records and commitments, in bytes.</summary>
    public long StateBytes { get; init; } = 24 * 1024;

    /// <summary>Capacity of the pool that holds responses, in bytes.</summary>
    public long ResponseBytes { get; init; } = 1024 * 1024;

    /// <summary>Longest response that is stored, in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 16 * 1024;

    /// <summary>Most records in one prompt.</summary>
    public int RecordsPerPrompt { get; init; } = 4;

    /// <summary>Most cycles that one block drives.</summary>
    public int CyclesPerBlock { get; init; } = 2;

    /// <summary>Blocks in an epoch.</summary>
    public int EpochBlocks { get; init; } = 100;

    /// <summary>What an epoch has for runs.</summary>
    public Resources EpochCapacity { get; init; } = new(
        Retired: 1UL << 32,
        MultiplyAdds: 1UL << 48,
        WorkingBytes: 1UL << 32,
        StateBytes: 1UL << 32,
        EvidenceBytes: 1UL << 38);

    /// <summary>Checks what the types cannot say.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range, or two contradict each other.</exception>
    public void Validate()
    {
        Pressure.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(StateBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ResponseBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxResponseBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RecordsPerPrompt);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CyclesPerBlock);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(EpochBlocks);
    }

    /// <summary>The parent of the first block: binds a chain to its parameters and programs.</summary>
    internal Digest Genesis(ProgramRegistry programs)
    {
        var bytes = new CanonicalWriter("genesis.1"u8);
        Pressure.WriteTo(bytes);
        bytes.I64(StateBytes).I64(ResponseBytes).U32(MaxResponseBytes).U32(RecordsPerPrompt).U32(CyclesPerBlock).U32(EpochBlocks);
        EpochCapacity.WriteTo(bytes);
        programs.WriteTo(bytes);
        return bytes.Digest;
    }
}
