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

        ReadOnlySpan<Operand> returns = instruction.Operands.AsSpan()[(1 + parameters)..];
        if (callee.Function.Kind == FunctionKind.Step)
        {
            Step(path, frame, callee, symbols, returns);
            return;
        }

        var inner = new DriverFrame(callee, symbols) { Returns = [.. returns.ToArray().Select(static o => o.Index)] };
        for (int i = 0; i < parameters; i++)
        {
            inner.Write(i, frame.Registers[instruction.Operands[1 + i].Index]);
        }

        path.Enter(inner);
    }

    private void Step(RunPath path, DriverFrame frame, VerifiedFunction callee, long[] symbols, ReadOnlySpan<Operand> returns)
    {
        ulong call = path.Next - 1, end = path.Next + (ulong)callee.Function.Body.Length;
        path.Step++;
        if (!TryBindStates(path, callee, symbols))
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        DriverRecord record = path.History!.Last; // that of the call, which no other path has yet
        (record.Callee, record.CalleeSymbols, record.Step) = (callee.Index, symbols, path.Step);
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

        frame.Write(returns, call);
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
        StepStore[] stores = _stores[callee.Index] ??= StoresOf(callee.Function);
        if (stores.Length == 0)
        {
            return -1;
        }

        long[] after = [.. path.StateRows];
        int full = -1;
        foreach (StepStore store in stores)
        {
            long rows = store.Rows.At(symbols), before = store.Writes ? 0 : after[store.State];
            long sum = rows < 0 || before < 0 ? -1 : before + rows;
            if (sum > _module.Module.States[store.State].MaxRows)
            {
                full = store.Offset;
                break;
            }

            after[store.State] = sum;
        }

        path.Change(new StateChange(call, stores, path.StateRows, after));
        return full;
    }

    private static StepStore[] StoresOf(Function function) => [.. function.Body
        .Select(static (instruction, at) => (Instruction: instruction, At: at))
        .Where(static one => one.Instruction.Row.Code is Opcode.Append or Opcode.Write)
        .Select(one => new StepStore(one.At, one.Instruction.Operands[0].Index, one.Instruction.Row.Code == Opcode.Write, function.Registers[one.Instruction.Operands[1].Index].Shape[0]))];
}
