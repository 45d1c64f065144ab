using PomIsa.Isa;

namespace PomIsa.Disputes.Values;

/// <summary>An instruction that retired, with the dimensions that its operands had.</summary>
/// <param name="module">The program.</param>
/// <param name="place">Where its record stands.</param>
/// <param name="index">Log index of its record.</param>
internal sealed class Subject(Module module, RecordPlace place, ulong index)
{
    private readonly int[]?[] _shapes = new int[]?[8];

    public Module Module => module;

    public RecordPlace Place => place;

    public ulong Index => index;

    public Function Function => module.Functions[place.Function];

    public Instruction Instruction { get; } = module.Functions[place.Function].Body[place.Offset];

    public OpcodeRow Row => Instruction.Row;

    /// <summary>How the run draws tokens.</summary>
    public Evidence.Records.SamplingParameters Sampling { get; init; } = Evidence.Records.SamplingParameters.Greedy;

    /// <summary>Operand index of a written register by its number among those.</summary>
    public int Written(int output)
    {
        for (int i = 0; i < Row.Operands.Length; i++)
        {
            if (Row.Operands[i] is { Effect: Effect.Write, Kind: OperandKind.Register } && output-- == 0)
            {
                return i;
            }
        }

        throw new NotBroughtException($"{Row.Mnemonic} has no such output");
    }

    /// <summary>Element type of a register, state or weight.</summary>
    public DType Element(int operand) => Row.KindAt(operand) switch
    {
        OperandKind.Register => Function.Registers[Register(operand)].Element,
        OperandKind.State => module.States[Instruction.Operands[operand].Index].Element,
        _ => Weight(operand).Element,
    };

    /// <summary>Dimensions of a register or a weight; of a state, those of the rows that the instruction sees.</summary>
    public int[] Shape(int operand) => _shapes[operand] ??= Row.KindAt(operand) switch
    {
        OperandKind.Register => At(Function.Registers[Register(operand)], place.Symbols),
        OperandKind.State => [checked((int)StateRows(operand)), .. module.States[Instruction.Operands[operand].Index].Row],
        _ => [.. Weight(operand).Shape],
    };

    public long Length(int operand) => Product(Shape(operand));

    public WeightEntry Weight(int operand) => module.Weights[Instruction.Operands[operand].Index];

    public int Register(int operand) => Instruction.Operands[operand].Index;

    public long Symbol(int operand) => place.Symbols[Instruction.Operands[operand].Index];

    public Operand Immediate(int i) => Instruction.Immediate(i);

    /// <summary>Commitments of its record's leaf: to the registers that it writes, and behind them the one to what a product multiplies, or <c>output</c> gives.</summary>
    public int Outputs => Row.WrittenTensors + (Row.CommittedOperand >= 0 ? 1 : 0);

    /// <summary>The number among its outputs of what a product multiplies, which most records commit to, or <c>output</c> gives.</summary>
    public int Recorded => Row.WrittenTensors;

    /// <summary>Whether it has no outputs but a scalar.</summary>
    public bool IsScalar => Outputs == 0;

    /// <summary>How an output is committed.</summary>
    public TensorForm Form(int output)
    {
        if (output == Recorded && Row.CommittedOperand is >= 0 and var committed)
        {
            return Row.CommitsToQuantizedRows ? TensorForm.OfQuantizedRows(Shape(committed)) : TensorForm.Of(Element(committed), Shape(committed));
        }

        int operand = Written(output);
        return Row.RecordsProduct ? TensorForm.OfProduct(Shape(operand)) : TensorForm.Of(Element(operand), Shape(operand));
    }

    /// <summary>Dimensions of a type where symbols have these values.</summary>
    public static int[] At(TensorType type, IReadOnlyList<long> symbols)
    {
        var shape = new int[type.Rank];
        for (int i = 0; i < shape.Length; i++)
        {
            Dim dim = type.Shape[i];
            long value = dim.IsSymbol ? symbols[dim.Symbol] : dim.Value;
            shape[i] = value is >= 0 and <= Limits.Dimension ? (int)value : throw new NotBroughtException("a symbol has no such value");
        }

        return shape;
    }

    public static long Product(ReadOnlySpan<int> shape)
    {
        long product = 1;
        foreach (int dimension in shape)
        {
            product = checked(product * dimension);
        }

        return product;
    }

    /// <summary>What attention sees: the rows at entry and those that this step has appended, as many as q has.</summary>
    private long StateRows(int operand)
    {
        long before = place.Symbols[module.States[Instruction.Operands[operand].Index].Symbol];
        return Row.Code == Opcode.Read ? before : before + Shape(1)[0];
    }
}
