using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>Follows a run's drivers through its log: shapes, scalars and jumps as far as some of its records tell; steps are passed over by their length.</summary>
/// <remarks>
/// What a record doesn't tell is unknown, and where a jump depends on it both ways are followed. So whatever the records that are not shown hold, the run went one
/// of the ways that are left at the end; if none is, no honest machine wrote the records that were shown.
/// </remarks>
internal sealed class RunTrace
{
    /// <summary>Instructions of drivers that are followed at most, on all ways together.</summary>
    public const int MaxInstructions = 1 << 22;

    /// <summary>Ways that are followed at most.</summary>
    public const int MaxPaths = 1 << 16;

    private readonly VerifiedModule _module;
    private readonly ProvenRecords _records;
    private readonly ulong _first;
    private readonly ulong _until;
    private readonly Digest _run;
    private readonly int[]? _response;
    private readonly Stack<RunPath> _waiting = new();
    private readonly List<RunPath> _left = [];
    private readonly Scalar[] _operands = new Scalar[2];
    private readonly Scalar[] _scalars = new Scalar[2];
    private int _operandCount;
    private int _budget = MaxInstructions;
    private int _paths = 1;

    private RunTrace(VerifiedModule module, ProvenRecords records, ulong first, ulong until, Digest run, int[]? response) =>
        (_module, _records, _first, _until, _run, _response) = (module, records, first, until, run, response);

    /// <summary>Ways that agree with all records shown up to the last one; two are enough to know that there are several.</summary>
    public IReadOnlyList<RunPath> Left => _left;

    /// <summary>Whether following was given up before its end: then nothing is proven.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Where the last way ended that did, and why.</summary>
    public FaultFinding? Fault { get; private set; }

    /// <summary>Whether the records shown contradict the program.</summary>
    public bool IsContradiction => !IsExhausted && _left.Count == 0 && Fault is not null;

    /// <summary>The data flow, where only one way is left.</summary>
    public IRunFlow? Flow => !IsExhausted && _left.Count == 1 ? new Followed(_module, _left[0]) : null;

    /// <summary>Follows a run up to a record.</summary>
    /// <param name="module">The program.</param>
    /// <param name="records">Records of the log; the opening one among them.</param>
    /// <param name="first">Index of the run's opening record.</param>
    /// <param name="until">The last record that is looked at.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="response">Tokens that the closing record is said to bind; null where nobody says.</param>
    public static RunTrace Follow(VerifiedModule module, ProvenRecords records, ulong first, ulong until, Digest run, int[]? response = null)
    {
        var trace = new RunTrace(module, records, first, until, run, response);
        trace._waiting.Push(new RunPath(module, first + 1));
        while (trace._left.Count < 2 && !trace.IsExhausted && trace._waiting.TryPop(out RunPath? path))
        {
            trace.Follow(path);
        }

        return trace;
    }

    private void Follow(RunPath path)
    {
        while (path.Status == PathStatus.Running && path.Next <= _until)
        {
            if (--_budget < 0 || _paths > MaxPaths)
            {
                IsExhausted = true;
                return;
            }

            Execute(path);
        }

        if (path.Status is PathStatus.Halted or PathStatus.Trapped && path.Next <= _until)
        {
            End(path);
        }

        if (path.Status != PathStatus.Dead)
        {
            _left.Add(path);
        }
    }

    // Takes what the instruction takes, says what it records, compares, and does what it does.
    private void Execute(RunPath path)
    {
        DriverFrame frame = path.Frame;
        Instruction instruction = frame.Instruction;
        OpcodeRow row = instruction.Row;
        _operandCount = row.Pops;
        for (int i = row.Pops - 1; i >= 0; i--)
        {
            _operands[i] = frame.Pop();
        }

        int scalars = Results(path, frame, instruction);
        if (scalars < 0)
        {
            path.Status = PathStatus.Trapped;
            return;
        }

        if (row.Code == Opcode.Input && _module.Module.Inputs[instruction.Operands[1].Index].Symbol is >= 0 and var symbol)
        {
            if (!Input(path, frame, instruction, symbol))
            {
                return;
            }
        }
        else if (!Match(path, frame, row, [], scalars))
        {
            return;
        }

        if (row.Emits > 0 && !IsToken(_scalars[0]))
        {
            Die(path, path.Next, FaultKind.Trap, "it emits what is no token");
            return;
        }

        for (int i = row.RecordedScalars - row.Pushes; i < scalars; i++)
        {
            frame.Push(_scalars[i]);
        }

        path.Next++;
        path.History = Chain<DriverRecord>.Add(path.History, new DriverRecord(path.Next - 1, frame.Function, frame.At, frame.Symbols, frame.Registers, -1, path.Step, path.Pieces)
        {
            Popped = row.Code == Opcode.Sample && _operands[0].IsKnown ? _operands[0].Value : null,
        });
        Effect(path, frame, instruction);
    }

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

    // Holds the record that comes next against the one that was shown, if one was.
    private bool Match(RunPath path, DriverFrame frame, OpcodeRow row, ReadOnlySpan<int> symbols, int scalars)
    {
        int place = _records.PlaceFrom(path.Next);
        if (place == _records.Count || _records.IndexAt(place) != path.Next)
        {
            return true;
        }

        bool vacuous = (scalars > 0 && !_scalars[0].IsKnown) || (scalars > 1 && !_scalars[1].IsKnown);
        if (!Match(path, place, new Expected
        {
            Step = path.Step,
            Tokens = path.Tokens?.Count ?? 0,
            Function = frame.Function.Index,
            Offset = frame.At,
            Row = row,
            Symbols = symbols,
            Values = frame.Symbols,
            Scalars = _scalars.AsSpan(0, scalars),
        }))
        {
            return false;
        }

        for (int i = 0; vacuous && i < _operandCount; i++)
        {
            path.Missing = _operands[i].IsKnown ? path.Missing : Chain<ulong>.Add(path.Missing, _operands[i].Origin);
        }

        return true;
    }

    private bool Match(RunPath path, int place, scoped Expected expected)
    {
        ulong index = _records.IndexAt(place);
        switch (_records.RecordAt(place))
        {
            case null:
                return Die(path, index, FaultKind.Malformed, "it is no record");
            case RunOpen:
                path.Status = PathStatus.Left; // the run was cut off here
                return false;
            case RunClose close:
                Close(path, index, close, RunStatus.Abandoned);
                return false;
            case Retire retire:
                if (!IsOurs(path, index, retire.Head.RunId, retire.Head.Sequence))
                {
                    return false;
                }

                FaultKind kind = expected.Compare(retire, out string what);
                return kind == FaultKind.None || Die(path, index, kind, what);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool IsOurs(RunPath path, ulong index, Digest run, ulong sequence) =>
        run != _run ? Die(path, index, FaultKind.NotOpened, $"it belongs to run {run.Short} where {_run.Short} is open")
        : sequence == index - _first || Die(path, index, FaultKind.Sequence, FormattableString.Invariant($"it has sequence {sequence} where {index - _first} follows"));

    private void Close(RunPath path, ulong index, RunClose close, RunStatus status)
    {
        Scalar[] tokens = Chain<Scalar>.ToArray(path.Tokens);
        string? what = close.Retired != close.Sequence - 1 ? FormattableString.Invariant($"it counts {close.Retired} opcodes where {close.Sequence - 1} retired")
            : close.Tokens != tokens.Length ? FormattableString.Invariant($"it counts {close.Tokens} tokens where {tokens.Length} were emitted")
            : close.Status != status ? $"it says that the run was {(close.Status == RunStatus.Finished ? "finished where the program goes on" : "abandoned where the program has ended")}"
            : !close.IsPrivate && tokens.All(static t => t.IsKnown) && close.Response != Machine.RunRequest.ResponseDigest([.. tokens.Select(static t => (int)t.Value)]) ? "it binds another response than the tokens that were emitted"
            : !close.IsPrivate && _response is { } said && Orders.ResponseProof.Opens(close, said) && tokens.Zip(said).Any(static pair => pair.First.IsKnown && pair.First.Value != pair.Second) ? "it binds a token that was not emitted"
            : null;
        if (!IsOurs(path, index, close.RunId, close.Sequence) || (what is not null && !Die(path, index, FaultKind.Close, what)))
        {
            return;
        }

        foreach (Scalar token in tokens)
        {
            path.Missing = token.IsKnown ? path.Missing : Chain<ulong>.Add(path.Missing, token.Origin);
        }

        path.Status = PathStatus.Left;
    }

    // The program has ended, or can't go on: the next record that was shown.
    private void End(RunPath path)
    {
        int place = _records.PlaceFrom(path.Next);
        ulong index = _records.IndexAt(place);
        Record? record = _records.RecordAt(place);
        if (record is RunOpen)
        {
            path.Status = PathStatus.Left;
        }
        else if (record is RunClose close && index == path.Next)
        {
            Close(path, index, close, path.Status == PathStatus.Halted ? RunStatus.Finished : RunStatus.Abandoned);
        }
        else
        {
            Die(path, index, path.Status == PathStatus.Halted ? FaultKind.Close : FaultKind.Trap, path.Status == PathStatus.Halted ? "the program has ended before it" : "the instruction before it can't have gone on: it traps");
        }
    }

    private bool Die(RunPath path, ulong index, FaultKind kind, string what)
    {
        path.Status = PathStatus.Dead;
        // Of several ways that end at one record the one is told of that agreed with it longest.
        if (Fault is null || index > Fault.Index || (index == Fault.Index && Agreed(kind) > Agreed(Fault.Kind)))
        {
            Fault = new FaultFinding(kind, index, what);
        }

        return false;
    }

    private static int Agreed(FaultKind kind) => kind is FaultKind.Close or FaultKind.Trap ? 0 : (int)kind;

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
                int state = instruction.Operands[0].Index;
                path.StateRows[state] = 0;
                path.Pieces = [.. path.Pieces];
                path.Pieces[state] = null;
                break;
            default:
                int output = 0;
                for (int i = 0; i < instruction.Row.Operands.Length; i++)
                {
                    if (instruction.Row.Operands[i] is { Effect: Isa.Effect.Write, Kind: OperandKind.Register })
                    {
                        frame.Write(instruction.Operands[i].Index, new Origin(index, output++, FromCall: false));
                    }
                }

                break;
        }
    }

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
