using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x40 to 0x4f: one value from many.</summary>
internal static class ReduceRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        new()
        {
            Code = 0x40,
            Mnemonic = "argmax",
            Operands = [Read("x", "1,V", DType.F32)],
            Immediates = NoImmediates,
            Pops = 0,
            Pushes = 1,
            Family = Family.Reduce,
            Allowed = FunctionKinds.Driver,
            Synopsis = "push the lowest i where x[0,i] is greatest",
            Work = static d => d["V"],
            Since = 1,
            InferResult = Argmax,
        },
        new()
        {
            Code = 0x41,
            Mnemonic = "sum",
            Operands = [Write("y", "..,1", DType.F32), Read("x", "..,D", DType.F32)],
            Immediates = NoImmediates,
            Pops = 0,
            Pushes = 0,
            Family = Family.Reduce,
            Allowed = FunctionKinds.Step,
            Synopsis = "y[t,0] = sum of x[t,:] in 16 lanes",
            Work = static d => d[".."] * d["D"],
            Since = 1,
            InferResult = Infer.Unify,
        },
    ];

    /// <summary>A row that is always empty has no greatest value.</summary>
    private static bool Argmax(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && (request.Bindings["V"] != Dim.Of(0) || request.Refuse(FaultCode.ShapeMismatch, 0));
}
