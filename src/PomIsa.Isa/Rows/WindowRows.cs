using System.Collections.Immutable;
using PomIsa.Kernels;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0xb2 to 0xb4: windows that move over planes. One dimension is a plane of one row.</summary>
internal static class WindowRows
{
    private static readonly ImmutableArray<ImmediateRow> Moves = U32("strideH", "strideW", "padTop", "padLeft", "padBottom", "padRight", "dilationH", "dilationW");

    private static readonly ImmutableArray<ImmediateRow> PoolMoves = [.. U32("kernelH", "kernelW"), .. Moves];

    private static readonly ImmutableArray<OperandRow> PoolOperands = [Write("y", "B,C,P,Q", DType.F32), Read("x", "B,C,H,W", DType.F32)];

    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0xb2, "conv", "y[b,o,p,q] = dot over g, r, s of the window at (p, q) and w[o,g,r,s]") with
        {
            Operands = [Write("y", "B,O,P,Q", DType.F32), Read("x", "B,C,H,W", DType.F32), RowMajor("w", "O,G,R,S", DType.F32)],
            Immediates = Moves,
            Work = static d => d["B"] * d["O"] * d["P"] * d["Q"] * d["G"] * d["R"] * d["S"],
            InferResult = Convolution,
            CommittedOperand = 1,
        },
        Row(0xb3, "pool.max", "y[b,c,p,q] = the greatest of the window at (p, q), as far as it is inside x") with
        {
            Operands = PoolOperands,
            Immediates = PoolMoves,
            InferResult = Pool,
        },
        Row(0xb4, "pool.mean", "y[b,c,p,q] = the mean of the window at (p, q), as far as it is inside x") with
        {
            Operands = PoolOperands,
            Immediates = [.. PoolMoves, .. U32("countPad")],
            InferResult = Pool,
        },
    ];

    /// <summary>The window that an instruction moves, its immediates having been checked.</summary>
    private static Window WindowOf(Instruction instruction, int height, int width, int kernelHeight, int kernelWidth)
    {
        int at = instruction.Row.Immediates.Length >= PoolMoves.Length ? 2 : 0;
        int Of(int i) => (int)instruction.Immediate(at + i).U32;
        return new Window(height, width, kernelHeight, kernelWidth, Of(0), Of(1), Of(2), Of(3), Of(4), Of(5), Of(6), Of(7));
    }

    private static ImmutableArray<ImmediateRow> U32(params string[] names) => [.. names.Select(static n => Imm(n, OperandKind.ImmU32))];

    private static OpcodeRow Row(byte code, string mnemonic, string synopsis) => new()
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
        Work = static d => d["B"] * d["C"] * d["P"] * d["Q"] * d["R"] * d["S"],
        Since = 1,
        InferResult = Infer.Unify,
    };

    /// <summary>Groups come out even.</summary>
    private static bool Convolution(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request) || !Constant(request))
        {
            return false;
        }

        int channels = request.Bindings["C"].Value, depth = request.Bindings["G"].Value, filters = request.Bindings["O"].Value;
        if (channels == 0 || channels % depth != 0 || filters % (channels / depth) != 0)
        {
            return request.Refuse(FaultCode.ShapeMismatch, 2);
        }

        return Sized(request, request.Bindings["R"].Value, request.Bindings["S"].Value, 0, "B,O,P,Q", out written);
    }

    private static bool Pool(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request) || !Constant(request))
        {
            return false;
        }

        Instruction instruction = request.Instruction;
        for (int i = 0; i < 2; i++)
        {
            if (instruction.Immediate(i).U32 is 0 or > Limits.WindowMove)
            {
                return request.Refuse(FaultCode.BadImmediate, 2 + i);
            }
        }

        if (instruction.Row.Immediates.Length > PoolMoves.Length && instruction.Immediate(PoolMoves.Length).U32 > 1)
        {
            return request.Refuse(FaultCode.BadImmediate, 2 + PoolMoves.Length);
        }

        int height = (int)instruction.Immediate(0).U32, width = (int)instruction.Immediate(1).U32;
        request.Bindings.Bind("R", Dim.Of(height));
        request.Bindings.Bind("S", Dim.Of(width));
        return Sized(request, height, width, 2, "B,C,P,Q", out written);
    }

    private static bool Constant(InferRequest request) =>
        !(request.Bindings["C"].IsSymbol || request.Bindings["H"].IsSymbol || request.Bindings["W"].IsSymbol)
        || request.Refuse(FaultCode.ShapeMismatch, 1);

    /// <summary>Moves are in range and leave room for one window at least.</summary>
    private static bool Sized(InferRequest request, int kernelHeight, int kernelWidth, int at, string shape, out ImmutableArray<TensorType> written)
    {
        written = [];
        Instruction instruction = request.Instruction;
        int first = instruction.Row.Operands.Length + at;
        for (int i = 0; i < Moves.Length; i++)
        {
            uint move = instruction.Immediate(at + i).U32;
            bool isPad = i is >= 2 and < 6;
            if (move > Limits.WindowMove || (move == 0 && !isPad))
            {
                return request.Refuse(FaultCode.BadImmediate, first + i);
            }
        }

        Window window = WindowOf(instruction, request.Bindings["H"].Value, request.Bindings["W"].Value, kernelHeight, kernelWidth);
        if (window.OutHeight == 0 || window.OutWidth == 0)
        {
            return request.Refuse(FaultCode.BadImmediate, window.OutHeight == 0 ? first : first + 1);
        }

        request.Bindings.Bind("P", Dim.Of(window.OutHeight));
        request.Bindings.Bind("Q", Dim.Of(window.OutWidth));
        written = [new TensorType(DType.F32, request.Bindings.Shape(shape))];
        return true;
    }
}
