using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x40 to 0x4f: rows reduced to a value, to their greatest few, or to running sums.</summary>
internal static class ReduceRows
{
    private static readonly ImmutableArray<DType> Arithmetic = [DType.F32, DType.I32, DType.I64];

    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x40, "argmax", "push the lowest i where x[0,i] is greatest") with
        {
            Operands = [Read("x", "1,V", DType.F32)],
            Pushes = 1,
            Allowed = FunctionKinds.Driver,
            Work = static d => d["V"],
            InferResult = NotEmpty,
        },
        ToOne(0x41, "sum", "y[..,0] = sum of x[..,:], of f32 in 16 lanes"),
        Row(0x42, "mean", "y[..,0] = sum of x[..,:] in 16 lanes / D") with
        {
            Operands = [Write("y", "..,1", DType.F32), Read("x", "..,D", DType.F32)],
        },
        ToOne(0x43, "reduce.max", "y[..,0] = the greatest of x[..,:]; NaN wins, +0 is above -0"),
        ToOne(0x44, "reduce.min", "y[..,0] = the smallest of x[..,:]; NaN wins, -0 is below +0"),
        ToOne(0x45, "reduce.prod", "y[..,0] = product of x[..,:], of f32 in 16 lanes"),
        Row(0x46, "vargmax", "y[..,0] = the lowest i where x[..,i] is greatest") with
        {
            Operands = [Write("y", "..,1", DType.I64), Read("x", "..,D", Arithmetic)],
            InferResult = NotEmpty,
        },
        Row(0x47, "topk", "v[..,j], ids[..,j] = the j-th greatest of x[..,:] and where it is") with
        {
            Operands = [Write("v", "..,k"), Write("ids", "..,k", DType.I64), Read("x", "..,D", Arithmetic)],
            Immediates = [Imm("k", OperandKind.ImmU32)],
            InferResult = TopK,
        },
        Row(0x48, "cumsum", "y[..,i] = y[..,i-1] + x[..,i], one after the other") with
        {
            Operands = [Write("y", "..,D"), Read("x", "..,D", Arithmetic)],
            InPlace = true,
        },
    ];

    private static OpcodeRow ToOne(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis) with { Operands = [Write("y", "..,1"), Read("x", "..,D", Arithmetic)] };

    private static OpcodeRow Row(byte code, string mnemonic, string synopsis) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = 0,
        Pushes = 0,
        Family = Family.Reduce,
        Allowed = FunctionKinds.Step,
        Synopsis = synopsis,
        Work = static d => d[".."] * d["D"],
        Since = 1,
        InferResult = Infer.Unify,
    };

    /// <summary>A row that is always empty has no greatest value.</summary>
    internal static bool NotEmpty(InferRequest request, out ImmutableArray<TensorType> written)
    {
        int x = request.Instruction.Row.Operands.Length - 1;
        return Infer.Unify(request, out written)
            && (request.TypeAt(x)!.Shape[^1] != Dim.Of(0) || request.Refuse(FaultCode.ShapeMismatch, x));
    }

    /// <summary>Of a row of constant length, at most all.</summary>
    private static bool TopK(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        Dim columns = request.Bindings["D"];
        uint k = request.Instruction.Immediate(0).U32;
        if (columns.IsSymbol || k > columns.Value)
        {
            return request.Refuse(columns.IsSymbol ? FaultCode.ShapeMismatch : FaultCode.BadImmediate, columns.IsSymbol ? 2 : 3);
        }

        request.Bindings.Bind("k", Dim.Of((int)k));
        ImmutableArray<Dim> shape = request.Bindings.Shape("..,k");
        written = [new TensorType(request.TypeAt(2)!.Element, shape), new TensorType(DType.I64, shape)];
        return true;
    }
}
