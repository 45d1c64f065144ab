using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Rows;

/// <summary>Arguments bind the symbols in the callee's parameter types; the results' types follow.</summary>
internal static class InferCall
{
    /// <summary>
    /// Operands: callee, arguments, results. A result whose symbol no parameter binds is the declaration's
    /// fault and is reported there; here it stays the callee's symbol.
    /// </summary>
    public static bool Rule(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        Function callee = request.Module.Functions[request[0].Index];
        var bound = new Dictionary<int, Dim>();
        for (int i = 0; i < callee.ParameterCount; i++)
        {
            int operand = 1 + i;
            if (request.TypeAt(operand) is not { } type)
            {
                return request.Refuse(FaultCode.UnknownRegisterType, operand);
            }

            if (type.Element != callee.Registers[i].Element)
            {
                return request.Refuse(FaultCode.TypeMismatch, operand);
            }

            FaultCode fault = Bind(request.Module, callee.Registers[i], type, bound);
            if (fault != FaultCode.None)
            {
                return request.Refuse(fault, operand);
            }
        }

        var types = ImmutableArray.CreateBuilder<TensorType>(callee.ResultCount);
        foreach (TensorType result in callee.Results)
        {
            var shape = new Dim[result.Rank];
            for (int axis = 0; axis < shape.Length; axis++)
            {
                shape[axis] = Substitute(result.Shape[axis], bound);
            }

            types.Add(new TensorType(result.Element, ImmutableCollectionsMarshal.AsImmutableArray(shape)));
        }

        written = types.MoveToImmutable();
        return true;
    }

    private static FaultCode Bind(Module module, TensorType parameter, TensorType argument, Dictionary<int, Dim> bound)
    {
        if (parameter.Rank != argument.Rank)
        {
            return FaultCode.ShapeMismatch;
        }

        for (int axis = 0; axis < parameter.Rank; axis++)
        {
            Dim want = parameter.Shape[axis];
            Dim have = argument.Shape[axis];
            if (!want.IsSymbol)
            {
                if (want != have)
                {
                    return FaultCode.ShapeMismatch;
                }

                continue;
            }

            if (Largest(module, have) > module.Symbols[want.Symbol].Max)
            {
                return FaultCode.SymbolMaximum;
            }

            if (!bound.TryAdd(want.Symbol, have) && bound[want.Symbol] != have)
            {
                return FaultCode.ShapeMismatch;
            }
        }

        return FaultCode.None;
    }

    private static int Largest(Module module, Dim dim) => dim.IsSymbol ? module.Symbols[dim.Symbol].Max : dim.Value;

    private static Dim Substitute(Dim dim, Dictionary<int, Dim> bound) =>
        dim.IsSymbol && bound.TryGetValue(dim.Symbol, out Dim value) ? value : dim;
}
