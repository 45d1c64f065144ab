using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x28 to 0x2f: moving data in, out and about. No arithmetic.</summary>
internal static class MoveRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x28, "input", FunctionKinds.Driver, "y = what the host gave; its symbol = the number of rows") with
        {
            Operands = [Write("y", ""), Item("name", Effect.Read, OperandKind.Input)],
            InferResult = Input,
        },
        Row(0x29, "token", FunctionKinds.Driver, "y[0] = pop; 0 <= y < 2^31") with
        {
            Operands = [Write("y", "1", DType.I32)],
            Pops = 1,
        },
        Row(0x2a, "tail", FunctionKinds.Both, "y[i,:] = x[T-n+i,:]") with
        {
            Operands = [Write("y", "n,D"), Read("x", "T,D")],
            Immediates = [Imm("n", OperandKind.ImmU32)],
            InferResult = Tail,
        },
        Row(0x2b, "rows", FunctionKinds.Driver, "push the first dimension of x") with
        {
            Operands = [Read("x", "*")],
            Pushes = 1,
            InferResult = Rows,
        },
        Row(Opcode.Zeros, "zeros", FunctionKinds.Both, "y[..] = +0") with
        {
            Operands = [Write("y", "*")],
            InferResult = Infer.Declared,
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

    private static bool Input(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [request.Module.Inputs[request[1].Index].Type];
        return true;
    }

    private static bool Tail(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        uint n = request.Instruction.Immediate(0).U32;
        Dim rows = request.Bindings["T"];
        long most = rows.IsSymbol ? request.Module.Symbols[rows.Symbol].Max : rows.Value;
        if (n == 0 || n > most)
        {
            return request.Refuse(FaultCode.BadImmediate, 2);
        }

        written = [TensorType.Of(request.TypeAt(1)!.Element, (int)n, request.Bindings["D"])];
        return true;
    }

    private static bool Rows(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        return request.TypeAt(0) is not { } type ? request.Refuse(FaultCode.UnknownRegisterType, 0)
            : type.Rank > 0 || request.Refuse(FaultCode.ShapeMismatch, 0);
    }
}
