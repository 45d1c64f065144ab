using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>The rule that most rows share: shape patterns unify, element types are in the row's list.</summary>
internal static class Infer
{
    /// <summary>Matches what is read, then builds what is written from the bound letters.</summary>
    public static bool Unify(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!MatchReads(request))
        {
            return false;
        }

        ImmutableArray<TensorType>.Builder? types = null;
        foreach (OperandRow operand in request.Instruction.Row.Operands)
        {
            if (operand is { Effect: Effect.Write, Kind: OperandKind.Register })
            {
                types ??= ImmutableArray.CreateBuilder<TensorType>(1);
                DType element = operand.Types.Length > 0 ? operand.Types[0] : FirstRead(request).Element;
                types.Add(new TensorType(element, request.Bindings.Shape(operand.Shape)));
            }
        }

        written = types?.ToImmutable() ?? [];
        return true;
    }

    /// <summary>The one register that is written has the type that its declaration says.</summary>
    public static bool Declared(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (request.TypeAt(0) is not { } declared)
        {
            return request.Refuse(FaultCode.UnknownRegisterType, 0);
        }

        written = [declared];
        return true;
    }

    /// <summary>Matches registers and weights that are read; patterns that are empty are left to the row's own rule.</summary>
    public static bool MatchReads(InferRequest request)
    {
        ImmutableArray<OperandRow> operands = request.Instruction.Row.Operands;
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Effect == Effect.Read && !MatchRead(request, operands[i], i))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchRead(InferRequest request, OperandRow operand, int index)
    {
        if (operand.Kind == OperandKind.Weight)
        {
            WeightEntry weight = request.WeightAt(index);
            TensorType logical = new(weight.Element, Dim.Constants(weight.Shape.AsSpan()));
            return weight.Layout == operand.Layout || !operand.Types.Contains(weight.Element)
                ? MatchType(request, operand, index, logical)
                : request.Refuse(FaultCode.BadLayout, index);
        }

        if (operand.Kind != OperandKind.Register)
        {
            return true;
        }

        return request.TypeAt(index) is { } type
            ? MatchType(request, operand, index, type)
            : request.Refuse(FaultCode.UnknownRegisterType, index);
    }

    private static bool MatchType(InferRequest request, OperandRow operand, int index, TensorType type)
    {
        if (operand.Types.Length > 0 && !operand.Types.Contains(type.Element))
        {
            return request.Refuse(FaultCode.TypeMismatch, index);
        }

        return operand.Shape.Length == 0 || request.Bindings.Match(operand.Shape, type)
            || request.Refuse(FaultCode.ShapeMismatch, index);
    }

    private static TensorType FirstRead(InferRequest request)
    {
        ImmutableArray<OperandRow> operands = request.Instruction.Row.Operands;
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is { Effect: Effect.Read, Kind: OperandKind.Register })
            {
                return request.TypeAt(i)!;
            }
        }

        throw new InvalidOperationException($"{request.Instruction.Row} reads no register to take a type from.");
    }
}
