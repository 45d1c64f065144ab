using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x26, 0x2d, 0x2e and 0xab: between registers and the driver's stack, the weights, the host, and a symbol's value.</summary>
internal static class HostRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x26, "item", FunctionKinds.Driver, "push the only element of x") with
        {
            Operands = [Read("x", "*", DType.I32, DType.I64, DType.Bool)],
            Pushes = 1,
            InferResult = OneElement,
        },
        Row(Opcode.Load, "load", FunctionKinds.Step, "y = w, bit for bit") with
        {
            Operands = [Write("y", "*"), RowMajor("w", "*", DType.F32, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64, DType.Bool)],
            InferResult = Load,
        },
        Row(0x2e, "output", FunctionKinds.Driver, "the run's output n is x") with
        {
            Operands = [Read("x", "*")],
            Immediates = [Imm("n", OperandKind.ImmU32)],
            InferResult = Output,
            CommittedOperand = 0,
        },
        Row(0xab, "iota", FunctionKinds.Step, "y[t] = start + t") with
        {
            Operands = [Write("y", "T", DType.I32, DType.I64), Item("start", Effect.Read, OperandKind.Symbol)],
            InferResult = Iota,
            TakesDeclaredType = true,
        },
    ];

    private static OpcodeRow Row(byte code, string mnemonic, FunctionKinds allowed, string synopsis) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = 0,
        Pushes = 0,
        Family = Family.Move,
        Allowed = allowed,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = Infer.Unify,
    };

    private static bool OneElement(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && (IsOne(request.TypeAt(0)!) || request.Refuse(FaultCode.ShapeMismatch, 0));

    private static bool IsOne(TensorType type)
    {
        foreach (Dim dim in type.Shape)
        {
            if (dim != Dim.Of(1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Load(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        written = [new TensorType(request.WeightAt(1).Element, request.Bindings.Shape("*"))];
        return true;
    }

    private static bool Output(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && (request.Instruction.Immediate(0).U32 < Limits.Outputs || request.Refuse(FaultCode.BadImmediate, 1));

    private static bool Iota(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Declared(request, out written))
        {
            return false;
        }

        return written[0].Element is not (DType.I32 or DType.I64) ? request.Refuse(FaultCode.TypeMismatch, 0)
            : written[0].Rank == 1 || request.Refuse(FaultCode.ShapeMismatch, 0);
    }
}
