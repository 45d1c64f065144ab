using PomIsa.Disputes.Values;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>A driver that is being followed: where it is, its scalars, and where its registers were recorded.</summary>
internal sealed class DriverFrame
{
    private readonly Scalar[] _stack;
    private readonly Scalar[] _loops;
    private int _depth;
    private int _loopDepth;

    public DriverFrame(VerifiedFunction function, long[] symbols)
    {
        (Function, Symbols) = (function, symbols);
        _stack = new Scalar[function.MaxStack];
        _loops = new Scalar[function.MaxLoops];
        Locals = new Scalar[function.Function.LocalCount];
        Array.Fill(Locals, Scalar.Of(0));
        Registers = new Origin[function.Function.Registers.Length];
    }

    private DriverFrame(DriverFrame other)
    {
        (Function, At, _depth, _loopDepth) = (other.Function, other.At, other._depth, other._loopDepth);
        (_stack, _loops, Locals) = ([.. other._stack], [.. other._loops], [.. other.Locals]);
        (Symbols, Registers, Returns) = (other.Symbols, other.Registers, other.Returns);
    }

    public VerifiedFunction Function { get; }

    /// <summary>The instruction that comes next.</summary>
    public int At { get; set; }

    public Scalar[] Locals { get; }

    /// <summary>A value for each symbol of the module, -1 where it is not known. Never changed in place: what was followed keeps it.</summary>
    public long[] Symbols { get; private set; }

    /// <summary>What wrote each register. Never changed in place.</summary>
    public Origin[] Registers { get; private set; }

    /// <summary>The caller's registers that take the results.</summary>
    public int[] Returns { get; init; } = [];

    public Instruction Instruction => Function.Function.Body[At];

    public DriverFrame Clone() => new(this);

    public void Set(int symbol, long value)
    {
        Symbols = [.. Symbols];
        Symbols[symbol] = value;
    }

    public void Write(int register, Origin origin)
    {
        Registers = [.. Registers];
        Registers[register] = origin;
    }

    /// <summary>A step's results are in registers now.</summary>
    public void Write(ReadOnlySpan<Operand> registers, ulong call)
    {
        Registers = registers.IsEmpty ? Registers : [.. Registers];
        for (int i = 0; i < registers.Length; i++)
        {
            Registers[registers[i].Index] = new Origin(call, i, FromCall: true);
        }
    }

    public Scalar Pop() => _stack[--_depth];

    public void Push(Scalar value) => _stack[_depth++] = value;

    public void EnterLoop(Scalar rounds) => _loops[_loopDepth++] = rounds;

    public void LeaveLoop() => _loopDepth--;

    /// <summary>Rounds that the innermost loop has left, this one among them.</summary>
    public ref Scalar Rounds => ref _loops[_loopDepth - 1];

    /// <summary>The dimensions of a register, -1 for one that is not known.</summary>
    public void Dimensions(int register, Span<long> dimensions)
    {
        TensorType type = Function.Function.Registers[register];
        for (int axis = 0; axis < type.Rank; axis++)
        {
            dimensions[axis] = type.Shape[axis].IsSymbol ? Symbols[type.Shape[axis].Symbol] : type.Shape[axis].Value;
        }
    }

    /// <summary>A register's first dimension, -1 where it is not known.</summary>
    public long Rows(int register)
    {
        Dim first = Function.Function.Registers[register].Shape[0];
        return first.IsSymbol ? Symbols[first.Symbol] : first.Value;
    }
}
