using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A fault in a run: what one instruction reads is changed before it executes, so that all that it gives follows from it.</summary>
/// <param name="inner">What observes the run.</param>
/// <param name="sequence">Of the record.</param>
/// <param name="change">Changes it.</param>
internal sealed class PlantBefore(IRetireObserver inner, ulong sequence, Action<OpContext> change) : IStepObserver
{
    private ulong _sequence;

    public bool WantsSums => inner.WantsSums;

    public bool TryBegin(RetirePlace place, Frame frame, OpContext context, out string refusal)
    {
        if (_sequence + 1 == sequence)
        {
            change(context);
        }

        refusal = "";
        return true;
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        _sequence++;
        return inner.TryRetire(place, context, changes, out refusal);
    }
}
