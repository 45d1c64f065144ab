using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Audit.Wide;

/// <summary>Decides whether many calls of a step come to the same as one call with all their rows: rule 12 of spec/numerics.md makes it so for every opcode that keeps rows apart.</summary>
/// <remarks>
/// What is not known to keep them apart makes the step one that is replayed call by call; nothing is ever guessed. Plain loops: this is run once in a process, before
/// its verdict, and a query's code would have to be compiled there first.
/// </remarks>
internal sealed class RowRules
{
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
            : name is "embed" or "rope" || IsAttention(name) ? Of(instruction, 1)
            : name == "tail" ? Of(instruction, 1) == RowClass.Rows && instruction.Immediate(0).U32 == 1 ? RowClass.Last : null
            : name == "gather" ? Gathered(instruction)
            : name == "expand" ? Expanded(instruction)
            : name == "reshape" ? Of(instruction, 1)
            : name == "transpose" ? instruction.Immediate(0) is { AxisCount: > 0 } perm && perm.Axis(0) == 0 ? Of(instruction, 1) : null
            : name is "slice" or "concat" or "split" or "pad" ? AxisOf(instruction) > 0 ? Joined(instruction) : null
            : IsAlongLastAxis(name) ? Type(instruction, NextRead(instruction, 0)).Rank > 1 ? Joined(instruction) : null
            : IsOfElements(name) ? Joined(instruction)
            : null;
        if (result is not { } known || known == RowClass.None || ((IsAttention(name) || name is "rope" or "embed") && known != RowClass.Rows))
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

    /// <summary>Element by element; a second operand may be broadcast to the first.</summary>
    private static bool IsOfElements(string name) => name is
        "vadd" or "vmul" or "vsub" or "vdiv" or "vmin" or "vmax" or "vpow" or "vrem" or "swiglu" or "veq" or "vne" or "vlt" or "vle" or "vgt" or "vge" or "vand" or "vor" or "vxor" or
        "exp" or "sigmoid" or "silu" or "log" or "exp2" or "log2" or "tanh" or "erf" or "gelu" or "gelu.tanh" or "softplus" or "sin" or "cos" or "rsqrt" or "neg" or "abs" or "sqrt" or
        "floor" or "ceil" or "round" or "trunc" or "sign" or "vnot" or "cast" or "where";

    /// <summary>Each slice along the last axis by itself.</summary>
    private static bool IsAlongLastAxis(string name) => name is
        "matmul" or "linear.w8" or "linear.w4" or "rmsnorm" or "layernorm" or "softmax" or "quantize" or "matmul.i8" or "dequantize" or "sum" or "mean" or "reduce.max" or "reduce.min" or
        "reduce.prod" or "vargmax" or "topk" or "cumsum";

    private static bool IsAttention(string name) => name is "attention" or "attention.window" or "attention.softcap";

    /// <summary>One class for all that is read: what is the same everywhere goes with rows where it is broadcast along them.</summary>
    private RowClass? Joined(Instruction instruction)
    {
        RowClass joined = RowClass.Same;
        int rank = 0;
        for (int i = NextRead(instruction, 0); i >= 0; i = NextRead(instruction, i + 1))
        {
            rank = Math.Max(rank, Type(instruction, i).Rank);
            RowClass one = Of(instruction, i);
            if (one == RowClass.None || (one != RowClass.Same && joined != RowClass.Same && joined != one))
            {
                return null;
            }

            joined = one == RowClass.Same ? joined : one;
        }

        for (int i = NextRead(instruction, 0); i >= 0; i = NextRead(instruction, i + 1))
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
            RowClass.Same when IsKnown(to, 0) => RowClass.Same,
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
        fits &= IsKnown(type, known == RowClass.Rows ? 1 : 0) && (_classes[register] == RowClass.None || _classes[register] == known);
        _classes[register] = known;
        return fits;
    }

    /// <summary>Whether no dimension from an axis on is a symbol.</summary>
    private static bool IsKnown(TensorType type, int axis)
    {
        while (axis < type.Rank && !type.Shape[axis].IsSymbol)
        {
            axis++;
        }

        return axis >= type.Rank;
    }

    /// <summary>The first register from an operand on that an instruction reads; -1: none.</summary>
    private static int NextRead(Instruction instruction, int from)
    {
        ImmutableArray<OperandRow> operands = instruction.Row.Operands;
        while (from < operands.Length && operands[from] is not { Kind: OperandKind.Register, Effect: Effect.Read })
        {
            from++;
        }

        return from < operands.Length ? from : -1;
    }

    private static int AxisOf(Instruction instruction)
    {
        int at = 0;
        while (instruction.Row.Immediates[at].Name != "axis")
        {
            at++;
        }

        return (int)instruction.Immediate(at).U32;
    }

    private RowClass Of(Instruction instruction, int operand) => _classes[instruction.Operands[operand].Index];

    private TensorType Type(Instruction instruction, int operand) => _function.Registers[instruction.Operands[operand].Index];
}
