using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Machine;

/// <summary>A tensor that the host gives to a run.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions, outermost first.</param>
/// <param name="Bytes">Elements, row-major, each little-endian.</param>
public sealed record InputTensor(DType Element, ImmutableArray<int> Shape, ImmutableArray<byte> Bytes)
{
    /// <summary>Whether it is of a declared type: its first dimension may be a symbol, whose value is checked elsewhere.</summary>
    public bool Fits(TensorType declared)
    {
        if (Element != declared.Element || Shape.Length != declared.Rank)
        {
            return false;
        }

        long bytes = DTypes.SizeOf(Element);
        for (int axis = 0; axis < Shape.Length; axis++)
        {
            if (Shape[axis] < 0 || (!declared.Shape[axis].IsSymbol && declared.Shape[axis].Value != Shape[axis]))
            {
                return false;
            }

            // An empty tensor may have any other dimensions that its declaration allows.
            bytes = Math.Min(bytes * Shape[axis], 1L << 31);
        }

        return bytes == Bytes.Length;
    }

    /// <summary>Such as <c>i32[7]</c>.</summary>
    public override string ToString() => $"{DTypes.NameOf(Element)}[{string.Join(",", Shape)}]";
}
