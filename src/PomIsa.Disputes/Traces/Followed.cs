using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Values;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>The data flow of the one way in which a run can have gone.</summary>
internal sealed class Followed : IRunFlow
{
    private readonly VerifiedModule _module;
    private readonly TrailView<DriverStretch> _stretches;
    private readonly TrailView<RegisterWrite> _writes;
    private readonly TrailView<PoppedScalar> _popped;
    private readonly TrailView<CalledStep> _steps;
    private readonly TrailView<StateChange> _states;
    private readonly long[] _inputRows;
    private readonly ulong _end;

    public Followed(VerifiedModule module, RunPath path)
    {
        (_module, _inputRows, _end) = (module, path.InputRows, path.End);
        (_stretches, _writes, _popped) = (path.Stretches.View(), path.Writes.View(), path.Popped.View());
        (_steps, _states) = (path.Steps.View(), path.States.View());
    }

    /// <inheritdoc/>
    public bool TryPlace(ulong index, [NotNullWhen(true)] out RecordPlace? place)
    {
        place = null;
        if (TryDriver(index, out DriverStretch stretch))
        {
            Scalar? popped = _popped.CountUpTo(index) is > 0 and var count && _popped[count - 1] is { } last && last.Index == index ? last.Value : null;
            place = new RecordPlace(stretch.Scope.Function.Index, Offset(stretch, index), stretch.Scope.Symbols, null, popped is { IsKnown: true } known ? [known.Value] : null)
            {
                PoppedFrom = popped is { IsKnown: false } hidden ? hidden.Origin : null,
                InputRows = _inputRows,
            };
            return true;
        }

        int before = _steps.CountUpTo(index);
        if (before == 0 || index - _steps[before - 1].Index > (ulong)_module.Functions[_steps[before - 1].Callee].Function.Body.Length)
        {
            return false;
        }

        StepCall call = Call(_steps[before - 1]);
        place = new RecordPlace(call.Function, (int)(index - call.CallIndex - 1), call.Symbols, call);
        return true;
    }

    /// <inheritdoc/>
    public bool TryCall(ulong callIndex, [NotNullWhen(true)] out StepCall? call)
    {
        int before = _steps.CountUpTo(callIndex);
        call = before > 0 && _steps[before - 1].Index == callIndex ? Call(_steps[before - 1]) : null;
        return call is not null;
    }

    /// <inheritdoc/>
    public bool TryOrigin(ulong index, int register, out Origin origin)
    {
        origin = default;
        if (!TryDriver(index, out DriverStretch stretch))
        {
            return false;
        }

        for (int at = _writes.CountUpTo(index - 1) - 1; at >= 0; at--)
        {
            if (_writes[at].Register == register && _writes[at].Frame == stretch.Scope.Frame)
            {
                origin = _writes[at].Origin;
                break;
            }
        }

        return origin.Index != 0; // a run's opening record lies before all others, so 0 stands for «not written»
    }

    private static int Offset(DriverStretch stretch, ulong index) => stretch.Offset + (int)(index - stretch.Index);

    // The stretch that a driver's record lies in. A stretch ends where a step is called.
    private bool TryDriver(ulong index, out DriverStretch stretch)
    {
        int stretches = _stretches.CountUpTo(index), steps = index == 0 ? 0 : _steps.CountUpTo(index - 1);
        stretch = stretches > 0 ? _stretches[stretches - 1] : default;
        return stretches > 0 && index < _end && (steps == 0 || _steps[steps - 1].Index < stretch.Index);
    }

    private StepCall Call(in CalledStep step) => new(step.Index, step.Step, step.Callee, step.Symbols, step.Arguments, new StatePieces(_states, step.States));
}
