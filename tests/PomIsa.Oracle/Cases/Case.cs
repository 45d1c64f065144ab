using PomIsa.Oracle.Evidence;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;

namespace PomIsa.Oracle.Cases;

/// <summary>An immediate: its kind as the files write it, and what they write.</summary>
internal sealed record Immediate(string Kind, Json Value)
{
    public static Immediate Of(F32 value) => new("f32", Json.Hex(value.Bits, 4));

    public static Immediate U32(long value) => new("u32", Json.Of(value));

    public static Immediate I64(long value) => new("i64", Json.Decimal(value));

    public static Immediate Axes(params int[] axes) => new("axes", Json.Of(axes));

    public static Immediate Type(DType element) => new("type", Json.Of(element.Name()));
}

/// <summary>One execution of one opcode and everything that it must give; spec/vectors/README.md says what the parts are.</summary>
internal sealed record Case(string Name)
{
    public Tensor[] Reads { get; init; } = [];

    public Weight[] Weights { get; init; } = [];

    public StateRows[] States { get; init; } = [];

    public long? Symbol { get; init; }

    public Immediate[] Immediates { get; init; } = [];

    public long[] Stack { get; init; } = [];

    public int[]? Prompt { get; init; }

    /// <summary>What the host gives to an <c>input</c> of another type than i32[P].</summary>
    public Tensor[] Inputs { get; init; } = [];

    public SamplingRule? Sampling { get; init; }

    /// <summary>Types of the registers to be written, where a trap leaves nothing to expect.</summary>
    public (DType Element, int[] Shape)[] Into { get; init; } = [];

    public Tensor[] Writes { get; init; } = [];

    public long[] Pushes { get; init; } = [];

    public StateRows[]? After { get; init; }

    /// <summary>Row scales and sums of a quantized product, to which its record commits.</summary>
    public (Tensor Scales, Tensor Sums)? Product { get; init; }

    /// <summary>The run's outputs by index.</summary>
    public Tensor?[] Outputs { get; init; } = [];

    public string? Trap { get; init; }

    public string[] Commitments => Product is { } product ? [Commitment.OfProduct(product.Scales, product.Sums)] : [.. Writes.Select(Commitment.Of)];
}
