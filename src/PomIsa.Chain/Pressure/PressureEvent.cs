namespace PomIsa.Chain.Pressure;

/// <summary>What an event is about; the registry names a program for each. Numbers are part of the block encoding.</summary>
public enum EventKind : byte
{
    /// <summary>Closed votes that are not yet condensed press on the state.</summary>
    GovernancePressure = 1,
}

/// <summary>A block's statement that pressure crossed, held or released its threshold.</summary>
/// <param name="Height">The block that states it.</param>
/// <param name="Parent">That block's parent, which makes the event one of this chain and no other.</param>
public readonly record struct PressureEvent(long Height, Digest Parent, EventKind Kind, Phase Phase, Q32 Pressure, Q32 Threshold)
{
    /// <summary>SHA-256 of the canonical bytes: what a run binds itself to. Layout: spec/chain.md, chapter 5.</summary>
    public Digest Digest
    {
        get
        {
            var bytes = new CanonicalWriter("event.1"u8);
            WriteTo(bytes);
            return bytes.Digest;
        }
    }

    internal void WriteTo(CanonicalWriter bytes) => bytes
        .I64(Height)
        .Hash(Parent)
        .U8((byte)Kind)
        .U8((byte)Phase)
        .I64(Pressure.Raw)
        .I64(Threshold.Raw);
}
