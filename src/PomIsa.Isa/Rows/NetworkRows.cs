using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x50 to 0x5f: the large operations of a language model, each one opcode and one record.</summary>
internal static class NetworkRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x50, "matmul", "y[t,n] = sum over k of x[t,k] * w[k,n], blocks of 256", static d => d[".."] * d["K"] * d["N"]) with
        {
            Operands = [Write("y", "..,N", DType.F32), Read("x", "..,K", DType.F32), Panels("w", "K,N", DType.F32, DType.F16, DType.BF16)],
            CommittedOperand = 1,
        },
        Row(0x51, "linear.w8", "q, d = quantize x; y[t,n] = f32(sum q[t,k] * w[k,n]) * (d[t] * s[n])",
            static d => d[".."] * d["K"] * d["N"]) with
        {
            Operands = [Write("y", "..,N", DType.F32), Read("x", "..,K", DType.F32), Panels("w", "K,N", DType.W8)],
            RecordsProduct = true,
            CommittedOperand = 1,
            CommitsToQuantizedRows = true,
        },
        Row(0x52, "softmax", "y[t,i] = e^(x[t,i] - m) / sum of e^(x[t,:] - m), m = max x[t,:]",
            static d => 3 * d[".."] * d["D"]) with
        {
            Operands = [Write("y", "..,D", DType.F32), Read("x", "..,D", DType.F32)],
            InPlace = true,
        },
        Row(0x53, "rmsnorm", "y[t,i] = (x[t,i] * r) * w[i], r = 1 / sqrt(mean(x[t,:]^2) + eps)",
            static d => 3 * d[".."] * d["D"]) with
        {
            Operands = [Write("y", "..,D", DType.F32), Read("x", "..,D", DType.F32), RowMajor("w", "D", DType.F32)],
            Immediates = [Imm("eps", OperandKind.ImmF32)],
            InferResult = InferNetwork.RmsNorm,
            InPlace = true,
        },
        Row(0x54, "rope", "each head of x[t,:] rotated by the angles of row start + t", static d => 2 * d["T"] * d["D"]) with
        {
            Operands =
            [
                Write("y", "T,D", DType.F32), Read("x", "T,D", DType.F32), RowMajor("cos", "C,h", DType.F32),
                RowMajor("sin", "C,h", DType.F32), Item("start", Effect.Read, OperandKind.Symbol),
            ],
            InferResult = InferNetwork.Rope,
            InPlace = true,
        },
        Row(Opcode.Attention, "attention", "y[t] = softmax(scale * q[t] . k[..S+t]) . v[..S+t] for each head, causal", InferNetwork.AttentionWork) with
        {
            Operands =
            [
                Write("y", "T,D", DType.F32), Read("q", "T,D", DType.F32), Item("k", Effect.Read, OperandKind.State),
                Item("v", Effect.Read, OperandKind.State),
            ],
            Immediates = [Imm("headDim", OperandKind.ImmU32), Imm("scale", OperandKind.ImmF32)],
            InferResult = InferNetwork.Attention,
        },
        Row(0x56, "embed", "y[t,:] = w[:,ids[t]]", static d => d[".."] * d["D"]) with
        {
            Operands = [Write("y", "..,D", DType.F32), Read("ids", "..", DType.I32), Panels("w", "D,V", DType.F32, DType.F16, DType.BF16, DType.W8, DType.W4)],
        },
        Row(0x57, "layernorm", "y[t,i] = ((x[t,i] - m) * r) * w[i] + b[i], r = 1 / sqrt(mean((x[t,:] - m)^2) + eps)",
            static d => 4 * d[".."] * d["D"]) with
        {
            Operands = [Write("y", "..,D", DType.F32), Read("x", "..,D", DType.F32), RowMajor("w", "D", DType.F32), RowMajor("b", "D", DType.F32)],
            Immediates = [Imm("eps", OperandKind.ImmF32)],
            InferResult = InferNetwork.LayerNorm,
            InPlace = true,
        },
        Row(0x58, "linear.w4", "q, d = quantize x; y[t,n] = f32(sum q[t,k] * (w[k,n] * sub[k/32,n])) * (d[t] * s[n])",
            static d => d[".."] * d["K"] * d["N"]) with
        {
            Operands = [Write("y", "..,N", DType.F32), Read("x", "..,K", DType.F32), Panels("w", "K,N", DType.W4)],
            RecordsProduct = true,
            CommittedOperand = 1,
            CommitsToQuantizedRows = true,
        },
        Row(Opcode.AttentionWindow, "attention.window", "as attention, each row over the last window positions up to its own", InferNetwork.AttentionWindowWork) with
        {
            Operands =
            [
                Write("y", "T,D", DType.F32), Read("q", "T,D", DType.F32), Item("k", Effect.Read, OperandKind.State),
                Item("v", Effect.Read, OperandKind.State),
            ],
            Immediates = [Imm("headDim", OperandKind.ImmU32), Imm("scale", OperandKind.ImmF32), Imm("window", OperandKind.ImmU32)],
            InferResult = InferNetwork.AttentionWindow,
        },
        Row(0x5a, "matmul.batch", "y[b,t,n] = sum over k of x1[b,t,k] * x2[b,k,n], blocks of 256", static d => d[".."] * d["T"] * d["K"] * d["N"]) with
        {
            Operands = [Write("y", "..,T,N", DType.F32), Read("x1", "..,T,K", DType.F32), Read("x2", "..,K,N", DType.F32)],
        },
        Row(0x5b, "matmul.batch.t", "y[b,t,n] = sum over k of x1[b,t,k] * x2[b,n,k], blocks of 256", static d => d[".."] * d["T"] * d["K"] * d["N"]) with
        {
            Operands = [Write("y", "..,T,N", DType.F32), Read("x1", "..,T,K", DType.F32), Read("x2", "..,N,K", DType.F32)],
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
}
