using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Verification;

/// <summary>A module that keeps every rule, with what the verifier learned. Only <see cref="Verifier"/> makes one.</summary>
public sealed class VerifiedModule
{
    private byte[]? _programDigest;

    internal VerifiedModule(Module module, ImmutableArray<VerifiedFunction> functions, Bounds bounds)
    {
        Module = module;
        Functions = functions;
        Bounds = bounds;
    }

    /// <summary>The module.</summary>
    public Module Module { get; }

    /// <summary>Digest of the program without its custom sections; computed when it is first asked for.</summary>
    public Digest ProgramDigest => new(_programDigest ??= Module.ProgramDigest().ToArray());

    /// <summary>Its functions, in the module's order.</summary>
    public ImmutableArray<VerifiedFunction> Functions { get; }

    /// <summary>The driver that a run starts with.</summary>
    public VerifiedFunction Entry => Functions[Module.Entry];

    /// <summary>What a whole run takes at most.</summary>
    public Bounds Bounds { get; }
}

/// <summary>A function that keeps every rule.</summary>
public sealed class VerifiedFunction
{
    private int[]? _slots;
    private int[]? _recorded;

    internal VerifiedFunction(
        Module module, int index, int[] targets, int maxStack, int maxLoops,
        ImmutableArray<int> parameterSymbols, ImmutableArray<int> stateSymbols, int[] forms)
    {
        Module = module;
        Index = index;
        Forms = forms;
        Targets = ImmutableCollectionsMarshal.AsImmutableArray(targets);
        MaxStack = maxStack;
        MaxLoops = maxLoops;
        ParameterSymbols = parameterSymbols;
        StateSymbols = stateSymbols;
        EntrySymbols = FunctionSymbols.Union(parameterSymbols, stateSymbols);
    }

    /// <summary>The module that it belongs to.</summary>
    public Module Module { get; }

    /// <summary>Its index there.</summary>
    public int Index { get; }

    /// <summary>Its declaration and code.</summary>
    public Function Function => Module.Functions[Index];

    /// <summary>
    /// For each instruction where it jumps to, or -1. loop with no rounds (left): behind its end. if with zero: behind
    /// its else or end. else: behind its end. brk, brk_if: behind the loop's end. end of a loop: the first instruction
    /// of its body; the end of an if: -1.
    /// </summary>
    public ImmutableArray<int> Targets { get; }

    /// <summary>Scalars on the stack at most.</summary>
    public int MaxStack { get; }

    /// <summary>Loops inside each other at most.</summary>
    public int MaxLoops { get; }

    /// <summary>Symbols bound by the arguments' dimensions, ascending.</summary>
    public ImmutableArray<int> ParameterSymbols { get; }

    /// <summary>Symbols bound at entry to the row count of the states which the step names, ascending.</summary>
    public ImmutableArray<int> StateSymbols { get; }

    /// <summary>For each instruction the number of its <see cref="TypedForm"/>, or -1.</summary>
    internal int[] Forms { get; }

    /// <summary>Place of each register, or -1; planned once.</summary>
    internal ReadOnlySpan<int> Slots => _slots ??= SlotPlan.Of(this);

    /// <summary>Plans the registers' places now rather than when they are asked for.</summary>
    internal void PlanSlots() => _slots ??= SlotPlan.Of(this);

    /// <summary>By instruction the operand that its record commits to, or -1; see <see cref="RecordedOperands"/>.</summary>
    public ReadOnlySpan<int> Recorded => _recorded ??= RecordedOperands.Of(Function);

    /// <summary>Symbols that the first record of a step names: those of its parameters and states, ascending.</summary>
    public ImmutableArray<int> EntrySymbols { get; }

    /// <summary>Multiply-adds of one execution of an instruction, with a value for each symbol of the module.</summary>
    public UInt128 Work(int instruction, ReadOnlySpan<long> symbols)
    {
        Function function = Function;
        if (ReferenceEquals(function.Body[instruction].Row.Work, Rows.RowParts.NoWork))
        {
            return 0;
        }

        var request = new InferRequest(Module, function.Body[instruction], register => function.Registers[register]);
        return request.TryInfer(out _)
            ? request.Work(symbols)
            : throw new System.Diagnostics.UnreachableException("The verifier typed this instruction.");
    }

    /// <summary>Sets the symbols of parameter <paramref name="parameter"/> from an argument's dimensions.</summary>
    /// <param name="parameter">Index of the parameter.</param>
    /// <param name="argument">The argument's dimensions, which the verifier has matched.</param>
    /// <param name="symbols">One value for each symbol of the module.</param>
    public void Bind(int parameter, ReadOnlySpan<long> argument, Span<long> symbols)
    {
        TensorType type = Function.Registers[parameter];
        for (int axis = 0; axis < type.Rank; axis++)
        {
            if (type.Shape[axis].IsSymbol)
            {
                symbols[type.Shape[axis].Symbol] = argument[axis];
            }
        }
    }
}
