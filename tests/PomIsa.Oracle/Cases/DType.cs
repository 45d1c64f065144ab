namespace PomIsa.Oracle.Cases;

/// <summary>Element types by the codes of spec/bytecode.md, chapter 1.</summary>
internal enum DType : byte
{
    F32 = 1,
    F16,
    BF16,
    I8,
    I32,
    I64,
    Bool,
    W8,
    W4,
}

internal static class DTypes
{
    /// <summary>Types that registers may have.</summary>
    public static readonly DType[] Computed = [DType.F32, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64, DType.Bool];

    public static string Name(this DType element) => element.ToString().ToLowerInvariant();

    /// <summary>Bytes of an element as a vector file shows it: a nibble is a byte.</summary>
    public static int Size(this DType element) => element switch
    {
        DType.F32 or DType.I32 => 4,
        DType.F16 or DType.BF16 => 2,
        DType.I64 => 8,
        _ => 1,
    };
}
