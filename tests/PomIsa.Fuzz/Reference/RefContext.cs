using PomIsa.Fuzz.Generation;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Reference;

/// <summary>One instruction of the reference machine: what it reads, and what it leaves.</summary>
internal sealed class RefContext(RefMachine machine, RefFrame frame, Instruction instruction)
{
    /// <summary>Tensors that it writes, in operand order; the machine puts them into the registers.</summary>
    public List<RefTensor> Written { get; } = [];

    /// <summary>Scalars that it pushes.</summary>
    public List<long> Pushed { get; } = [];

    /// <summary>Multiply-adds that it does.</summary>
    public ulong Work { get; set; }

    /// <summary>Row scales and integers that a quantized product multiplies: what its record commits to.</summary>
    public (float[] Scales, sbyte[] Integers, int Rows, int Columns) Quantized { get; set; }

    public RefMachine Machine => machine;

    public RefFrame Frame => frame;

    public OpcodeRow Row => instruction.Row;

    /// <summary>The register at an operand.</summary>
    public RefTensor In(int operand) => frame.Registers[instruction.Operands[operand].Index]!;

    public LogicalWeight Weight(int operand) => machine.Program.Weights[instruction.Operands[operand].Index];

    public RefState State(int operand) => machine.States[instruction.Operands[operand].Index];

    public int Index(int operand) => instruction.Operands[operand].Index;

    public long Symbol(int operand) => frame.Symbols[instruction.Operands[operand].Index];

    public Operand Immediate(int index) => instruction.Immediate(index);

    /// <summary>The declared type of the register at an operand, with the values that symbols have now.</summary>
    public (DType Element, int[] Shape) Declared(int operand)
    {
        TensorType type = frame.Function.Registers[instruction.Operands[operand].Index];
        return (type.Element, [.. type.Shape.Select(d => (int)d.At(frame.Symbols))]);
    }

    public long Pop()
    {
        long top = frame.Stack[^1];
        frame.Stack.RemoveAt(frame.Stack.Count - 1);
        return top;
    }

    public FaultCode Push(long value)
    {
        Pushed.Add(value);
        return FaultCode.None;
    }

    public FaultCode Write(RefTensor tensor)
    {
        Written.Add(tensor);
        return FaultCode.None;
    }
}

/// <summary>Rows of a state.</summary>
internal sealed class RefState(StateEntry entry)
{
    public StateEntry Entry { get; } = entry;

    public int RowBytes { get; } = entry.Row.Aggregate(DTypes.SizeOf(entry.Element), static (a, b) => a * b);

    public List<byte> Bytes { get; } = [];

    public int Rows => Bytes.Count / RowBytes;
}

/// <summary>An active function.</summary>
internal sealed class RefFrame(Function function, int index, long[] symbols)
{
    public Function Function { get; } = function;

    public int Index { get; } = index;

    public RefTensor?[] Registers { get; } = new RefTensor?[function.Registers.Length];

    /// <summary>What the last writer of each register made of it, as far as a product's record depends on it.</summary>
    public RefOrigin[] Origins { get; } = new RefOrigin[function.Registers.Length];

    public long[] Symbols { get; } = symbols;

    /// <summary>Rows that inputs gave to symbols in this frame.</summary>
    public Dictionary<int, int> InputRows { get; } = [];

    public long[] Locals { get; } = new long[function.LocalCount];

    public List<long> Stack { get; } = [];
}
