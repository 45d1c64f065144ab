using PomIsa.Isa;

namespace PomIsa.Onnx.Reading;

/// <summary>Element types of ONNX, with its numbers; those that a program can carry.</summary>
public enum OnnxType
{
    None = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
    UInt4 = 21,
    Int4 = 22,
}

/// <summary>Facts about ONNX's element types.</summary>
public static class OnnxTypes
{
    /// <summary>
    /// The machine's type that carries values of an ONNX type: the same values for most; narrow integers in i32, unsigned ones of
    /// 32 and 64 bits in i64 (the latter by their bits), f64 rounded to f32, the format in which the machine computes.
    /// </summary>
    /// <exception cref="OnnxException">No machine type carries it.</exception>
    public static DType CarrierOf(OnnxType type) => type switch
    {
        OnnxType.Float or OnnxType.Double => DType.F32,
        OnnxType.Float16 => DType.F16,
        OnnxType.BFloat16 => DType.BF16,
        OnnxType.Bool => DType.Bool,
        OnnxType.UInt8 or OnnxType.Int8 or OnnxType.UInt16 or OnnxType.Int16 or OnnxType.Int32 or OnnxType.UInt4 or OnnxType.Int4 => DType.I32,
        OnnxType.Int64 or OnnxType.UInt32 or OnnxType.UInt64 => DType.I64,
        _ => throw new OnnxException($"elements of type {NameOf(type)} are not supported"),
    };

    /// <summary>Whether it is a floating-point type.</summary>
    public static bool IsFloat(OnnxType type) => type is OnnxType.Float or OnnxType.Double or OnnxType.Float16 or OnnxType.BFloat16;

    /// <summary>Bits of an integer type, or 0.</summary>
    public static int IntegerBits(OnnxType type) => type switch
    {
        OnnxType.UInt4 or OnnxType.Int4 => 4,
        OnnxType.UInt8 or OnnxType.Int8 => 8,
        OnnxType.UInt16 or OnnxType.Int16 => 16,
        OnnxType.UInt32 or OnnxType.Int32 => 32,
        OnnxType.UInt64 or OnnxType.Int64 => 64,
        _ => 0,
    };

    /// <summary>Whether an integer type has no sign.</summary>
    public static bool IsUnsigned(OnnxType type) =>
        type is OnnxType.UInt4 or OnnxType.UInt8 or OnnxType.UInt16 or OnnxType.UInt32 or OnnxType.UInt64;

    /// <summary>Such as <c>int64</c>.</summary>
    public static string NameOf(OnnxType type) => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"number {(int)type}";
}
