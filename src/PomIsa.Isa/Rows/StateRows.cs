using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x60 to 0x6f: what lasts from step to step.</summary>
internal static class StateRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(Opcode.Append, "append", FunctionKinds.Step, "state gains the rows of x") with
        {
            Operands = [Item("state", Effect.Write, OperandKind.State), Read("x", "")],
            InferResult = Append,
        },
        Row(0x61, "reset", FunctionKinds.Driver, "state has no rows") with
        {
            Operands = [Item("state", Effect.Write, OperandKind.State)],
        },
        Row(0x62, "state.len", FunctionKinds.Driver, "push the number of rows of state") with
        {
            Operands = [Item("state", Effect.Read, OperandKind.State)],
            Pushes = 1,
        },
        Row(Opcode.Read, "read", FunctionKinds.Step, "y = the rows that state had when the step began") with
        {
            Operands = [Write("y", ""), Item("state", Effect.Read, OperandKind.State)],
            InferResult = Rows,
        },
        Row(Opcode.Write, "write", FunctionKinds.Step, "state has the rows of x and no others") with
        {
            Operands = [Item("state", Effect.Write, OperandKind.State), Read("x", "")],
            InferResult = Append,
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
        Family = Family.State,
        Allowed = allowed,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = Infer.Unify,
    };

    private static bool Rows(InferRequest request, out ImmutableArray<TensorType> written)
    {
        StateEntry state = request.StateAt(1);
        written = [new TensorType(state.Element, [Dim.OfSymbol(state.Symbol), .. Dim.Constants(state.Row.AsSpan())])];
        return true;
    }

    private static bool Append(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Unify(request, out written))
        {
            return false;
        }

        StateEntry state = request.StateAt(0);
        TensorType type = request.TypeAt(1)!;
        if (type.Element != state.Element)
        {
            return request.Refuse(FaultCode.TypeMismatch, 1);
        }

        bool fits = type.Rank == state.Row.Length + 1;
        for (int axis = 1; fits && axis < type.Rank; axis++)
        {
            fits = type.Shape[axis] == Dim.Of(state.Row[axis - 1]);
        }

        return fits || request.Refuse(FaultCode.ShapeMismatch, 1);
    }
}
