using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Drivers: scalars, loops, branches, calls, and any row that may stand there.</summary>
internal sealed class DriverGenerator
{
    /// <summary>Trips of all loops around a place, multiplied.</summary>
    private const int MostTrips = 60;

    private readonly Draft _draft;
    private readonly Choices _choices;
    private readonly Body _body;
    private readonly InstructionMaker _maker;
    private readonly ScalarMaker _scalars;
    private readonly CallMaker _calls;
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
        _scalars = new ScalarMaker(_body, _maker, draft.Choices);
        _calls = new CallMaker(draft, _body, _maker);
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
                    _scalars.Operation(_focus, 0);
                    _body.Add("drop");
                }
                else if (DriverRows.Tensors.Contains(_focus))
                {
                    Row(_focus);
                }
                else if (_draft.Functions.FindLastIndex(f => f.Body.Any(i => i.Row == _focus)) is >= 0 and var holder)
                {
                    _calls.Add(holder);
                }
                else
                {
                    _calls.Add(StepGenerator.Generate(_draft, _focus, []));
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
                    _scalars.Scalar(1);
                    _body.Add("brk_if");
                    break;
                case 9 when nesting > 0 && !_draft.IsSteady && _choices.Chance(30):
                    // Only where a branch around it leaves the rest reachable does more code follow.
                    _body.Add(_loops > 0 && _choices.Chance(80) ? "brk" : "halt");
                    _ends = true;
                    break;
                default:
                    Row(_choices.Pick(DriverRows.Tensors));
                    break;
            }
        }
    }

    private void Plain(string mnemonic)
    {
        _scalars.Scalar(1);
        switch (mnemonic)
        {
            case "dup":
                _body.Add("dup");
                _body.Add("drop");
                break;
            case "swap":
                _scalars.Scalar(1);
                _body.Add("swap");
                _body.Add("drop");
                break;
            case "get" or "push":
                _body.Add("drop");
                _scalars.Leaf(mnemonic);
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

        for (int i = 0; i < row.Pops; i++)
        {
            if (row.Mnemonic is "token" or "emit" or "sample" && (_draft.IsSteady || _choices.Chance(95)))
            {
                _scalars.InRange(0, _choices.Pick(31, 3, 500));
            }
            else
            {
                _scalars.Scalar(2);
            }
        }

        if (!_maker.TryAdd(row))
        {
            // What was made for it may stay; the scalars that nobody takes go.
            for (int i = 0; i < row.Pops; i++)
            {
                _body.Add("drop");
            }

            return;
        }

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
            _scalars.InRange(0, max);
        }
        else
        {
            _scalars.Scalar(1);
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
                _scalars.Scalar(1);
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
        _scalars.Scalar(2);
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
        _calls.Add(known
            ? _choices.Below(_draft.Functions.Count)
            : StepGenerator.Generate(_draft, _focus, [.. _body.Assigned.Select(r => _body.TypeOf(r)!)]));
    }

    private (HashSet<int> Assigned, HashSet<int> Bound) Snapshot() => ([.. _body.Assigned], [.. _body.Bound]);

    private void Restore(HashSet<int> assigned, HashSet<int> bound) => (_body.Assigned, _body.Bound) = ([.. assigned], [.. bound]);
}
