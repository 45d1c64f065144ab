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
    public bool TryBindInput(Frame driver, int at, ImmutableArray<InputTensor> given, out MachineFault fault)
    {
        fault = default;
        int index = driver.Lines[at].Operands[1].Index, symbol = module.Inputs[index].Symbol;
        string name = module.InputName(index);
        if (index >= given.Length || !given[index].Fits(module.Inputs[index].Type))
        {
            string have = index >= given.Length ? "was not given" : $"is {given[index]}";
            fault = new MachineFault(FaultCode.InputRows, driver.Function.Index, at, $"{name} {have}; the program takes {module.Inputs[index].Type.Describe(module)}");
            return false;
        }

        if (symbol < 0)
        {
            return true;
        }

        int rows = given[index].Shape[0], most = module.Symbols[symbol].Max;
        FaultCode code = rows == 0 ? FaultCode.EmptyInput
            : rows > most ? FaultCode.InputTooLong
            : !driver.TrySetInputRows(symbol, rows) ? FaultCode.InputRows
            : FaultCode.None;
        if (code != FaultCode.None)
        {
            fault = new MachineFault(code, driver.Function.Index, at, $"{name} has {rows} rows, the program takes 1 to {most}, and as many as other inputs of {module.SymbolName(symbol)}");
            return false;
        }

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
