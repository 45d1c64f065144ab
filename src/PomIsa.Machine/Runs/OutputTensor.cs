using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Machine;

/// <summary>A tensor that a run gives its host by <c>output</c>.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions, outermost first.</param>
/// <param name="Bytes">Elements, row-major, each little-endian.</param>
public sealed record OutputTensor(DType Element, ImmutableArray<int> Shape, ImmutableArray<byte> Bytes)
{
    /// <summary>Such as <c>f32[7,128]</c>.</summary>
    public override string ToString() => $"{DTypes.NameOf(Element)}[{string.Join(",", Shape)}]";
}
