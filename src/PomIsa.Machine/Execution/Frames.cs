using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine.Operations;

namespace PomIsa.Machine.Execution;

/// <summary>A driver while it runs: its place in the arena, its locals, its symbols. Every register has a place of its own.</summary>
internal sealed unsafe class Driver
{
    public Driver(VerifiedFunction function, long arenaBase, long[] symbols)
    {
        Function = function;
        Base = arenaBase;
        Symbols = symbols;
        Locals = new long[function.Function.LocalCount];
        Plan = ArenaPlan.For(function, symbols);
    }

    public VerifiedFunction Function { get; }

    public long Base { get; }

    /// <summary>Planned with the symbols' values at entry, which are their maxima where nothing bound them.</summary>
    public ArenaPlan Plan { get; }

    public long[] Symbols { get; }

    public long[] Locals { get; }

    public TensorView View(byte* arena, int register) =>
        new(arena + Base + Plan.Offsets[register], Function.Function.Registers[register], Symbols);

    /// <summary>Copies the arguments of a call into the callee's parameters.</summary>
    public void Give(byte* arena, in Instruction call, int parameters, Func<int, TensorView> callee)
    {
        for (int i = 0; i < parameters; i++)
        {
            View(arena, call.Operands[1 + i].Index).Raw.CopyTo(callee(i).Raw);
        }
    }

    /// <summary>Copies the callee's results into the registers that a call names for them.</summary>
    public void Take(byte* arena, in Instruction call, Function callee, Func<int, TensorView> from)
    {
        for (int i = callee.ParameterCount; i < callee.ParameterCount + callee.ResultCount; i++)
        {
            from(i).Raw.CopyTo(View(arena, call.Operands[1 + i].Index).Raw);
        }
    }
}

/// <summary>A step with its registers placed, for one set of values of its parameters' symbols.</summary>
internal sealed unsafe class StepPlan
{
    private readonly long[] _symbols;

    public StepPlan(VerifiedFunction function, long[] symbols, byte* arena)
    {
        Function = function;
        _symbols = (long[])symbols.Clone();
        ArenaPlan plan = ArenaPlan.For(function, symbols);
        Views = new TensorView[function.Function.Registers.Length];
        for (int i = 0; i < Views.Length; i++)
        {
            Views[i] = new TensorView(arena + plan.Offsets[i], function.Function.Registers[i], symbols);
        }

        Code = [.. function.Function.Body.Select(Prepare)];
    }

    /// <summary>One instruction, its operation (null for <c>ret</c>) and the views of its operands.</summary>
    public readonly record struct Line(Instruction Instruction, Operation? Operation, TensorView[] Views);

    public VerifiedFunction Function { get; }

    /// <summary>View of each register.</summary>
    public TensorView[] Views { get; }

    public Line[] Code { get; }

    /// <summary>Whether the plan was made for these values.</summary>
    public bool Fits(long[] symbols)
    {
        foreach (int symbol in Function.ParameterSymbols)
        {
            if (_symbols[symbol] != symbols[symbol])
            {
                return false;
            }
        }

        return true;
    }

    private Line Prepare(Instruction instruction)
    {
        ImmutableArray<OperandRow> operands = instruction.Row.Operands;
        var views = new TensorView[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            views[i] = operands[i].Kind == OperandKind.Register ? Views[instruction.Operands[i].Index] : default;
        }

        return new Line(instruction, OperationTable.Of(instruction.Row), views);
    }
}
