using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>One instruction whose result types are asked for, with what an <see cref="InferRule"/> may look at.</summary>
/// <remarks>
/// An assembler asks with a module that has its declarations and signatures but no bodies yet, and with
/// <see cref="RegisterType"/> giving null for registers that have no type yet; the verifier asks with all types.
/// </remarks>
public sealed class InferRequest(Module module, Instruction instruction, Func<int, TensorType?> registerType)
{
    /// <summary>Declarations and signatures.</summary>
    public Module Module { get; } = module;

    /// <summary>The instruction, its operand count and indices already checked.</summary>
    public Instruction Instruction { get; } = instruction;

    /// <summary>Type of a register, or null if it has none yet.</summary>
    public Func<int, TensorType?> RegisterType { get; } = registerType;

    /// <summary>What the shape letters stand for, once the rule has run.</summary>
    public ShapeBindings Bindings { get; } = new();

    /// <summary>Why the rule said no.</summary>
    public FaultCode Fault { get; private set; }

    /// <summary>Position of the operand that the fault speaks of.</summary>
    public int FaultOperand { get; private set; } = -1;

    /// <summary>Asks the row's rule.</summary>
    public bool TryInfer(out ImmutableArray<TensorType> written)
    {
        if (Instruction.Row.InferResult(this, out written))
        {
            return true;
        }

        written = [];
        return false;
    }

    /// <summary>Multiply-adds of one execution; call after a successful <see cref="TryInfer"/>.</summary>
    public UInt128 Work(ReadOnlySpan<long> symbols) => Instruction.Row.Work(new WorkDims(Bindings, symbols));

    /// <summary>Notes a fault; always false, so that a rule can return it.</summary>
    public bool Refuse(FaultCode code, int operand)
    {
        Fault = code;
        FaultOperand = operand;
        return false;
    }

    /// <summary>Operand <paramref name="index"/> of the instruction.</summary>
    public Operand this[int index] => Instruction.Operands[index];

    /// <summary>Type of the register at operand <paramref name="index"/>, or null.</summary>
    public TensorType? TypeAt(int index) => RegisterType(this[index].Index);

    /// <summary>The weight at operand <paramref name="index"/>.</summary>
    public WeightEntry WeightAt(int index) => Module.Weights[this[index].Index];

    /// <summary>The state at operand <paramref name="index"/>.</summary>
    public StateEntry StateAt(int index) => Module.States[this[index].Index];
}
