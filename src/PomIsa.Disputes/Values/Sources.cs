using PomIsa.Isa;

namespace PomIsa.Disputes.Values;

/// <summary>The record whose instruction put out a tensor.</summary>
/// <param name="Index">Log index.</param>
/// <param name="Output">Which of its outputs.</param>
/// <param name="Form">How it is committed.</param>
/// <param name="By">The instruction, where what is committed to is a product from which the tensor follows; else null.</param>
internal sealed record Source(ulong Index, int Output, TensorForm Form, Subject? By);

/// <summary>Finds what wrote an operand: within a step from its instructions alone, between steps from the run's data flow.</summary>
internal sealed class Sources(Module module, IRunFlow flow)
{
    // Each row of a state asks for the same places in the text of the step that made it.
    private readonly Dictionary<(int Function, int Before, int State), int> _stores = [];
    private readonly Dictionary<(int Function, int Before, int Register), (int At, int Output)> _writers = [];

    /// <summary>What had written a register when the instruction at a place executed.</summary>
    public Source Register(RecordPlace place, ulong index, int register)
    {
        if (place.Call is not { } call)
        {
            return flow.TryOrigin(index, register, out Origin origin) ? Of(origin) : throw new NotBroughtException("what wrote a driver's register is not known");
        }

        return Within(call, place.Offset, register);
    }

    /// <summary>What made row <paramref name="row"/> of a state, and which row of that it is.</summary>
    public (Source Source, long Row) StateRow(Subject subject, int state, long row)
    {
        StepCall call = subject.Place.Call ?? throw new NotBroughtException("a driver reads no state");
        long before = subject.Place.Symbols[module.States[state].Symbol];
        if (row >= before)
        {
            return (Stored(call, subject.Place.Offset, state), row - before);
        }

        if (!call.States.TryFind(state, row, out StatePiece piece))
        {
            throw new NotBroughtException("a state's row comes from no step");
        }

        StepCall made = flow.TryCall(piece.CallIndex, out StepCall? found) ? found : throw new NotBroughtException("a step that a state's rows come from is not known");
        return (Stored(made, module.Functions[made.Function].Body.Length, state), row - piece.FirstRow);
    }

    /// <summary>The register that a step appends or writes to a state, before one of its instructions.</summary>
    private Source Stored(StepCall call, int before, int state)
    {
        if (!_stores.TryGetValue((call.Function, before, state), out int at))
        {
            _stores[(call.Function, before, state)] = at = LastStore(module.Functions[call.Function], before, state);
        }

        return at >= 0 ? Within(call, at, module.Functions[call.Function].Body[at].Operands[1].Index) : throw new NotBroughtException("a step has not stored what is read");
    }

    private Source Within(StepCall call, int before, int register)
    {
        Function function = module.Functions[call.Function];
        if (!_writers.TryGetValue((call.Function, before, register), out (int At, int Output) last))
        {
            _writers[(call.Function, before, register)] = last = LastWriter(function, before, register);
        }

        return last.At >= 0 ? Of(new RecordPlace(call.Function, last.At, call.Symbols, call), call.CallIndex + 1 + (ulong)last.At, last.Output)
            : register < function.ParameterCount && register < call.Arguments.Count ? Of(call.Arguments[register])
            : throw new NotBroughtException("a register was read before it was written");
    }

    private Source Of(Origin origin)
    {
        if (!origin.FromCall)
        {
            return flow.TryPlace(origin.Index, out RecordPlace? place) ? Of(place, origin.Index, origin.Output) : throw new NotBroughtException("a record's place is not known");
        }

        StepCall call = flow.TryCall(origin.Index, out StepCall? found) ? found : throw new NotBroughtException("a call is not known");
        Function function = module.Functions[call.Function];
        return Within(call, function.Body.Length, function.ParameterCount + origin.Output);
    }

    private Source Of(RecordPlace place, ulong index, int output)
    {
        var by = new Subject(module, place, index);
        return new Source(index, output, by.Form(output), by.Row.RecordsProduct ? by : null);
    }

    private static int LastStore(Function function, int before, int state)
    {
        int at = Math.Min(before, function.Body.Length) - 1;
        while (at >= 0 && !(function.Body[at].Row.Code is Opcode.Append or Opcode.Write && function.Body[at].Operands[0].Index == state))
        {
            at--;
        }

        return at;
    }

    private static (int At, int Output) LastWriter(Function function, int before, int register)
    {
        for (int at = before - 1; at >= 0; at--)
        {
            if (OutputOf(function.Body[at], register) is >= 0 and var output)
            {
                return (at, output);
            }
        }

        return (-1, -1);
    }

    /// <summary>Which of its outputs an instruction writes to a register, or -1.</summary>
    private static int OutputOf(Instruction instruction, int register)
    {
        int output = 0;
        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            if (instruction.Row.Operands[i] is { Effect: Effect.Write, Kind: OperandKind.Register })
            {
                if (instruction.Operands[i].Index == register)
                {
                    return output;
                }

                output++;
            }
        }

        return -1;
    }
}
