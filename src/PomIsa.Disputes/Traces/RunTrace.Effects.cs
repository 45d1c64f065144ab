using PomIsa.Disputes.Values;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

// What a driver's instructions give and do.
internal sealed partial class RunTrace
{
    // The scalars that an instruction records, in _scalars; -1 where it traps whatever is not known.
    private int Results(RunPath path, DriverFrame frame, Instruction instruction)
    {
        Scalar a = _operands[0], b = _operands[1];
        Scalar unknown = Scalar.Unknown(path.Next);
        switch (instruction.Row.Mnemonic)
        {
            case "push":
                return One(Scalar.Of(instruction.Immediate(0).I64));
            case "dup":
                _scalars[1] = a;
                _scalars[0] = a;
                return 2;
            case "swap":
                (_scalars[0], _scalars[1]) = (b, a);
                return 2;
            case "get":
                (_operands[0], _operandCount) = (frame.Locals[instruction.Operands[0].Index], 1);
                return One(_operands[0]);
            case "not":
                return One(a.IsKnown ? Scalar.Of(a.Value == 0 ? 1 : 0) : unknown);
            case "emit":
                _scalars[0] = a;
                return IsToken(a) ? 1 : -1;
            case "token":
                return IsToken(a) ? 0 : -1;
            case "loop":
                return a.IsKnown && (a.Value < 0 || a.Value > instruction.Immediate(0).U32) ? -1 : 0;
            case "rows":
                return One(frame.Rows(instruction.Operands[0].Index) is >= 0 and var rows ? Scalar.Of(rows) : unknown);
            case "state.len":
                return One(path.StateRows[instruction.Operands[0].Index] is >= 0 and var length ? Scalar.Of(length) : unknown);
            case "tail":
                return frame.Rows(instruction.Operands[1].Index) is >= 0 and var have && have < instruction.Immediate(0).U32 ? -1 : 0;
            case "item" or "argmax" or "sample":
                return One(unknown);
            default:
                return instruction.Row is { Family: Family.Scalar, Pops: 2, Pushes: 1 } row
                    ? One(a.IsKnown && b.IsKnown ? Scalar.Of(DriverArithmetic.Apply(row.Mnemonic, a.Value, b.Value)) : unknown)
                    : Unknowns(instruction.Row.RecordedScalars, unknown);
        }
    }

    private int One(Scalar value)
    {
        _scalars[0] = value;
        return 1;
    }

    private int Unknowns(int count, Scalar unknown)
    {
        Array.Fill(_scalars, unknown);
        return count;
    }

    private static bool IsToken(Scalar value) => !value.IsKnown || value.Value is >= 0 and <= int.MaxValue;

    private bool Input(RunPath path, DriverFrame frame, Instruction instruction, int symbol)
    {
        frame.Set(symbol, -1);
        if (!Match(path, frame, instruction.Row, [symbol], 0))
        {
            return false;
        }

        if (!_records.TryRecord(path.Next, out Record record) || record is not Retire retire)
        {
            path.Inputs = Chain<ulong>.Add(path.Inputs, path.Next);
            return true;
        }

        long rows = retire.Symbols[0].Value;
        frame.Set(symbol, rows);
        return (rows > 0 && rows <= _module.Module.Symbols[symbol].Max)
            || Die(path, path.Next, FaultKind.Symbols, FormattableString.Invariant($"the input has {rows} rows where 1 to {_module.Module.Symbols[symbol].Max} are allowed"));
    }

    private void Effect(RunPath path, DriverFrame frame, Instruction instruction)
    {
        Scalar top = _operands[0];
        int target = frame.Function.Targets[frame.At], next = frame.At + 1;
        switch (instruction.Row.Code)
        {
            case Opcode.Halt:
                path.Status = PathStatus.Halted;
                break;
            case Opcode.Ret:
                Return(path, frame);
                break;
            case Opcode.Call:
                frame.At = next;
                Call(path, frame, instruction);
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
                Write(path, frame, instruction);
                break;
        }
    }

    // Where the condition is not known the way that jumps is followed first: it mostly ends soon.
    private void Branch(RunPath path, Scalar condition, bool jumps, int target, int next, Action<DriverFrame, Scalar>? stay, Action<DriverFrame, Scalar>? jump)
    {
        if (!condition.IsKnown)
        {
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

    private void Write(RunPath path, DriverFrame frame, Instruction instruction)
    {
        ulong index = path.Next - 1;
        switch (instruction.Row.Mnemonic)
        {
            case "set":
                frame.Locals[instruction.Operands[0].Index] = _operands[0];
                break;
            case "emit":
                path.Tokens = Chain<Scalar>.Add(path.Tokens, _scalars[0]);
                break;
            case "reset":
                long[] after = [.. path.StateRows];
                after[instruction.Operands[0].Index] = 0;
                path.Change(new StateChange(index, [], path.StateRows, after, instruction.Operands[0].Index));
                break;
            default:
                int output = 0;
                for (int i = 0; instruction.Row.WrittenTensors > 0 && i < instruction.Row.Operands.Length; i++)
                {
                    if (instruction.Row.Operands[i] is { Effect: Isa.Effect.Write, Kind: OperandKind.Register })
                    {
                        frame.Write(instruction.Operands[i].Index, new Origin(index, output++, FromCall: false));
                    }
                }

                break;
        }
    }
}
