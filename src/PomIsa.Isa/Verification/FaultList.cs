using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Verification;

/// <summary>Faults by function and instruction, up to <see cref="Limits.Faults"/>.</summary>
internal sealed class FaultList
{
    private readonly List<Fault> _faults = [];

    public int Count => _faults.Count;

    public void Add(FaultCode code, int at, int function = -1, int subject = -1)
    {
        if (_faults.Count < Limits.Faults)
        {
            _faults.Add(Fault.Of(code, at, function, subject));
        }
    }

    public ImmutableArray<Fault> ToImmutable() => _faults.Count == 0 ? ImmutableCollectionsMarshal.AsImmutableArray(_faults.ToArray()) : [.. _faults.OrderBy(f => f.Function).ThenBy(f => f.At)];
}
