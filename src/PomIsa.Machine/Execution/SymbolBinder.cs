using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Machine.Execution;

/// <summary>Gives symbols their values, and keeps those that the next record has to name.</summary>
internal sealed class SymbolBinder(Module module)
{
    private readonly List<SymbolValue> _changes = [];

    /// <summary>What the next record names.</summary>
    public ReadOnlySpan<SymbolValue> Changes => CollectionsMarshal.AsSpan(_changes);

    /// <summary>The record was made.</summary>
    public void Forget() => _changes.Clear();

    /// <summary>An input binds the symbol of its first dimension to the number of rows that the host gave.</summary>
    public bool TryBindInput(Frame driver, int at, int rows, out MachineFault fault)
    {
        int symbol = module.Inputs[driver.Lines[at].Operands[1].Index].Type.Shape[0].Symbol, most = module.Symbols[symbol].Max;
        FaultCode code = rows == 0 ? FaultCode.EmptyInput : rows > most ? FaultCode.InputTooLong : FaultCode.None;
        if (code != FaultCode.None)
        {
            fault = new MachineFault(code, driver.Function.Index, at, $"the prompt has {rows} tokens, the program takes 1 to {most}");
            return false;
        }

        fault = default;
        driver.Symbols[symbol] = rows;
        _changes.Add(new SymbolValue(symbol, rows));
        return true;
    }

    /// <summary>A step's state symbols are the row counts of their states, which must agree.</summary>
    public bool TryBindStates(VerifiedFunction callee, ImmutableArray<StateBuffer> states, long[] symbols)
    {
        foreach (int symbol in callee.StateSymbols)
        {
            long rows = -1;
            for (int i = 0; i < states.Length; i++)
            {
                if (module.States[i].Symbol != symbol)
                {
                    continue;
                }

                if (rows >= 0 && rows != states[i].Rows)
                {
                    return false;
                }

                rows = states[i].Rows;
            }

            symbols[symbol] = rows;
        }

        return true;
    }

    /// <summary>The first record of a step names the values that its symbols have from here on.</summary>
    public void Note(VerifiedFunction step, long[] symbols)
    {
        _changes.Clear();
        foreach (int symbol in step.EntrySymbols)
        {
            _changes.Add(new SymbolValue(symbol, symbols[symbol]));
        }
    }
}
