using PomIsa.Disputes.Values;

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
        int parameters = frame.Scope.Function.Function.ParameterCount;
        for (int i = 0; i < frame.Returns.Length; i++)
        {
            path.Write(frame.Returns[i], frame.Registers[parameters + i]);
        }
    }

    private void Call(RunPath path, DriverFrame frame, DriverCall call)
    {
        if (!TryWork(call.Work))
        {
            return;
        }

        long[] symbols = call.Bind(frame.Scope.Symbols);
        if (call.Step is { } step)
        {
            Step(path, frame, call, step, symbols);
            return;
        }

        path.Enter(new DriverFrame(path.Scope(call.Callee, symbols), CodeOf(call.Callee)) { Returns = call.Results });
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            path.Write(i, frame.Registers[call.Arguments[i]]);
        }
    }

    private void Step(RunPath path, DriverFrame frame, DriverCall called, CalledStepForm form, long[] symbols)
    {
        ulong call = path.Next - 1;
        path.Step++;
        if (!form.TryBindStates(path.StateRows, symbols))
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        var arguments = new Origin[called.Arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = frame.Registers[called.Arguments[i]];
        }

        path.Steps.Add(new CalledStep(call, called.Callee.Index, path.Step, symbols, arguments, path.States.Count));
        int full = Append(path, form.Stores, symbols, call), tail = form.ShortTail(symbols);
        int traps = tail < 0 || (full >= 0 && full < tail) ? full : tail;
        ulong stop = path.Next + (ulong)(traps < 0 ? called.Length : traps);
        if (NextShown(path) < stop && !MatchStep(path, called, symbols, Math.Min(stop, _until + 1)))
        {
            return;
        }

        path.Next = stop;
        if (traps >= 0)
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        for (int i = 0; i < called.Results.Length; i++)
        {
            int register = called.Results[i];
            var origin = new Origin(call, i, FromCall: true);
            frame.Registers[register] = origin;
            path.Writes.Add(new RegisterWrite(call, frame.Scope.Frame, register, origin));
        }
    }

    private bool MatchStep(RunPath path, DriverCall called, long[] symbols, ulong stop)
    {
        for (int place = _records.PlaceFrom(path.Next); place < _records.Count && _records.IndexAt(place) < stop; place++)
        {
            int offset = (int)(_records.IndexAt(place) - path.Next);
            if (!Match(path, place, new Expected
            {
                Step = path.Step,
                Tokens = path.Tokens.Count,
                Function = called.Callee.Index,
                Offset = offset,
                Row = called.Callee.Function.Body[offset].Row,
                Commitments = called.Callee.Recorded[offset] >= 0 ? 1 : 0,
                Symbols = offset == 0 ? called.Callee.EntrySymbols.AsSpan() : [],
                Values = symbols,
            }))
            {
                return false;
            }
        }

        return true;
    }

    // What a step appends and writes; the offset of the instruction that finds a state full, or -1.
    private int Append(RunPath path, StepStores stores, long[] symbols, ulong call)
    {
        foreach (StepStore store in stores.InOrder)
        {
            ref long held = ref path.StateRows[store.State];
            long rows = store.Rows.At(symbols), before = store.Writes ? 0 : held;
            long sum = rows < 0 || before < 0 ? -1 : before + rows;
            if (sum > _module.Module.States[store.State].MaxRows)
            {
                return store.Offset;
            }

            held = sum;
        }

        if (stores.InOrder.Length > 0)
        {
            path.States.Add(new StateChange(call, stores, symbols));
        }

        return -1;
    }
}
