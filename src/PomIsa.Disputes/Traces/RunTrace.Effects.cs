using PomIsa.Disputes.Values;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

// What a driver's instructions give and do.
internal sealed partial class RunTrace
{
    // So many values are copied for a unit of work.
    private const int Copies = 4;

    // The scalars that an instruction records, in _scalars; -1 where it traps whatever is not known.
    private int Results(RunPath path, DriverFrame frame, DriverOp op)
    {
        Scalar a = _operands[0], b = _operands[1];
        Scalar unknown = Scalar.Unknown(path.Next);
        switch (op.Act)
        {
            case DriverAct.Push:
                return One(Scalar.Of(op.Immediate));
            case DriverAct.Dup:
                _scalars[1] = a;
                _scalars[0] = a;
                return 2;
            case DriverAct.Swap:
                (_scalars[0], _scalars[1]) = (b, a);
                return 2;
            case DriverAct.Get:
                (_operands[0], _operandCount) = (frame.Locals[op.Index], 1);
                return One(_operands[0]);
            case DriverAct.Not:
                return One(a.IsKnown ? Scalar.Of(a.Value == 0 ? 1 : 0) : unknown);
            case DriverAct.Binary:
                return One(a.IsKnown && b.IsKnown ? Scalar.Of(op.Apply!(a.Value, b.Value)) : unknown);
            case DriverAct.Emit:
                _scalars[0] = a;
                return IsToken(a) ? 1 : -1;
            case DriverAct.Token:
                return IsToken(a) ? 0 : -1;
            case DriverAct.Loop:
                return a.IsKnown && (a.Value < 0 || a.Value > op.Immediate) ? -1 : 0;
            case DriverAct.Rows:
                return One(frame.Rows(op.Index) is >= 0 and var rows ? Scalar.Of(rows) : unknown);
            case DriverAct.StateLength:
                return One(path.StateRows[op.Index] is >= 0 and var length ? Scalar.Of(length) : unknown);
            case DriverAct.Tail:
                return frame.Rows(op.Index) is >= 0 and var have && have < op.Immediate ? -1 : 0;
            default:
                _scalars[0] = unknown;
                _scalars[1] = unknown;
                return op.Scalars;
        }
    }

    private int One(Scalar value)
    {
        _scalars[0] = value;
        return 1;
    }

    private static bool IsToken(Scalar value) => !value.IsKnown || value.Value is >= 0 and <= int.MaxValue;

    private bool Input(RunPath path, DriverFrame frame, DriverOp op)
    {
        int symbol = op.Symbol;
        if (!Match(path, frame, op.Row, [symbol], 0))
        {
            return false;
        }

        if (!_records.TryRecord(path.Next, out Record record) || record is not Retire retire)
        {
            frame.Set(symbol, -1);
            path.SetInputRows(op.Index, -1);
            path.Inputs = Chain<ulong>.Add(path.Inputs, path.Next);
            return true;
        }

        long rows = retire.Symbols[0].Value;
        frame.Set(symbol, rows);
        path.SetInputRows(op.Index, rows);
        return rows <= 0 || rows > _module.Module.Symbols[symbol].Max
            ? Die(path, path.Next, FaultKind.Trap, FormattableString.Invariant($"the input has {rows} rows where 1 to {_module.Module.Symbols[symbol].Max} are allowed"))
            : frame.TrySetInputRows(symbol, rows) || Die(path, path.Next, FaultKind.Trap, FormattableString.Invariant($"the input has {rows} rows where another of its symbol has others"));
    }

    private void Effect(RunPath path, DriverFrame frame, DriverOp op)
    {
        Scalar top = _operands[0];
        int target = op.Target, next = frame.At + 1;
        switch (op.Code)
        {
            case Opcode.Halt:
                path.Status = PathStatus.Halted;
                break;
            case Opcode.Ret:
                Return(path, frame);
                break;
            case Opcode.Call:
                frame.At = next;
                Call(path, frame, op.Call!);
                break;
            case Opcode.Loop:
                Branch(path, top, top.IsKnown && top.Value == 0, target, next, static (f, rounds) => f.EnterLoop(rounds), null);
                break;
            case Opcode.Brk:
                frame.LeaveLoop();
                frame.At = target;
                break;
            case Opcode.BrkIf:
                Branch(path, top, top.Value != 0, target, next, null, static (f, _) => f.LeaveLoop());
                break;
            case Opcode.If:
                Branch(path, top, top.IsKnown && top.Value == 0, target, next, null, null);
                break;
            case Opcode.Else:
                frame.At = target;
                break;
            case Opcode.End:
                EndBlock(path, frame, target, next);
                break;
            default:
                frame.At = next;
                Write(path, frame, op);
                break;
        }
    }

    // Where the condition is not known the way that jumps is followed first: it mostly ends soon.
    private void Branch(RunPath path, Scalar condition, bool jumps, int target, int next, Action<DriverFrame, Scalar>? stay, Action<DriverFrame, Scalar>? jump)
    {
        if (!condition.IsKnown)
        {
            if (!TryWork(path.Size / Copies))
            {
                return;
            }

            path.Forks = Chain<ulong>.Add(path.Forks, condition.Origin);
            RunPath other = path.Clone();
            stay?.Invoke(other.Frame, condition);
            other.Frame.At = next;
            _waiting.Push(other);
            _paths++;
            jumps = true;
        }

        (jumps ? jump : stay)?.Invoke(path.Frame, condition);
        path.Frame.At = jumps ? target : next;
    }

    private void EndBlock(RunPath path, DriverFrame frame, int target, int next)
    {
        if (target < 0)
        {
            frame.At = next;
            return;
        }

        Scalar rounds = frame.Rounds;
        if (rounds.IsKnown)
        {
            frame.Rounds = Scalar.Of(rounds.Value - 1);
        }

        // To begin another round is the jump.
        Branch(path, rounds, rounds.Value > 1, target, next, static (f, _) => f.LeaveLoop(), null);
    }

    private void Write(RunPath path, DriverFrame frame, DriverOp op)
    {
        ulong index = path.Next - 1;
        switch (op.Act)
        {
            case DriverAct.Set:
                frame.Locals[op.Index] = _operands[0];
                break;
            case DriverAct.Emit:
                path.Tokens.Add(_scalars[0]);
                break;
            case DriverAct.Reset:
                path.StateRows[op.Index] = 0;
                path.States.Add(new StateChange(index, StepStores.None, [], op.Index));
                break;
            default:
                for (int i = 0; i < op.Writes.Length; i++)
                {
                    path.Write(op.Writes[i], new Origin(index, i, FromCall: false));
                }

                break;
        }
    }
}
