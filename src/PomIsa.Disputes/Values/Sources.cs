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
        Function function = module.Functions[call.Function];
        for (int at = Math.Min(before, function.Body.Length) - 1; at >= 0; at--)
        {
            Instruction instruction = function.Body[at];
            if (instruction.Row.Code is Opcode.Append or Opcode.Write && instruction.Operands[0].Index == state)
            {
                return Within(call, at, instruction.Operands[1].Index);
            }
        }

        throw new NotBroughtException("a step has not stored what is read");
    }

    private Source Within(StepCall call, int before, int register)
    {
        Function function = module.Functions[call.Function];
        for (int at = before - 1; at >= 0; at--)
        {
            Instruction instruction = function.Body[at];
            int output = OutputOf(instruction, register);
            if (output >= 0)
            {
                return Of(new RecordPlace(call.Function, at, call.Symbols, call), call.CallIndex + 1 + (ulong)at, output);
            }
        }

        return register < function.ParameterCount && register < call.Arguments.Count
            ? Of(call.Arguments[register])
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
