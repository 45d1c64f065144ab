using System.Collections.Immutable;

namespace PomIsa.Isa.Rows;

/// <summary>Types of the views: elements in another shape or order, or of another type.</summary>
internal static class InferView
{
    /// <summary>The declared type has as many elements whatever the symbols' values: equal products of numbers, the same symbols.</summary>
    public static bool Reshape(InferRequest request, out ImmutableArray<TensorType> written)
    {
        if (!Declared(request, out written, out TensorType y, out TensorType x))
        {
            return false;
        }

        return (Numbers(y) == Numbers(x) && SameSymbols(y, x)) || request.Refuse(FaultCode.ShapeMismatch, 1);
    }

    /// <summary>The declared type is one that x broadcasts to.</summary>
    public static bool Expand(InferRequest request, out ImmutableArray<TensorType> written) =>
        Declared(request, out written, out TensorType y, out TensorType x)
        && ((request.Bindings.Match("*", y) && request.Bindings.Match("~", x)) || request.Refuse(FaultCode.ShapeMismatch, 1));

    public static bool Transpose(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Read(request, 1, out TensorType x))
        {
            return false;
        }

        Operand perm = request.Instruction.Immediate(0);
        var shape = new Dim[x.Rank];
        int seen = 0;
        for (int axis = 0; axis < x.Rank && perm.AxisCount == x.Rank; axis++)
        {
            seen |= 1 << perm.Axis(axis);
            shape[axis] = perm.Axis(axis) < x.Rank ? x.Shape[perm.Axis(axis)] : 1;
        }

        written = [new TensorType(x.Element, [.. shape])];
        return (perm.AxisCount == x.Rank && seen == (1 << x.Rank) - 1) || request.Refuse(FaultCode.BadImmediate, 2);
    }

    /// <summary>Of an axis whose dimension is a number, every index is checked here; of a symbol, when it runs.</summary>
    public static bool Slice(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Read(request, 1, out TensorType x) || !AxisOf(request, x, 2, out int axis))
        {
            return false;
        }

        long start = request[3].I64, step = request[4].I64;
        uint count = request[5].U32;
        if (step == 0 || count > Limits.Dimension)
        {
            return request.Refuse(FaultCode.BadImmediate, step == 0 ? 4 : 5);
        }

        Dim d = x.Shape[axis];
        if (!d.IsSymbol && count > 0)
        {
            Int128 first = start < 0 ? (Int128)start + d.Value : start, last = first + ((Int128)(count - 1) * step);
            if (first < 0 || first >= d.Value || last < 0 || last >= d.Value)
            {
                return request.Refuse(FaultCode.BadImmediate, 3);
            }
        }

        written = [With(x, axis, (int)count)];
        return true;
    }

    public static bool Concat(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Read(request, 1, out TensorType x1) || !Read(request, 2, out TensorType x2))
        {
            return false;
        }

        if (x2.Element != x1.Element)
        {
            return request.Refuse(FaultCode.TypeMismatch, 2);
        }

        if (!AxisOf(request, x1, 3, out int axis) || !Constant(request, x1, axis, 1))
        {
            return false;
        }

        if (x2.Rank != x1.Rank || x2.Shape[axis].IsSymbol || With(x2, axis, 0) != With(x1, axis, 0)
            || x1.Shape[axis].Value + x2.Shape[axis].Value > Limits.Dimension)
        {
            return request.Refuse(FaultCode.ShapeMismatch, 2);
        }

        written = [With(x1, axis, x1.Shape[axis].Value + x2.Shape[axis].Value)];
        return true;
    }

    public static bool Split(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Read(request, 2, out TensorType x) || !AxisOf(request, x, 3, out int axis) || !Constant(request, x, axis, 2))
        {
            return false;
        }

        uint at = request[4].U32;
        int d = x.Shape[axis].Value;
        if (at > d)
        {
            return request.Refuse(FaultCode.BadImmediate, 4);
        }

        written = [With(x, axis, (int)at), With(x, axis, d - (int)at)];
        return true;
    }

    public static bool Pad(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Read(request, 1, out TensorType x) || !Read(request, 2, out TensorType v))
        {
            return false;
        }

        if (v.Element != x.Element || v.Rank != 0)
        {
            return request.Refuse(v.Element != x.Element ? FaultCode.TypeMismatch : FaultCode.ShapeMismatch, 2);
        }

        if (!AxisOf(request, x, 3, out int axis) || !Constant(request, x, axis, 1))
        {
            return false;
        }

        long padded = (long)x.Shape[axis].Value + request[4].U32 + request[5].U32;
        if (padded > Limits.Dimension)
        {
            return request.Refuse(FaultCode.BadImmediate, request[4].U32 > Limits.Dimension ? 4 : 5);
        }

        written = [With(x, axis, (int)padded)];
        return true;
    }

    public static bool Cast(InferRequest request, out ImmutableArray<TensorType> written)
    {
        written = [];
        if (!Infer.MatchReads(request))
        {
            return false;
        }

        DType type = request.Instruction.Immediate(0).Type;
        written = [new TensorType(type, request.TypeAt(1)!.Shape)];
        return DTypes.IsComputed(type) || request.Refuse(FaultCode.BadImmediate, 2);
    }

    /// <summary>Type of a register that is read.</summary>
    public static bool Read(InferRequest request, int operand, out TensorType type)
    {
        type = request.TypeAt(operand)!;
        return type is not null || request.Refuse(FaultCode.UnknownRegisterType, operand);
    }

    /// <summary>The immediate at <paramref name="operand"/> as an axis.</summary>
    public static bool AxisOf(InferRequest request, TensorType type, int operand, out int axis)
    {
        axis = (int)Math.Min(request[operand].U32, Limits.Rank);
        return axis < type.Rank || request.Refuse(FaultCode.BadImmediate, operand);
    }

    private static bool Constant(InferRequest request, TensorType type, int axis, int operand) =>
        !type.Shape[axis].IsSymbol || request.Refuse(FaultCode.ShapeMismatch, operand);

    private static TensorType With(TensorType type, int axis, int dimension) => type with { Shape = type.Shape.SetItem(axis, dimension) };

    private static bool Declared(InferRequest request, out ImmutableArray<TensorType> written, out TensorType y, out TensorType x)
    {
        (y, x) = (null!, null!);
        if (!Infer.Declared(request, out written) || !Read(request, 1, out x))
        {
            return false;
        }

        y = written[0];
        return y.Element == x.Element || request.Refuse(FaultCode.TypeMismatch, 1);
    }

    private static UInt128 Numbers(TensorType type)
    {
        UInt128 product = 1;
        foreach (Dim dim in type.Shape)
        {
            product = dim.IsSymbol ? product : UInt128.Min(product * (UInt128)dim.Value, UInt128.One << 90);
        }

        return product;
    }

    private static bool SameSymbols(TensorType y, TensorType x)
    {
        foreach (Dim dim in (ReadOnlySpan<Dim>)[.. y.Shape, .. x.Shape])
        {
            if (dim.IsSymbol && Count(y, dim) != Count(x, dim))
            {
                return false;
            }
        }

        return true;
    }

    private static int Count(TensorType type, Dim dim)
    {
        int count = 0;
        foreach (Dim other in type.Shape)
        {
            count += other == dim ? 1 : 0;
        }

        return count;
    }
}
