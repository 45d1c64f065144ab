using System.Collections.Immutable;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;

namespace PomIsa.Conformance.Running;

/// <summary>Whether a verifier would let an instruction stand with operands of these types.</summary>
internal static class OperandTypes
{
    /// <summary>
    /// The row's rule gives the types of the results that the case states: with the dimensions as constants, or, since some traps
    /// need a dimension that is known only at run time, with one of them as a symbol.
    /// </summary>
    /// <exception cref="RequestException">It doesn't.</exception>
    public static void Check(Module module, Instruction instruction, TensorType?[] types)
    {
        if (instruction.Row.Operands.Any(static o => o.Kind == OperandKind.Input))
        {
            return; // the declaration of the input gives the type
        }

        FaultCode fault = Fault(module, instruction, types);
        if (fault == FaultCode.None)
        {
            return;
        }

        int symbol = module.Symbols.Length - 1;
        foreach (int dimension in types.Where(static t => t is not null).SelectMany(static t => t!.Shape).Select(static d => d.Value).Distinct())
        {
            if (Fault(module, instruction, With(types, dimension, symbol, 1)) == FaultCode.None
                || Fault(module, instruction, With(types, dimension, symbol, Limits.Rank)) == FaultCode.None)
            {
                return;
            }
        }

        throw new RequestException($"'{instruction.Row.Mnemonic}' can't take these operands: {fault}.");
    }

    private static FaultCode Fault(Module module, Instruction instruction, TensorType?[] types)
    {
        var request = new InferRequest(module, instruction, register => types[register]);
        if (!request.TryInfer(out ImmutableArray<TensorType> written))
        {
            return request.Fault;
        }

        TensorType[] stated = [.. types.Where((_, i) => instruction.Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write }).Select(static t => t!)];
        return written.SequenceEqual(stated) ? FaultCode.None : FaultCode.ShapeMismatch;
    }

    /// <summary>The types with a symbol for one number, where it stands in the first axes.</summary>
    private static TensorType?[] With(TensorType?[] types, int dimension, int symbol, int axes) =>
        [.. types.Select(t => t is null ? null : t with { Shape = [.. t.Shape.Select((d, axis) => axis < axes && d == Dim.Of(dimension) ? Dim.OfSymbol(symbol) : d)] })];
}
