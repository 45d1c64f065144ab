using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Which symbols have a value when a function begins.</summary>
internal static class FunctionSymbols
{
    /// <summary>Symbols in the parameters' types, ascending: the arguments' dimensions bind them.</summary>
    public static ImmutableArray<int> OfParameters(Function function)
    {
        var symbols = new List<int>();
        foreach (TensorType type in function.Parameters)
        {
            foreach (Dim dim in type.Shape)
            {
                if (dim.IsSymbol)
                {
                    Add(symbols, dim.Symbol);
                }
            }
        }

        return [.. symbols];
    }

    /// <summary>Symbols that count the rows of the states which a step names, ascending: bound to those counts.</summary>
    public static ImmutableArray<int> OfStates(Function function, Module module)
    {
        var symbols = new List<int>();
        if (function.Kind == FunctionKind.Step)
        {
            foreach (Instruction instruction in function.Body)
            {
                foreach (int i in instruction.Row.Layout.States)
                {
                    if (i < instruction.Operands.Length && instruction.Operands[i].Bits < (ulong)module.States.Length)
                    {
                        Add(symbols, module.States[instruction.Operands[i].Index].Symbol);
                    }
                }
            }
        }

        return [.. symbols];
    }

    /// <summary>All that are in one or in both, ascending as they are.</summary>
    public static ImmutableArray<int> Union(ImmutableArray<int> one, ImmutableArray<int> other)
    {
        var symbols = new List<int>(one.Length + other.Length);
        symbols.AddRange(one.AsSpan());
        foreach (int symbol in other)
        {
            Add(symbols, symbol);
        }

        return [.. symbols];
    }

    /// <summary>Whether a symbol is among some. A plain loop: the framework's search is compiled anew in each process.</summary>
    public static bool Has(ImmutableArray<int> symbols, int symbol)
    {
        foreach (int one in symbols)
        {
            if (one == symbol)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Greatest value of each symbol of a module.</summary>
    public static long[] Maxima(Module module)
    {
        var maxima = new long[module.Symbols.Length];
        for (int i = 0; i < maxima.Length; i++)
        {
            maxima[i] = module.Symbols[i].Max;
        }

        return maxima;
    }

    // A handful of them: to search in line is enough.
    private static void Add(List<int> ascending, int symbol)
    {
        int at = 0;
        while (at < ascending.Count && ascending[at] < symbol)
        {
            at++;
        }

        if (at == ascending.Count || ascending[at] != symbol)
        {
            ascending.Insert(at, symbol);
        }
    }
}

/// <summary>Bytes that a state takes when it is full.</summary>
internal static class StateSize
{
    public static UInt128 Of(StateEntry state)
    {
        UInt128 bytes = (UInt128)state.MaxRows * (UInt128)DTypes.SizeOf(state.Element);
        foreach (int dim in state.Row)
        {
            bytes *= (UInt128)dim;
        }

        return bytes;
    }
}
