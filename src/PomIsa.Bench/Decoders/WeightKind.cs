using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Bench.Decoders;

/// <summary>How the matrices of a decoder are stored, and the opcode that multiplies by them.</summary>
/// <param name="Name">As the command line and the assembly language name it.</param>
/// <param name="Element">The element type of the matrices.</param>
/// <param name="Opcode">The opcode of the linear layers.</param>
/// <param name="IsInteger">Whether products are of integers: which of the machine's arithmetic peaks applies.</param>
public sealed record WeightKind(string Name, DType Element, string Opcode, bool IsInteger)
{
    /// <summary>32-bit floats.</summary>
    public static WeightKind F32 { get; } = new("f32", DType.F32, "matmul", false);

    /// <summary>8 bits, one scale a column.</summary>
    public static WeightKind W8 { get; } = new("w8", DType.W8, "linear.w8", true);

    /// <summary>The kinds that are measured.</summary>
    public static ImmutableArray<WeightKind> All { get; } = [F32, W8];

    /// <summary>Bytes that a tensor takes, scales included.</summary>
    public long Bytes(DecoderTensor tensor) =>
        !tensor.IsMatrix || this == F32 ? 4 * tensor.Count : tensor.Count + (4 * tensor.Columns);

    /// <summary>Bytes of all weights: what one decoded token reads.</summary>
    public long Bytes(DecoderSize size) => size.Tensors.Sum(Bytes);
}
