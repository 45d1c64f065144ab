using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>A <c>call</c> of a driver, looked up once for all the times that it is followed.</summary>
internal sealed class DriverCall
{
    private readonly (int Symbol, Dim From)[] _bindings;
    private readonly (int Symbol, int[] States)[] _states;
    private readonly (int At, Dim Rows, uint Least)[] _tails;

    public DriverCall(VerifiedModule module, VerifiedFunction caller, Instruction call)
    {
        Callee = module.Functions[call.Operands[0].Index];
        Function function = Callee.Function;
        IsStep = function.Kind == FunctionKind.Step;
        Length = function.Body.Length;
        Arguments = [.. call.Operands.AsSpan().Slice(1, function.ParameterCount).ToArray().Select(static o => o.Index)];
        Results = [.. call.Operands.AsSpan()[(1 + function.ParameterCount)..].ToArray().Select(static o => o.Index)];
        _bindings = [.. Arguments.SelectMany((register, i) => function.Registers[i].Shape.Zip(caller.Function.Registers[register].Shape))
            .Where(static axis => axis.First.IsSymbol).Select(static axis => (axis.First.Symbol, axis.Second))];
        _states = [.. Callee.StateSymbols.Select(symbol => (symbol, Enumerable.Range(0, module.Module.States.Length).Where(i => module.Module.States[i].Symbol == symbol).ToArray()))];
        Stores = IsStep ? StoresOf(function) : [];
        _tails = IsStep ? TailsOf(function) : [];
    }

    public VerifiedFunction Callee { get; }

    public bool IsStep { get; }

    /// <summary>Instructions of the callee.</summary>
    public int Length { get; }

    /// <summary>The caller's registers that are passed.</summary>
    public int[] Arguments { get; }

    /// <summary>The caller's registers that take the results.</summary>
    public int[] Results { get; }

    /// <summary>The instructions of a step that store to states.</summary>
    public StepStore[] Stores { get; }

    /// <summary>Values of the symbols in the callee, those of its states not among them.</summary>
    public long[] Bind(long[] symbols)
    {
        long[] bound = symbols.AsSpan().ToArray();
        foreach ((int symbol, Dim from) in _bindings)
        {
            bound[symbol] = from.At(symbols);
        }

        return bound;
    }

    /// <summary>Adds the rows of the states that a step names; false where they don't agree.</summary>
    public bool TryBindStates(long[] rows, long[] symbols)
    {
        foreach ((int symbol, int[] states) in _states)
        {
            long bound = -1;
            foreach (int state in states)
            {
                if (rows[state] >= 0)
                {
                    if (bound >= 0 && bound != rows[state])
                    {
                        return false;
                    }

                    bound = rows[state];
                }
            }

            symbols[symbol] = bound;
        }

        return true;
    }

    /// <summary>The first instruction of a step that takes the tail of too few rows; -1 where none does.</summary>
    public int ShortTail(long[] symbols)
    {
        foreach ((int at, Dim rows, uint least) in _tails)
        {
            if (rows.At(symbols) is >= 0 and var have && have < least)
            {
                return at;
            }
        }

        return -1;
    }

    private static (int At, Dim Rows, uint Least)[] TailsOf(Function function) => [.. function.Body.Index()
        .Where(static one => one.Item.Row.Mnemonic == "tail")
        .Select(one => (one.Index, function.Registers[one.Item.Operands[1].Index].Shape[0], one.Item.Immediate(0).U32))];

    private static StepStore[] StoresOf(Function function) => [.. function.Body
        .Select(static (instruction, at) => (Instruction: instruction, At: at))
        .Where(static one => one.Instruction.Row.Code is Opcode.Append or Opcode.Write)
        .Select(one => new StepStore(one.At, one.Instruction.Operands[0].Index, one.Instruction.Row.Code == Opcode.Write, function.Registers[one.Instruction.Operands[1].Index].Shape[0]))];
}
