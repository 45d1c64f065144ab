using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>What calling a step comes to, as far as its text tells: looked up once for all the instructions that call it.</summary>
internal sealed class CalledStepForm
{
    private readonly (int Symbol, int[] States)[] _states;
    private readonly (int At, Dim Rows, uint Least)[] _tails;

    public CalledStepForm(VerifiedModule module, VerifiedFunction step)
    {
        Function function = step.Function;
        Stores = new StepStores([.. function.Body
            .Select(static (instruction, at) => (Instruction: instruction, At: at))
            .Where(static one => one.Instruction.Row.Code is Opcode.Append or Opcode.Write)
            .Select(one => new StepStore(one.At, one.Instruction.Operands[0].Index, one.Instruction.Row.Code == Opcode.Write, function.Registers[one.Instruction.Operands[1].Index].Shape[0]))]);
        _tails = [.. function.Body.Index()
            .Where(static one => one.Item.Row.Mnemonic == "tail")
            .Select(one => (one.Index, function.Registers[one.Item.Operands[1].Index].Shape[0], one.Item.Immediate(0).U32))];
        ILookup<int, int> bySymbol = module.Module.States.Index().ToLookup(static one => one.Item.Symbol, static one => one.Index);
        _states = [.. step.StateSymbols.Select(symbol => (symbol, bySymbol[symbol].ToArray()))];
    }

    /// <summary>The instructions that store to states.</summary>
    public StepStores Stores { get; }

    /// <summary>Adds the rows of the states that the step names; false where they don't agree.</summary>
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

    /// <summary>The first instruction that takes the tail of too few rows; -1 where none does.</summary>
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
}
