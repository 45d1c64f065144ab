using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>Types of what chooses elements by other elements.</summary>
internal static class InferIndexed
{
    public static bool Gather(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        TensorType x = request.TypeAt(1)!, ids = request.TypeAt(2)!;
        if (!InferView.AxisOf(request, x, 3, out int axis))
        {
            return false;
        }

        written = [Gathered(x, ids, axis)];
        return written[0].Rank <= Limits.Rank || request.Refuse(FaultCode.ShapeMismatch, 2);
    }

    /// <summary>u has the shape that <c>gather</c> would give; its elements are the work.</summary>
    public static bool Scatter(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        TensorType x = request.TypeAt(1)!, ids = request.TypeAt(2)!, u = request.TypeAt(3)!;
        uint mode = request[5].U32;
        if (u.Element != x.Element)
        {
            return request.Refuse(FaultCode.TypeMismatch, 3);
        }

        if (!InferView.AxisOf(request, x, 4, out int axis))
        {
            return false;
        }

        if (mode > 4)
        {
            return request.Refuse(FaultCode.BadImmediate, 5);
        }

        if (mode > 0 && !ElementTypes.Numbers.Contains(x.Element))
        {
            return request.Refuse(FaultCode.TypeMismatch, 1);
        }

        written = [x];
        return (u == Gathered(x, ids, axis) && request.Bindings.Match("*", u)) || request.Refuse(FaultCode.ShapeMismatch, 3);
    }

    /// <summary>The shape is that of x1, which stands behind the condition that broadcasts to it.</summary>
    public static bool Where(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!InferView.Read(request, 2, out TensorType x1) || !request.Bindings.Match("*", x1) || !Infer.MatchReads(request))
        {
            return false;
        }

        written = [x1];
        return request.TypeAt(3)!.Element == x1.Element || request.Refuse(FaultCode.TypeMismatch, 3);
    }

    private static TensorType Gathered(TensorType x, TensorType ids, int axis) =>
        x with { Shape = [.. x.Shape.AsSpan()[..axis], .. ids.Shape, .. x.Shape.AsSpan()[(axis + 1)..]] };
}
