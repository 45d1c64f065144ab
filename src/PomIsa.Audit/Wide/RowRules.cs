using System.Collections.Frozen;
using PomIsa.Isa;

namespace PomIsa.Audit.Wide;

/// <summary>Decides whether many calls of a step come to the same as one call with all their rows: rule 12 of spec/numerics.md makes it so for every opcode that keeps rows apart.</summary>
/// <remarks>What is not known to keep them apart makes the step one that is replayed call by call; nothing is ever guessed.</remarks>
internal sealed class RowRules
{
    /// <summary>Element by element; a second operand may be broadcast to the first.</summary>
    private static readonly FrozenSet<string> Elements = FrozenSet.ToFrozenSet(
    [
        "vadd", "vmul", "vsub", "vdiv", "vmin", "vmax", "vpow", "vrem", "swiglu", "veq", "vne", "vlt", "vle", "vgt", "vge", "vand", "vor", "vxor",
        "exp", "sigmoid", "silu", "log", "exp2", "log2", "tanh", "erf", "gelu", "gelu.tanh", "softplus", "sin", "cos", "rsqrt", "neg", "abs", "sqrt",
        "floor", "ceil", "round", "trunc", "sign", "vnot", "cast", "where",
    ]);

    /// <summary>Each slice along the last axis by itself.</summary>
    private static readonly FrozenSet<string> LastAxis = FrozenSet.ToFrozenSet(
    [
        "matmul", "linear.w8", "linear.w4", "rmsnorm", "layernorm", "softmax", "quantize", "matmul.i8", "dequantize", "sum", "mean", "reduce.max", "reduce.min",
        "reduce.prod", "vargmax", "topk", "cumsum",
    ]);

    /// <summary>Along an axis, which must not be the first.</summary>
    private static readonly FrozenSet<string> OneAxis = FrozenSet.ToFrozenSet(["slice", "concat", "split", "pad"]);

    private static readonly FrozenSet<string> Attention = FrozenSet.ToFrozenSet(["attention", "attention.window", "attention.softcap"]);

    private readonly Function _function;
    private readonly int _symbol;
    private readonly RowClass[] _classes;

    private RowRules(Function function, int symbol)
    {
        (_function, _symbol) = (function, symbol);
        _classes = new RowClass[function.Registers.Length];
    }

    /// <summary>The class of each register; false if the step mixes rows, or may.</summary>
    /// <param name="function">A verified step.</param>
    /// <param name="symbol">The symbol of its rows.</param>
    /// <param name="classes">By register.</param>
    public static bool TryClassify(Function function, out int symbol, out RowClass[] classes)
    {
        classes = [];
        symbol = -1;
        if (function.Kind != FunctionKind.Step || function.ParameterCount == 0 || function.Parameters[0] is not { Rank: > 0 } first || !first.Shape[0].IsSymbol)
        {
            return false;
        }

        symbol = first.Shape[0].Symbol;
        var rules = new RowRules(function, symbol);
        for (int i = 0; i < function.ParameterCount; i++)
        {
            if (!rules.Set(i, RowClass.Rows))
            {
                return false;
            }
        }

        foreach (Instruction instruction in function.Body)
        {
            if (!rules.Allows(instruction))
            {
                return false;
            }
        }

        classes = rules._classes;
        return true;
    }

    private bool Allows(Instruction instruction)
    {
        string name = instruction.Row.Mnemonic;
        if (name == "ret")
        {
            return true;
        }

        if (name == "append")
        {
            return Of(instruction, 1) == RowClass.Rows;
        }

        RowClass? result = name is "load" or "zeros" ? RowClass.Same
            : name is "iota" or "rope" && instruction.Operands[instruction.Row.Operands.Length - 1].Index == _symbol ? null
            : name == "iota" ? RowClass.Rows
            : name is "embed" or "rope" || Attention.Contains(name) ? Of(instruction, 1)
            : name == "tail" ? Of(instruction, 1) == RowClass.Rows && instruction.Immediate(0).U32 == 1 ? RowClass.Last : null
            : name == "gather" ? Gathered(instruction)
            : name == "expand" ? Expanded(instruction)
            : name == "reshape" ? Of(instruction, 1)
            : name == "transpose" ? instruction.Immediate(0) is { AxisCount: > 0 } perm && perm.Axis(0) == 0 ? Of(instruction, 1) : null
            : OneAxis.Contains(name) ? AxisOf(instruction) > 0 ? Joined(instruction) : null
            : LastAxis.Contains(name) ? Type(instruction, Reads(instruction).First()).Rank > 1 ? Joined(instruction) : null
            : Elements.Contains(name) ? Joined(instruction)
            : null;
        if (result is not { } known || known == RowClass.None || ((Attention.Contains(name) || name is "rope" or "embed") && known != RowClass.Rows))
        {
            return false;
        }

        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            if (instruction.Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write } && !Set(instruction.Operands[i].Index, known))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One class for all that is read: what is the same everywhere goes with rows where it is broadcast along them.</summary>
    private RowClass? Joined(Instruction instruction)
    {
        RowClass joined = RowClass.Same;
        int rank = Reads(instruction).Max(i => Type(instruction, i).Rank);
        foreach (int i in Reads(instruction))
        {
            RowClass one = Of(instruction, i);
            if (one == RowClass.None || (one != RowClass.Same && joined != RowClass.Same && joined != one))
            {
                return null;
            }

            joined = one == RowClass.Same ? joined : one;
        }

        foreach (int i in Reads(instruction))
        {
            TensorType type = Type(instruction, i);
            bool along = type.Rank < rank || (type.Rank > 0 && !type.Shape[0].IsSymbol && type.Shape[0].Value == 1);
            if (joined != RowClass.Same && (Of(instruction, i) == RowClass.Same ? !along : type.Rank != rank))
            {
                return null;
            }
        }

        return joined;
    }

    /// <summary>Rows of a table that the arguments' rows choose.</summary>
    private RowClass? Gathered(Instruction instruction) => AxisOf(instruction) == 0 && Of(instruction, 1) == RowClass.Same ? Of(instruction, 2) : null;

    private RowClass? Expanded(Instruction instruction)
    {
        TensorType from = Type(instruction, 1), to = Type(instruction, 0);
        return Of(instruction, 1) switch
        {
            RowClass.Rows when from.Rank == to.Rank => RowClass.Rows,
            RowClass.Same when !to.Shape.Any(static d => d.IsSymbol) => RowClass.Same,
            RowClass.Same when from.Rank < to.Rank || !from.Shape[0].IsSymbol => RowClass.Rows,
            _ => null,
        };
    }

    /// <summary>A register has one class throughout, and the type that goes with it.</summary>
    private bool Set(int register, RowClass known)
    {
        TensorType type = _function.Registers[register];
        bool fits = known switch
        {
            RowClass.Rows => type.Rank > 0 && type.Shape[0].IsSymbol && type.Shape[0].Symbol == _symbol && type.Shape.AsSpan()[1..].IndexOf(type.Shape[0]) < 0,
            RowClass.Last => type.Rank > 1 && !type.Shape[0].IsSymbol && type.Shape[0].Value == 1,
            _ => true,
        };
        fits &= type.Shape.Skip(known == RowClass.Rows ? 1 : 0).All(static d => !d.IsSymbol) && (_classes[register] == RowClass.None || _classes[register] == known);
        _classes[register] = known;
        return fits;
    }

    private static IEnumerable<int> Reads(Instruction instruction) =>
        Enumerable.Range(0, instruction.Row.Operands.Length).Where(i => instruction.Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Read });

    private static int AxisOf(Instruction instruction)
    {
        int at = instruction.Row.Immediates.IndexOf(instruction.Row.Immediates.First(static i => i.Name == "axis"));
        return (int)instruction.Immediate(at).U32;
    }

    private RowClass Of(Instruction instruction, int operand) => _classes[instruction.Operands[operand].Index];

    private TensorType Type(Instruction instruction, int operand) => _function.Registers[instruction.Operands[operand].Index];
}
