using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Which symbols have a value when a function begins.</summary>
internal static class FunctionSymbols
{
    /// <summary>Symbols in the parameters' types, ascending: the arguments' dimensions bind them.</summary>
    public static ImmutableArray<int> OfParameters(Function function)
    {
        var symbols = new SortedSet<int>();
        foreach (TensorType type in function.Parameters)
        {
            symbols.UnionWith(type.Shape.Where(d => d.IsSymbol).Select(d => d.Symbol));
        }

        return [.. symbols];
    }

    /// <summary>Symbols that count the rows of the states which a step names, ascending: bound to those counts.</summary>
    public static ImmutableArray<int> OfStates(Function function, Module module)
    {
        var symbols = new SortedSet<int>();
        if (function.Kind == FunctionKind.Step)
        {
            foreach (Instruction instruction in function.Body)
            {
                foreach (int i in instruction.Row.Layout.States)
                {
                    if (i < instruction.Operands.Length && instruction.Operands[i].Bits < (ulong)module.States.Length)
                    {
                        symbols.Add(module.States[instruction.Operands[i].Index].Symbol);
                    }
                }
            }
        }

        return [.. symbols];
    }
}

/// <summary>Bytes that a state takes when it is full.</summary>
internal static class StateSize
{
    public static UInt128 Of(StateEntry state) => state.Row.Aggregate(
        (UInt128)state.MaxRows * (UInt128)DTypes.SizeOf(state.Element), static (bytes, dim) => bytes * (UInt128)dim);
}
