namespace PomIsa.Chain.Trigger;

/// <summary>Compares static bounds with the epoch's capacity. This is all that stands where others have gas.</summary>
/// <remarks>
/// Opcodes, multiply-adds and evidence bytes are spent for the epoch; working and state bytes are held while a run is open.
/// Sums are Int128, so no bounds that fit u64 overflow them. Spec: spec/chain.md, chapter 6.
/// </remarks>
public sealed class Admission(Resources capacity)
{
    private Int128 _retired, _multiplyAdds, _evidence, _working, _state;

    /// <summary>Takes what a run may need at worst, or says what there is too little of; then nothing is taken.</summary>
    public bool TryAdmit(Resources bounds, out AdmissionFault fault)
    {
        fault = default;
        bool admitted = Fits(Resource.Retired, _retired, bounds.Retired, capacity.Retired, ref fault)
            && Fits(Resource.MultiplyAdds, _multiplyAdds, bounds.MultiplyAdds, capacity.MultiplyAdds, ref fault)
            && Fits(Resource.WorkingBytes, _working, bounds.WorkingBytes, capacity.WorkingBytes, ref fault)
            && Fits(Resource.StateBytes, _state, bounds.StateBytes, capacity.StateBytes, ref fault)
            && Fits(Resource.EvidenceBytes, _evidence, bounds.EvidenceBytes, capacity.EvidenceBytes, ref fault);
        if (admitted)
        {
            _retired += bounds.Retired;
            _multiplyAdds += bounds.MultiplyAdds;
            _evidence += bounds.EvidenceBytes;
            _working += bounds.WorkingBytes;
            _state += bounds.StateBytes;
        }

        return admitted;
    }

    /// <summary>Gives back what a run held, once it is over.</summary>
    public void Free(Resources bounds)
    {
        _working -= bounds.WorkingBytes;
        _state -= bounds.StateBytes;
    }

    /// <summary>Begins an epoch: nothing is spent; open runs still hold their memory.</summary>
    public void BeginEpoch() => (_retired, _multiplyAdds, _evidence) = (0, 0, 0);

    internal void WriteTo(CanonicalWriter bytes) =>
        bytes.I128(_retired).I128(_multiplyAdds).I128(_evidence).I128(_working).I128(_state);

    private static bool Fits(Resource resource, Int128 taken, ulong needed, ulong has, ref AdmissionFault fault)
    {
        Int128 sum = taken + needed;
        if (sum <= has)
        {
            return true;
        }

        AdmissionFaultCode code = needed > has ? AdmissionFaultCode.TooLarge : AdmissionFaultCode.EpochSpent;
        fault = new AdmissionFault(code, resource, sum, has);
        return false;
    }
}
