using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x5c to 0x5e: the three stages of a quantized product, each by itself.</summary>
internal static class QuantizedRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x5c, "quantize", "d = max|x[..,:]| / 127; q = x / d rounded half to even", static d => d[".."] * d["K"]) with
        {
            Operands = [Write("q", "..,K", DType.I8), Write("d", "..,1", DType.F32), Read("x", "..,K", DType.F32)],
        },
        Row(0x5d, "matmul.i8", "acc[..,n] = sum over k of q[..,k] * w[k,n], exactly", static d => d[".."] * d["K"] * d["N"]) with
        {
            Operands = [Write("acc", "..,N", DType.I32), Read("q", "..,K", DType.I8), Panels("w", "K,N", DType.W8, DType.W4)],
            InferResult = Exact,
            CommittedOperand = 1,
        },
        Row(0x5e, "dequantize", "y[..,n] = f32(acc[..,n]) * (d[..,0] * s[n])", static d => d[".."] * d["N"]) with
        {
            Operands = [Write("y", "..,N", DType.F32), Read("acc", "..,N", DType.I32), Read("d", "..,1", DType.F32), Panels("w", "K,N", DType.W8, DType.W4)],
        },
    ];

    private static OpcodeRow Row(byte code, string mnemonic, string synopsis, WorkFormula work) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = 0,
        Pushes = 0,
        Family = Family.Network,
        Allowed = FunctionKinds.Step,
        Synopsis = synopsis,
        Work = work,
        Since = 1,
        InferResult = Infer.Unify,
    };

    /// <summary>No sum leaves 32 bits, with any bytes.</summary>
    private static bool Exact(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Unify(request, out written))
        {
            return false;
        }

        int most = request.WeightAt(2).Element == DType.W8 ? Limits.W8RowsOfBytes : Limits.W4RowsOfBytes;
        return request.Bindings["K"].Value <= most || request.Refuse(FaultCode.BadLayout, 2);
    }
}
