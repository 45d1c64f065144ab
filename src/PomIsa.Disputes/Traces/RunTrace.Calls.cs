using PomIsa.Disputes.Values;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

// Calls of drivers, and of steps, which are passed over by their length.
internal sealed partial class RunTrace
{
    private static void Return(RunPath path, DriverFrame frame)
    {
        if (path.IsEntry)
        {
            path.Status = PathStatus.Halted;
            return;
        }

        path.Leave();
        int parameters = frame.Function.Function.ParameterCount;
        for (int i = 0; i < frame.Returns.Length; i++)
        {
            path.Frame.Write(frame.Returns[i], frame.Registers[parameters + i]);
        }
    }

    private void Call(RunPath path, DriverFrame frame, Instruction instruction)
    {
        VerifiedFunction callee = _module.Functions[instruction.Operands[0].Index];
        int parameters = callee.Function.ParameterCount;
        long[] symbols = [.. frame.Symbols];
        Span<long> dimensions = stackalloc long[Limits.Rank];
        for (int i = 0; i < parameters; i++)
        {
            int register = instruction.Operands[1 + i].Index;
            frame.Dimensions(register, dimensions);
            callee.Bind(i, dimensions[..frame.Function.Function.Registers[register].Rank], symbols);
        }

        int[] returns = [.. instruction.Operands.AsSpan()[(1 + parameters)..].ToArray().Select(static o => o.Index)];
        if (callee.Function.Kind == FunctionKind.Step)
        {
            Step(path, frame, callee, symbols, returns);
            return;
        }

        var inner = new DriverFrame(callee, symbols) { Returns = returns };
        for (int i = 0; i < parameters; i++)
        {
            inner.Write(i, frame.Registers[instruction.Operands[1 + i].Index]);
        }

        path.Enter(inner);
    }

    private void Step(RunPath path, DriverFrame frame, VerifiedFunction callee, long[] symbols, int[] returns)
    {
        ulong call = path.Next - 1, end = path.Next + (ulong)callee.Function.Body.Length;
        path.Step++;
        if (!TryBindStates(path, callee, symbols))
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        path.History = new Chain<DriverRecord>(path.History!.Before, path.History.Last with { Callee = callee.Index, CalleeSymbols = symbols, Step = path.Step }, path.History.Count);
        int full = Append(path, callee, symbols, call);
        ulong stop = full < 0 ? end : path.Next + (ulong)full;
        for (int place = _records.PlaceFrom(path.Next); place < _records.Count && _records.IndexAt(place) < Math.Min(stop, _until + 1); place++)
        {
            int offset = (int)(_records.IndexAt(place) - path.Next);
            if (!Match(path, place, new Expected
            {
                Step = path.Step,
                Tokens = path.Tokens?.Count ?? 0,
                Function = callee.Index,
                Offset = offset,
                Row = callee.Function.Body[offset].Row,
                Symbols = offset == 0 ? callee.EntrySymbols.AsSpan() : [],
                Values = symbols,
            }))
            {
                return;
            }
        }

        path.Next = stop;
        if (full >= 0)
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        for (int i = 0; i < returns.Length; i++)
        {
            frame.Write(returns[i], new Origin(call, i, FromCall: true));
        }
    }

    private bool TryBindStates(RunPath path, VerifiedFunction callee, long[] symbols)
    {
        foreach (int symbol in callee.StateSymbols)
        {
            long rows = -1;
            for (int i = 0; i < path.StateRows.Length; i++)
            {
                if (_module.Module.States[i].Symbol == symbol && path.StateRows[i] is >= 0 and var have)
                {
                    if (rows >= 0 && rows != have)
                    {
                        return false;
                    }

                    rows = have;
                }
            }

            symbols[symbol] = rows;
        }

        return true;
    }

    // What a step appends and writes; the offset of the instruction that finds a state full, or -1.
    private int Append(RunPath path, VerifiedFunction callee, long[] symbols, ulong call)
    {
        path.Pieces = [.. path.Pieces];
        for (int at = 0; at < callee.Function.Body.Length; at++)
        {
            Instruction instruction = callee.Function.Body[at];
            if (instruction.Row.Code is not (Opcode.Append or Opcode.Write))
            {
                continue;
            }

            int state = instruction.Operands[0].Index;
            Dim first = callee.Function.Registers[instruction.Operands[1].Index].Shape[0];
            long rows = first.At(symbols), before = instruction.Row.Code == Opcode.Write ? 0 : path.StateRows[state];
            long after = rows < 0 || before < 0 ? -1 : before + rows;
            if (after > _module.Module.States[state].MaxRows)
            {
                return at;
            }

            path.StateRows[state] = after;
            path.Pieces[state] = Chain<StatePiece>.Add(
                instruction.Row.Code == Opcode.Write ? null : path.Pieces[state], new StatePiece(state, before, rows, call));
        }

        return -1;
    }
}
