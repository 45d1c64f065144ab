using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>Element types that rows take together.</summary>
internal static class ElementTypes
{
    /// <summary>Those that arithmetic and order are defined for.</summary>
    public static readonly ImmutableArray<DType> Numbers = [DType.F32, DType.I32, DType.I64];

    /// <summary>Those that logic is defined for.</summary>
    public static readonly ImmutableArray<DType> Logical = [DType.Bool, DType.I32, DType.I64];

    /// <summary>Those that can be told apart.</summary>
    public static readonly ImmutableArray<DType> Comparable = [DType.F32, DType.I32, DType.I64, DType.Bool];

    /// <summary>Those that count elements of an axis.</summary>
    public static readonly ImmutableArray<DType> Indices = [DType.I32, DType.I64];

    /// <summary>As <see cref="Infer.Unify"/>, and all registers that are read have one element type.</summary>
    public static bool UnifySame(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Unify(request, out written))
        {
            return false;
        }

        ImmutableArray<OperandRow> operands = request.Instruction.Row.Operands;
        DType? first = null;
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is { Effect: Effect.Read, Kind: OperandKind.Register })
            {
                DType element = request.TypeAt(i)!.Element;
                first ??= element;
                if (element != first)
                {
                    return request.Refuse(FaultCode.TypeMismatch, i);
                }
            }
        }

        return true;
    }
}
