using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Drivers: scalars, loops, branches, calls, and any row that may stand there.</summary>
internal sealed class DriverGenerator
{
    /// <summary>Trips of all loops around a place, multiplied.</summary>
    private const int MostTrips = 60;

    private static readonly OpcodeRow[] Rows = [.. InstructionTable.All.Where(static r =>
        (r.Allowed & FunctionKinds.Driver) != 0 && r.Family is not (Family.Control or Family.Scalar))];

    private static readonly OpcodeRow[] Scalars = [.. InstructionTable.All.Where(static r => r.Family == Family.Scalar && r is { Pushes: 1, Pops: 1 or 2 })];

    private readonly Draft _draft;
    private readonly Choices _choices;
    private readonly Body _body;
    private readonly InstructionMaker _maker;
    private readonly OpcodeRow? _focus;
    private int _budget;
    private int _trips = 1;
    private int _loops;
    private bool _ends; // the last instruction leaves: nothing may follow in this block

    private DriverGenerator(Draft draft, OpcodeRow? focus)
    {
        (_draft, _choices, _focus) = (draft, draft.Choices, focus);
        _body = new Body(draft, FunctionKind.Driver) { Locals = draft.Choices.Between(1, 3) };
        _maker = new InstructionMaker(_body);
        _budget = draft.Choices.Between(4, 22);
    }

    /// <summary>Adds the entry driver; its index.</summary>
    public static int Entry(Draft draft, OpcodeRow? focus)
    {
        var driver = new DriverGenerator(draft, focus);
        if (driver._choices.Chance(85))
        {
            driver.Row(Instruction.Of("input").Row);
        }

        driver.Block(0);
        driver.Focus();
        if (!driver._ends)
        {
            driver._body.Add(driver._choices.Chance(70) ? "halt" : "ret");
        }

        return draft.Add(driver._body.Finish([]));
    }

    /// <summary>Adds a driver that others call; its index.</summary>
    public static int Helper(Draft draft)
    {
        var driver = new DriverGenerator(draft, null);
        driver._budget /= 2;
        for (int i = draft.Choices.Between(0, 2); i > 0; i--)
        {
            driver._body.Parameter(new TensorType(DType.F32, [Dim.OfSymbol(draft.Choices.From(draft.ParameterSymbols)), Dim.Of(draft.Choices.Pick(1, 4, 16))]));
        }

        driver.Block(0);
        var results = new List<int>();
        if (!driver._ends)
        {
            results.AddRange(draft.Choices.Shuffle(driver._body.Assigned.Where(r => r >= driver._body.Parameters && driver._body.TypeOf(r)!.Shape.All(static d => !d.IsSymbol)))
                .Take(draft.Choices.Between(0, 2)));
            driver._body.Add("ret");
        }

        return draft.Add(driver._body.Finish([.. results]));
    }

    private void Focus()
    {
        if (_focus is null || _ends || _body.Code.Any(i => i.Row == _focus))
        {
            return;
        }

        switch (_focus.Mnemonic)
        {
            case "drop" or "dup" or "swap" or "get" or "set" or "push":
                Plain(_focus.Mnemonic);
                break;
            case "loop" or "end" or "brk" or "brk_if":
                Loop(1);
                break;
            case "if" or "else":
                Branch(1);
                break;
            case "call":
                Call();
                break;
            case "halt":
                _body.Add("halt");
                _ends = true;
                break;
            default:
                if (_focus.Family == Family.Scalar)
                {
                    Operation(_focus, 0);
                    _body.Add("drop");
                }
                else if (Rows.Contains(_focus))
                {
                    Row(_focus);
                }
                else if (_draft.Functions.FindLastIndex(f => f.Body.Any(i => i.Row == _focus)) is >= 0 and var holder)
                {
                    Call(holder);
                }
                else
                {
                    Call(StepGenerator.Generate(_draft, _focus, []));
                }

                break;
        }
    }

    /// <summary>Statements that leave the stack as it was.</summary>
    private void Block(int nesting)
    {
        for (int count = _choices.Between(1, 7); count > 0 && _budget > 0 && !_ends; count--)
        {
            _budget--;
            switch (_choices.Below(12))
            {
                case 0 or 1 when nesting < 3:
                    Loop(nesting + 1);
                    break;
                case 2 when nesting < 4 && !_draft.IsSteady:
                    Branch(nesting + 1);
                    break;
                case 3 or 4 or 5 or 6:
                    Call();
                    break;
                case 7:
                    Plain(_choices.Pick("drop", "dup", "swap", "set", "set"));
                    break;
                case 8 when _loops > 0 && !_draft.IsSteady:
                    Scalar(1);
                    _body.Add("brk_if");
                    break;
                case 9 when nesting > 0 && !_draft.IsSteady && _choices.Chance(30):
                    // Only where a branch around it leaves the rest reachable does more code follow.
                    _body.Add(_loops > 0 && _choices.Chance(80) ? "brk" : "halt");
                    _ends = true;
                    break;
                default:
                    Row(_choices.Pick(Rows));
                    break;
            }
        }
    }

    private void Plain(string mnemonic)
    {
        Scalar(1);
        switch (mnemonic)
        {
            case "dup":
                _body.Add("dup");
                _body.Add("drop");
                break;
            case "swap":
                Scalar(1);
                _body.Add("swap");
                _body.Add("drop");
                break;
            case "get" or "push":
                _body.Add("drop");
                Leaf(mnemonic);
                break;
            case "set":
                _body.Add("set", Operand.Of(_choices.Below(_body.Locals)));
                return;
        }

        _body.Add("drop");
    }

    /// <summary>Any tensor row of drivers, its scalars pushed before and used behind.</summary>
    private void Row(OpcodeRow row)
    {
        if (row.Code == Opcode.Input && _body.Parameters > 0)
        {
            return; // a parameter may bind the same symbol
        }

        int mark = _body.Code.Count;
        for (int i = 0; i < row.Pops; i++)
        {
            if (row.Mnemonic is "token" or "emit" or "sample" && (_draft.IsSteady || _choices.Chance(95)))
            {
                InRange(0, _choices.Pick(31, 3, 500));
            }
            else
            {
                Scalar(2);
            }
        }

        int pushed = _body.Code.Count;
        bool added = _maker.TryAdd(row);
        if (!added)
        {
            // What was made for it may stay; the scalars that nobody takes go.
            for (int i = 0; i < row.Pops; i++)
            {
                _body.Add("drop");
            }

            return;
        }

        _ = (mark, pushed);
        if (row.Code == Opcode.Input)
        {
            int symbol = _draft.Inputs[_body.Code[^1].Operands[1].Index].Symbol;
            if (symbol >= 0)
            {
                _body.Bound.Add(symbol);
            }
        }

        for (int i = 0; i < row.Pushes; i++)
        {
            if (_choices.Chance(30))
            {
                _body.Add("drop");
            }
            else
            {
                _body.Add("set", Operand.Of(_choices.Below(_body.Locals)));
            }
        }
    }

    private void Loop(int nesting)
    {
        int max = _choices.Pick(1, 2, 2, 3, 5);
        if (_trips * max > MostTrips)
        {
            return;
        }

        if (_draft.IsSteady)
        {
            _body.Add("push", Operand.OfI64(max));
        }
        else if (_choices.Chance(97))
        {
            InRange(0, max);
        }
        else
        {
            Scalar(1);
        }

        _body.Add("loop", Operand.OfU32((uint)max));
        (HashSet<int> assigned, HashSet<int> bound) = Snapshot();
        _trips *= max;
        _loops++;
        Block(nesting);
        bool wantsBreak = _focus?.Mnemonic is "brk" or "brk_if" && !_body.Code.Any(i => i.Row == _focus);
        if (!_ends && wantsBreak)
        {
            if (_focus!.Mnemonic == "brk_if")
            {
                Scalar(1);
            }

            _body.Add(_focus.Mnemonic);
        }

        _loops--;
        _trips /= max;
        _body.Add("end");
        Restore(assigned, bound);
        _ends = false; // the loop may run no round
    }

    private void Branch(int nesting)
    {
        Scalar(2);
        _body.Add("if");
        (HashSet<int> assigned, HashSet<int> bound) = Snapshot();
        Block(nesting);
        bool thenEnds = _ends;
        if (!_choices.Chance(60) && _focus?.Mnemonic != "else")
        {
            _body.Add("end");
            Restore(assigned, bound);
            _ends = false;
            return;
        }

        (HashSet<int> thenAssigned, HashSet<int> thenBound) = Snapshot();
        Restore(assigned, bound);
        _body.Add("else");
        _ends = false;
        Block(nesting);
        _body.Add("end");
        if (thenEnds && !_ends)
        {
            return;
        }

        if (_ends && !thenEnds)
        {
            Restore(thenAssigned, thenBound);
        }
        else
        {
            _body.Assigned.IntersectWith(thenAssigned);
            _body.Bound.IntersectWith(thenBound);
        }

        _ends = _ends && thenEnds;
    }

    /// <summary>A call of a step or a helper that is there, or of a new step that takes what is there.</summary>
    private void Call()
    {
        bool known = _draft.Functions.Count > 0 && _choices.Chance(50);
        Call(known
            ? _choices.Below(_draft.Functions.Count)
            : StepGenerator.Generate(_draft, _focus, [.. _body.Assigned.Select(r => _body.TypeOf(r)!)]));
    }

    private void Call(int callee)
    {
        Function function = _draft.Functions[callee];
        var bound = new Dictionary<int, Dim>();
        var arguments = new List<int>();
        foreach (TensorType parameter in function.Parameters)
        {
            int argument = Argument(parameter, bound);
            if (argument < 0)
            {
                return;
            }

            arguments.Add(argument);
        }

        var results = new List<int>();
        foreach (TensorType type in function.Results)
        {
            TensorType result = type with { Shape = [.. type.Shape.Select(d => d.IsSymbol ? bound[d.Symbol] : d)] };
            results.Add(_body.Result(result, [.. results], inPlace: false));
        }

        _body.Code.Add(new Instruction(Instruction.Of("call").Row, [Operand.Of(callee), .. arguments.Select(Operand.Of), .. results.Select(Operand.Of)]));
        _body.Assigned.UnionWith(results);
    }

    private int Argument(TensorType parameter, Dictionary<int, Dim> bound)
    {
        foreach (int register in _choices.Shuffle(_body.Assigned))
        {
            var trial = new Dictionary<int, Dim>(bound);
            if (_choices.Chance(90) && Fits(parameter, _body.TypeOf(register)!, trial))
            {
                foreach ((int symbol, Dim dim) in trial)
                {
                    bound[symbol] = dim;
                }

                return register;
            }
        }

        var type = parameter with
        {
            Shape = [.. parameter.Shape.Select(d =>
            {
                if (d.IsSymbol && !bound.ContainsKey(d.Symbol))
                {
                    int most = _draft.Symbols[d.Symbol].Max;
                    bound[d.Symbol] = Dim.Of(_draft.IsWide ? most : _choices.Between(1, most));
                }

                return d.IsSymbol ? bound[d.Symbol] : d;
            })],
        };
        return Values.Make(_maker, type);
    }

    private bool Fits(TensorType parameter, TensorType argument, Dictionary<int, Dim> bound)
    {
        if (parameter.Element != argument.Element || parameter.Rank != argument.Rank)
        {
            return false;
        }

        for (int axis = 0; axis < parameter.Rank; axis++)
        {
            Dim want = parameter.Shape[axis], have = argument.Shape[axis];
            if (!want.IsSymbol)
            {
                if (want != have)
                {
                    return false;
                }

                continue;
            }

            int most = have.IsSymbol ? _draft.Symbols[have.Symbol].Max : have.Value;
            if (most > _draft.Symbols[want.Symbol].Max || (!bound.TryAdd(want.Symbol, have) && bound[want.Symbol] != have))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Pushes one scalar.</summary>
    private void Scalar(int depth)
    {
        if (depth == 0 || _choices.Chance(40))
        {
            Leaf(_choices.Pick("push", "get", "row"));
            return;
        }

        if (_choices.Chance(10))
        {
            Scalar(depth - 1);
            _body.Add("dup");
            _body.Add(_choices.Pick("add", "mul", "sub", "eq"));
            return;
        }

        Operation(_choices.Pick(Scalars), depth);
    }

    private void Operation(OpcodeRow row, int depth)
    {
        for (int i = 0; i < row.Pops; i++)
        {
            Scalar(Math.Max(0, depth - 1));
        }

        if (row.Pops == 2 && _choices.Chance(10))
        {
            _body.Add("swap");
        }

        _body.Add(row.Mnemonic);
    }

    private void Leaf(string kind)
    {
        if (kind == "row")
        {
            OpcodeRow[] able = [.. Rows.Where(static r => r is { Pops: 0, Pushes: 1 })];
            if (_maker.TryAdd(_choices.Pick(able)))
            {
                return;
            }
        }

        if (kind == "get")
        {
            _body.Add("get", Operand.Of(_choices.Below(_body.Locals)));
        }
        else
        {
            _body.Add("push", new Operand(Spreads.Value(_choices, DType.I64, _choices.Chance(85) ? Spread.Tame : Spread.Special)));
        }
    }

    /// <summary>Pushes a scalar between two numbers.</summary>
    private void InRange(int least, int most)
    {
        if (_choices.Chance(60))
        {
            _body.Add("push", Operand.OfI64(_choices.Between(least, most)));
            return;
        }

        Scalar(2);
        _body.Add("push", Operand.OfI64(most));
        _body.Add("min");
        _body.Add("push", Operand.OfI64(least));
        _body.Add("max");
    }

    private (HashSet<int> Assigned, HashSet<int> Bound) Snapshot() => ([.. _body.Assigned], [.. _body.Bound]);

    private void Restore(HashSet<int> assigned, HashSet<int> bound) => (_body.Assigned, _body.Bound) = ([.. assigned], [.. bound]);
}
