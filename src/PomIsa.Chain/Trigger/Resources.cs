namespace PomIsa.Chain.Trigger;

/// <summary>The five static bounds that the verifier computes; as a capacity, what an epoch has of each.</summary>
/// <param name="Retired">Opcodes retired.</param>
/// <param name="MultiplyAdds">Multiply-adds.</param>
/// <param name="WorkingBytes">Bytes of working memory.</param>
/// <param name="StateBytes">Bytes of state that last from step to step.</param>
/// <param name="EvidenceBytes">Bytes of records.</param>
public readonly record struct Resources(
    ulong Retired,
    ulong MultiplyAdds,
    ulong WorkingBytes,
    ulong StateBytes,
    ulong EvidenceBytes)
{
    internal void WriteTo(CanonicalWriter bytes) =>
        bytes.U64(Retired).U64(MultiplyAdds).U64(WorkingBytes).U64(StateBytes).U64(EvidenceBytes);
}

/// <summary>The resource that an admission lacked.</summary>
public enum Resource : byte
{
    None = 0,
    Retired = 1,
    MultiplyAdds = 2,
    WorkingBytes = 3,
    StateBytes = 4,
    EvidenceBytes = 5,
}

/// <summary>Why a cycle was not admitted. Numbers are stable and listed in spec/chain.md, chapter 6.</summary>
public enum AdmissionFaultCode : byte
{
    None = 0,

    /// <summary>The chain registered no program for this kind of event.</summary>
    NoProgram = 1,

    /// <summary>One run alone needs more than an epoch has: it can never be admitted.</summary>
    TooLarge = 2,

    /// <summary>The rest of this epoch does not suffice; a later epoch's will.</summary>
    EpochSpent = 3,
}

/// <summary>Why a cycle was not admitted.</summary>
/// <param name="Needed">What the run may need at worst, beside what is taken already.</param>
/// <param name="Capacity">What the epoch has in all.</param>
public readonly record struct AdmissionFault(AdmissionFaultCode Code, Resource Resource, Int128 Needed, ulong Capacity);
