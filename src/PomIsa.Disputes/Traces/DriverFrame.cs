using PomIsa.Disputes.Values;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

/// <summary>A driver that is being followed: where it is, its scalars, and where its registers were recorded.</summary>
internal sealed class DriverFrame
{
    private readonly long[] _inputRows;
    private Scalar[] _stack = [];
    private Scalar[] _loops = [];
    private int _depth;
    private int _loopDepth;

    public DriverFrame(DriverScope scope, DriverOp?[] code)
    {
        (Scope, Code) = (scope, code);
        Function function = scope.Function.Function;
        Locals = new Scalar[function.LocalCount];
        Array.Fill(Locals, Scalar.Of(0));
        Registers = new Origin[function.Registers.Length];
        _inputRows = new long[scope.Symbols.Length];
    }

    private DriverFrame(DriverFrame other)
    {
        (Scope, Code, At, _depth, _loopDepth, Returns) = (other.Scope, other.Code, other.At, other._depth, other._loopDepth, other.Returns);
        (_stack, _loops) = (other._stack[.._depth], other._loops[.._loopDepth]);
        (Locals, Registers, _inputRows) = ([.. other.Locals], [.. other.Registers], [.. other._inputRows]);
    }

    /// <summary>Which driver it is, and its symbols.</summary>
    public DriverScope Scope { get; private set; }

    /// <summary>Its instructions, as far as they were looked up.</summary>
    public DriverOp?[] Code { get; }

    /// <summary>The instruction that comes next.</summary>
    public int At { get; set; }

    public Scalar[] Locals { get; }

    /// <summary>What wrote each register.</summary>
    public Origin[] Registers { get; }

    /// <summary>The caller's registers that take the results.</summary>
    public int[] Returns { get; init; } = [];

    public DriverFrame Clone() => new(this);

    /// <summary>Values that a copy of it holds.</summary>
    public int Size => Registers.Length + Locals.Length + _depth + _loopDepth + _inputRows.Length;

    public void Set(int symbol, long value)
    {
        if (Scope.Symbols[symbol] == value)
        {
            return;
        }

        long[] symbols = [.. Scope.Symbols];
        symbols[symbol] = value;
        Scope = Scope with { Symbols = symbols };
    }

    /// <summary>An input gives a symbol its value; false if another one of this activation gave it another.</summary>
    public bool TrySetInputRows(int symbol, long rows)
    {
        bool agrees = _inputRows[symbol] == 0 || _inputRows[symbol] == rows;
        _inputRows[symbol] = rows;
        return agrees;
    }

    public Scalar Pop() => _stack[--_depth];

    public void Push(Scalar value) => Add(ref _stack, ref _depth, value);

    public void EnterLoop(Scalar rounds) => Add(ref _loops, ref _loopDepth, rounds);

    public void LeaveLoop() => _loopDepth--;

    /// <summary>Rounds that the innermost loop has left, this one among them.</summary>
    public ref Scalar Rounds => ref _loops[_loopDepth - 1];

    /// <summary>A register's first dimension, -1 where it is not known.</summary>
    public long Rows(int register) => Scope.Function.Function.Registers[register].Shape[0].At(Scope.Symbols);

    // Room is made where it is used: most drivers need little, and a way that waits keeps its copies.
    private static void Add(ref Scalar[] to, ref int count, Scalar value)
    {
        if (count == to.Length)
        {
            Array.Resize(ref to, Math.Max(4, 2 * count));
        }

        to[count++] = value;
    }
}
