using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Machine.Execution;

/// <summary>A function with its registers placed in the arena and its instructions prepared, for one set of values of its symbols.</summary>
internal sealed unsafe class Frame
{
    private readonly byte* _data;
    private readonly ArenaPlan _plan;
    private readonly long[] _planned;
    private readonly bool[] _changes; // by symbol, whether it gets its value while the function runs, or grows from call to call: placed at its maximum
    private readonly bool _grows; // a register's length depends on the rows of states
    private readonly long[] _viewed;
    private readonly TensorView[] _views;
    private readonly bool[] _areSteps; // by register, whether it is a driver's that nothing but calls of steps writes
    private readonly Line[][] _users; // of those registers, the lines that name them
    private readonly nint[] _elsewhere; // by register, where it lies if not in the arena
    private bool _isElsewhere; // some register, or it is known in part only
    private readonly int[] _inputRows; // by symbol what an input gave it, or 0

    public Frame(VerifiedFunction function, long start, ReadOnlySpan<long> symbols, byte* arena, OpContext context)
    {
        (Function, Start) = (function, start);
        _data = arena + start;
        _planned = [.. symbols];
        _changes = new bool[symbols.Length];
        bool isStep = function.Function.Kind == FunctionKind.Step;
        foreach (int symbol in isStep ? function.StateSymbols.AsSpan() : InputSymbols(function))
        {
            // It grows from call to call, or while a driver that was called reads an input of more rows than its caller's; the places stay.
            (_planned[symbol], _changes[symbol]) = (function.Module.Symbols[symbol].Max, true);
        }

        _grows = isStep && HasDimension(function.Function.Registers, _changes);
        _plan = ArenaPlan.For(function, _planned);
        _viewed = [.. symbols];
        Symbols = [.. symbols];
        Locals = new long[function.Function.LocalCount];
        _inputRows = new int[symbols.Length];
        Loops = new long[function.MaxLoops];
        _views = new TensorView[function.Function.Registers.Length];
        _elsewhere = new nint[_views.Length];
        _areSteps = ResultsOfSteps(function);
        ImmutableArray<Instruction> body = function.Function.Body;
        Lines = new Line[body.Length];
        for (int at = 0; at < body.Length; at++)
        {
            Lines[at] = new Line(body[at], context, new TensorView[body[at].Operands.Length])
            {
                Target = function.Targets[at],
                Committed = function.Recorded[at],
                SharesRows = function.Function.Kind == FunctionKind.Step && QuantizedRows.AreShared(body, at),
            };
        }

        _users = UsersOf(_areSteps, Lines);
        View();
    }

    public VerifiedFunction Function { get; }

    /// <summary>Byte of the arena that it begins at.</summary>
    public long Start { get; }

    /// <summary>Byte of the arena behind it.</summary>
    public long End => Start + _plan.TotalBytes;

    /// <summary>Values of the module's symbols while it runs.</summary>
    public long[] Symbols { get; }

    public long[] Locals { get; }

    /// <summary>Room for the rounds left of each loop that it can be inside of.</summary>
    public long[] Loops { get; }

    public Line[] Lines { get; }

    /// <summary>An input gives a symbol its value; false if another one of this execution gave it another.</summary>
    public bool TrySetInputRows(int symbol, int rows)
    {
        bool agrees = _inputRows[symbol] == 0 || _inputRows[symbol] == rows;
        _inputRows[symbol] = rows;
        return agrees;
    }

    /// <summary>View of a register.</summary>
    public ref readonly TensorView Register(int index) => ref _views[index];

    /// <summary>Gives a driver's register what a call of a step came to: where nothing but such calls writes the register it lies there from now on, else it is copied.</summary>
    /// <param name="register">A result of the call.</param>
    /// <param name="content">Memory that neither moves nor changes while the driver runs; empty where it is not known.</param>
    /// <param name="greatest">Where nothing is known but the place of the greatest value, this; else -1. Then whoever reads the register must be content with it.</param>
    public void Take(int register, ReadOnlySpan<byte> content, int greatest)
    {
        ref TensorView view = ref _views[register];
        foreach (Line line in _users[register])
        {
            line.Greatest = greatest;
        }

        _isElsewhere |= greatest >= 0;
        if (!_areSteps[register] || content.Length != view.Bytes)
        {
            content.CopyTo(view.Raw);
            return;
        }

        fixed (byte* data = content)
        {
            (_elsewhere[register], _isElsewhere) = ((nint)data, true);
            view = view.Over(data);
        }

        foreach (Line line in _users[register])
        {
            Show(line, register);
        }
    }

    /// <summary>Whether the registers were placed for these values. A step's depend on its parameters' symbols alone.</summary>
    public bool Fits(ReadOnlySpan<long> symbols)
    {
        if (Function.Function.Kind == FunctionKind.Driver)
        {
            for (int symbol = 0; symbol < symbols.Length; symbol++)
            {
                if (_planned[symbol] != symbols[symbol] && !_changes[symbol])
                {
                    return false;
                }
            }

            return true;
        }

        foreach (int symbol in Function.ParameterSymbols)
        {
            if (_planned[symbol] != symbols[symbol])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Begins an execution: locals are zero, symbols have these values.</summary>
    public void Enter(ReadOnlySpan<long> symbols)
    {
        symbols.CopyTo(Symbols);
        Array.Clear(Locals);
        Array.Clear(_inputRows);
        if (_isElsewhere)
        {
            Array.Clear(_elsewhere);
            foreach (Line line in Lines)
            {
                line.Greatest = -1;
            }

            _isElsewhere = false;
            View();
        }

        if (_grows || Function.Function.Kind == FunctionKind.Driver)
        {
            Review();
        }
    }

    /// <summary>A symbol was bound within a driver: registers have new dimensions, in the places that they have.</summary>
    public void Review()
    {
        if (!Symbols.AsSpan().SequenceEqual(_viewed))
        {
            Symbols.CopyTo(_viewed, 0);
            View();
        }
    }

    private void View()
    {
        for (int i = 0; i < _views.Length; i++)
        {
            _views[i] = new TensorView(_elsewhere[i] == 0 ? _data + _plan.Offsets[i] : (byte*)_elsewhere[i], Function.Function.Registers[i], _viewed);
        }

        foreach (Line line in Lines)
        {
            Show(line, register: -1);
        }
    }

    /// <summary>Gives an instruction the views of its registers, or of one of them.</summary>
    private void Show(Line line, int register)
    {
        for (int i = 0; i < line.Operands.Length; i++)
        {
            if (line.Row.KindAt(i) == OperandKind.Register && (register < 0 || line.Operands[i].Index == register))
            {
                line.Views[i] = _views[line.Operands[i].Index];
            }
        }
    }

    private static ReadOnlySpan<int> InputSymbols(VerifiedFunction driver)
    {
        var symbols = new List<int>();
        foreach (Instruction instruction in driver.Function.Body)
        {
            if (instruction.Row.Code == Opcode.Input && driver.Module.Inputs[instruction.Operands[1].Index].Symbol is >= 0 and int symbol)
            {
                symbols.Add(symbol);
            }
        }

        return CollectionsMarshal.AsSpan(symbols);
    }

    /// <summary>Whether a dimension of any register is one of these symbols.</summary>
    private static bool HasDimension(ImmutableArray<TensorType> registers, bool[] symbols)
    {
        foreach (TensorType register in registers)
        {
            foreach (Dim dimension in register.Shape)
            {
                if (dimension.IsSymbol && symbols[dimension.Symbol])
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Line[][] UsersOf(bool[] registers, Line[] lines)
    {
        var users = new Line[registers.Length][];
        for (int register = 0; register < registers.Length; register++)
        {
            users[register] = registers[register] ? Array.FindAll(lines, line => line.Names(register)) : [];
        }

        return users;
    }

    private static bool[] ResultsOfSteps(VerifiedFunction function)
    {
        var are = new bool[function.Function.Registers.Length];
        Array.Fill(are, function.Function.Kind == FunctionKind.Driver);
        foreach (Instruction instruction in function.Function.Body)
        {
            bool isStep = instruction.Row.Code == Opcode.Call && function.Module.Functions[instruction.Operands[0].Index].Kind == FunctionKind.Step;
            for (int i = 0; i < instruction.Operands.Length && !isStep; i++)
            {
                if (instruction.Row.KindAt(i) == OperandKind.Register && (i >= instruction.Row.Operands.Length || instruction.Row.Operands[i].Effect == Effect.Write))
                {
                    are[instruction.Operands[i].Index] = false;
                }
            }
        }

        return are;
    }
}
