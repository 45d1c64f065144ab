using System.Collections.Immutable;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Blocks;

/// <summary>A block: what came in, what was minted and relieved since the block before, and how the chain stands.</summary>
/// <remarks>Layout: spec/chain.md, chapter 5.</remarks>
public sealed class Block
{
    /// <summary>1 for the first block.</summary>
    public required long Height { get; init; }

    /// <summary>Hash of the block before; of the genesis for the first.</summary>
    public required Digest Parent { get; init; }

    /// <summary>RFC 9162 root over the commitments of this block's records, in their order.</summary>
    public required Digest RecordsRoot { get; init; }

    /// <summary>RFC 9162 root over the ids minted since the block before.</summary>
    public required Digest MintRoot { get; init; }

    /// <summary>RFC 9162 root over what became of orders since the block before.</summary>
    public required Digest ReliefRoot { get; init; }

    /// <summary>Digest of the chain's state after this block.</summary>
    public required Digest StateRoot { get; init; }

    public required PressureReading Pressure { get; init; }

    public required ThresholdReading Threshold { get; init; }

    /// <summary>At most one event of each kind.</summary>
    public required ImmutableArray<PressureEvent> Events { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Write().Written.ToArray();

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public Digest Hash => Write().Digest;

    private CanonicalWriter Write()
    {
        CanonicalWriter bytes = new CanonicalWriter("block.1"u8)
            .I64(Height)
            .Hash(Parent)
            .Hash(RecordsRoot)
            .Hash(MintRoot)
            .Hash(ReliefRoot)
            .Hash(StateRoot);
        Pressure.WriteTo(bytes);
        Threshold.WriteTo(bytes);
        bytes.U32(Events.Length);
        foreach (PressureEvent happened in Events)
        {
            happened.WriteTo(bytes);
        }

        return bytes;
    }
}
