using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x5f, 0xb0 and 0xb1: attention with capped scores, over registers, and with a bias.</summary>
internal static class AttentionRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(Opcode.AttentionSoftcap, "attention.softcap", "as attention, or with a window, each score x being cap * tanh(x / cap)", SoftcapWork) with
        {
            Operands =
            [
                Write("y", "T,D", DType.F32), Read("q", "T,D", DType.F32), Item("k", Effect.Read, OperandKind.State),
                Item("v", Effect.Read, OperandKind.State),
            ],
            Immediates =
            [
                Imm("headDim", OperandKind.ImmU32), Imm("scale", OperandKind.ImmF32), Imm("window", OperandKind.ImmU32),
                Imm("cap", OperandKind.ImmF32),
            ],
            InferResult = Softcap,
        },
        Row(Opcode.AttentionCross, "attention.cross", "y[..,t] = softmax(scale * q[..,t] . k) . v for each head, over all S", CrossWork) with
        {
            Operands = [Write("y", "..,T,D", DType.F32), Read("q", "..,T,D", DType.F32), Read("k", "..,S,R", DType.F32), Read("v", "..,S,R", DType.F32)],
            Immediates = [Imm("headDim", OperandKind.ImmU32), Imm("scale", OperandKind.ImmF32)],
            InferResult = Cross,
        },
        Row(Opcode.AttentionBias, "attention.bias", "as attention.cross, bias[..,h,t,s] added to each score; -inf hides a position", CrossWork) with
        {
            Operands =
            [
                Write("y", "..,T,D", DType.F32), Read("q", "..,T,D", DType.F32), Read("k", "..,S,R", DType.F32), Read("v", "..,S,R", DType.F32),
                Read("bias", "..,H,T,S", DType.F32),
            ],
            Immediates = [Imm("headDim", OperandKind.ImmU32), Imm("scale", OperandKind.ImmF32)],
            InferResult = Cross,
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

    private static UInt128 SoftcapWork(WorkDims d) => d["W"] == 0 ? InferNetwork.AttentionWork(d) : InferNetwork.AttentionWindowWork(d);

    private static UInt128 CrossWork(WorkDims d) => 2 * d[".."] * d["T"] * d["S"] * d["D"];

    /// <summary>As attention; a window of 0 is none, and the cap is a number that can cap.</summary>
    private static bool Softcap(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!InferNetwork.Attention(request, out written))
        {
            return false;
        }

        uint window = request.Instruction.Immediate(2).U32;
        float cap = request.Instruction.Immediate(3).F32;
        if (window > Limits.SymbolMaximum || !(float.IsFinite(cap) && cap > 0))
        {
            return request.Refuse(FaultCode.BadImmediate, window > Limits.SymbolMaximum ? 6 : 7);
        }

        return request.Bindings.Bind("W", Dim.Of((int)window));
    }

    /// <summary>Heads divide the width of keys and values, and that divides the queries'; a bias has one plane for each query head.</summary>
    private static bool Cross(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Unify(request, out written))
        {
            return false;
        }

        int first = request.Instruction.Row.Operands.Length;
        Dim width = request.Bindings["D"], cache = request.Bindings["R"];
        uint head = request.Instruction.Immediate(0).U32;
        if (width.IsSymbol || cache.IsSymbol || width.Value == 0 || cache.Value == 0)
        {
            return request.Refuse(FaultCode.ShapeMismatch, width.IsSymbol || width.Value == 0 ? 1 : 2);
        }

        if (head is 0 or > Limits.HeadDim || cache.Value % head != 0)
        {
            return request.Refuse(FaultCode.BadImmediate, first);
        }

        if (width.Value % cache.Value != 0)
        {
            return request.Refuse(FaultCode.ShapeMismatch, 1);
        }

        return first == 5 && request.Bindings["H"] != Dim.Of((int)(width.Value / head)) ? request.Refuse(FaultCode.ShapeMismatch, 4)
            : float.IsFinite(request.Instruction.Immediate(1).F32) || request.Refuse(FaultCode.BadImmediate, first + 1);
    }
}
