using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>Element types. The numbers are part of the module format and never change.</summary>
public enum DType : byte
{
    F32 = 1,
    F16 = 2,
    BF16 = 3,
    I8 = 4,
    I32 = 5,
    I64 = 6,
    Bool = 7,

    /// <summary>Weights only: i8 in [-127, 127] with one f32 scale per output column.</summary>
    W8 = 8,

    /// <summary>Weights only: 4 bits with sub-scales.</summary>
    W4 = 9,
}

/// <summary>Names and sizes of element types.</summary>
public static class DTypes
{
    private static readonly ImmutableArray<string> Names =
        ["", "f32", "f16", "bf16", "i8", "i32", "i64", "bool", "w8", "w4"];

    /// <summary>True for one of the declared values.</summary>
    public static bool IsKnown(DType type) => type is >= DType.F32 and <= DType.W4;

    /// <summary>True where a register or a state may have the type; the others are for weights.</summary>
    public static bool IsComputed(DType type) => type is >= DType.F32 and <= DType.Bool;

    /// <summary>The spelling in source text, such as <c>f32</c>.</summary>
    public static string NameOf(DType type) => IsKnown(type) ? Names[(int)type] : "?";

    /// <summary>Reads the spelling in source text.</summary>
    public static bool TryParse(string name, out DType type)
    {
        int index = Names.IndexOf(name);
        type = (DType)Math.Max(index, 0);
        return index > 0;
    }

    /// <summary>Bytes of one element in a register or a state.</summary>
    /// <exception cref="ArgumentException">A type of weights, whose size depends on the layout.</exception>
    public static int SizeOf(DType type) => type switch
    {
        DType.F32 or DType.I32 => 4,
        DType.F16 or DType.BF16 => 2,
        DType.I8 or DType.Bool => 1,
        DType.I64 => 8,
        _ => throw new ArgumentException($"{NameOf(type)} has no element size.", nameof(type)),
    };
}
