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

    /// <summary>4 bits, one integer sub-scale for 32 of a column, one scale a column.</summary>
    public static WeightKind W4 { get; } = new("w4", DType.W4, "linear.w4", true);

    /// <summary>The kinds that are measured.</summary>
    public static ImmutableArray<WeightKind> All { get; } = [F32, W8, W4];

    /// <summary>Bytes that a tensor takes, scales included.</summary>
    public long Bytes(DecoderTensor tensor) => (tensor.IsMatrix ? Name : "f32") switch
    {
        "w8" => tensor.Count + (4 * tensor.Columns),
        "w4" => (tensor.Count / 2) + (tensor.Count / 32) + (4 * tensor.Columns),
        _ => 4 * tensor.Count,
    };

    /// <summary>Bytes of all weights: what one decoded token reads.</summary>
    public long Bytes(DecoderSize size) => size.Tensors.Sum(Bytes);
}
