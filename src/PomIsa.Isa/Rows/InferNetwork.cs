using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>What the network rows check beyond their patterns.</summary>
internal static class InferNetwork
{
    public static bool RmsNorm(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && ((float.IsFinite(request.Instruction.Immediate(0).F32) && request.Instruction.Immediate(0).F32 >= 0)
            || request.Refuse(FaultCode.BadImmediate, 3));

    public static bool LayerNorm(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && ((float.IsFinite(request.Instruction.Immediate(0).F32) && request.Instruction.Immediate(0).F32 >= 0)
            || request.Refuse(FaultCode.BadImmediate, 4));

    /// <summary>As <see cref="Attention"/>, and a window sees at least its own row.</summary>
    public static bool AttentionWindow(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Attention(request, out written))
        {
            return false;
        }

        uint window = request.Instruction.Immediate(2).U32;
        if (window is 0 or > Limits.SymbolMaximum)
        {
            return request.Refuse(FaultCode.BadImmediate, 6);
        }

        return request.Bindings.Bind("W", Dim.Of((int)window));
    }

    /// <summary>D is a whole number of heads of 2h values each.</summary>
    public static bool Rope(InferRequest request, out ImmutableArray<TensorType> written) =>
        Infer.Unify(request, out written)
        && (Divides(2L * request.Bindings["h"].Value, request.Bindings["D"]) || request.Refuse(FaultCode.ShapeMismatch, 2));

    /// <summary>States of one symbol and equal rows of kv heads; the query's heads are a multiple of them.</summary>
    public static bool Attention(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Infer.Unify(request, out written))
        {
            return false;
        }

        StateEntry k = request.StateAt(2);
        StateEntry v = request.StateAt(3);
        if (k.Element != DType.F32 || v.Element != DType.F32)
        {
            return request.Refuse(FaultCode.TypeMismatch, k.Element != DType.F32 ? 2 : 3);
        }

        if (k.Row.Length != 1 || !v.Row.AsSpan().SequenceEqual(k.Row.AsSpan()) || v.Symbol != k.Symbol)
        {
            return request.Refuse(FaultCode.ShapeMismatch, k.Row.Length != 1 ? 2 : 3);
        }

        uint head = request.Instruction.Immediate(0).U32;
        Dim width = request.Bindings["D"];
        if (head is 0 or > Limits.HeadDim || k.Row[0] % head != 0)
        {
            return request.Refuse(FaultCode.BadImmediate, 4);
        }

        if (!Divides(k.Row[0], width))
        {
            return request.Refuse(FaultCode.ShapeMismatch, 1);
        }

        request.Bindings.Bind("S", Dim.OfSymbol(k.Symbol));
        return float.IsFinite(request.Instruction.Immediate(1).F32) || request.Refuse(FaultCode.BadImmediate, 5);
    }

    // Each dimension is below 2^29, so that products of two are of 64 bits; with those of 128 bits the framework's code is compiled anew in each process.

    /// <summary>Row t sees S + t + 1 rows; each costs D multiply-adds for the score and D for the sum of values.</summary>
    public static UInt128 AttentionWork(WorkDims d)
    {
        ulong rows = (ulong)d["T"];
        return 2 * d["D"] * ((rows * d["S"]) + (rows * (rows + 1) / 2));
    }

    /// <summary>As <see cref="AttentionWork"/>, row t seeing the smaller of S + t + 1 and the window.</summary>
    public static UInt128 AttentionWindowWork(WorkDims d)
    {
        ulong rows = (ulong)d["T"], seen = (ulong)d["S"], window = (ulong)d["W"];
        ulong growing = window <= seen ? 0 : Math.Min(rows, window - seen);
        return 2 * d["D"] * ((growing * seen) + (growing * (growing + 1) / 2) + ((rows - growing) * window));
    }

    private static bool Divides(long part, Dim whole) => part > 0 && !whole.IsSymbol && whole.Value > 0 && whole.Value % part == 0;
}
