using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Values;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>The data flow of the one way in which a run can have gone.</summary>
internal sealed class Followed : IRunFlow
{
    private readonly VerifiedModule _module;
    private readonly DriverRecord[] _records;

    public Followed(VerifiedModule module, RunPath path) => (_module, _records) = (module, Chain<DriverRecord>.ToArray(path.History));

    /// <inheritdoc/>
    public bool TryPlace(ulong index, [NotNullWhen(true)] out RecordPlace? place)
    {
        place = null;
        if (Find(index) is not { } record)
        {
            return false;
        }

        if (record.Index == index)
        {
            place = new RecordPlace(record.Frame.Index, record.Offset, record.Symbols, null, record.Popped is { IsKnown: true } popped ? [popped.Value] : null)
            {
                PoppedFrom = record.Popped is { IsKnown: false } hidden ? hidden.Origin : null,
            };
            return true;
        }

        ulong offset = index - record.Index - 1;
        if (record.Callee < 0 || offset >= (ulong)_module.Functions[record.Callee].Function.Body.Length)
        {
            return false;
        }

        StepCall call = Call(record);
        place = new RecordPlace(call.Function, (int)offset, call.Symbols, call);
        return true;
    }

    /// <inheritdoc/>
    public bool TryCall(ulong callIndex, [NotNullWhen(true)] out StepCall? call)
    {
        call = Find(callIndex) is { Callee: >= 0 } record && record.Index == callIndex ? Call(record) : null;
        return call is not null;
    }

    /// <inheritdoc/>
    public bool TryOrigin(ulong index, int register, out Origin origin)
    {
        origin = default;
        if (Find(index) is not { } record || record.Index != index || register < 0 || register >= record.Registers.Length)
        {
            return false;
        }

        origin = record.Registers[register];
        return origin.Index != 0; // a run's opening record lies before all others, so 0 stands for «not written»
    }

    private DriverRecord? Find(ulong index)
    {
        (int low, int high) = (0, _records.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _records[middle].Index <= index ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : _records[low - 1];
    }

    private StepCall Call(DriverRecord record)
    {
        Instruction call = record.Frame.Function.Body[record.Offset];
        int parameters = _module.Functions[record.Callee].Function.ParameterCount;
        return new StepCall(
            record.Index,
            record.Step,
            record.Callee,
            record.CalleeSymbols,
            [.. Enumerable.Range(0, parameters).Select(i => record.Registers[call.Operands[1 + i].Index])],
            new StatePieces(record.States));
    }
}
