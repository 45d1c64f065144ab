using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Values;

/// <summary>Elements as bits in a word, as cells hold them: f32 with one NaN, whole numbers as two's complement of their own width.</summary>
internal static class Bits
{
    /// <summary>An f32 with canonical NaN.</summary>
    public static ulong Of(float value) => BitConverter.SingleToUInt32Bits(Lanes.Canonical(value));

    /// <summary>The f32 of the low half.</summary>
    public static float F32(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    /// <summary>A whole number or truth value with its sign.</summary>
    public static long Whole(ulong bits, DType type) => type switch
    {
        DType.I8 => (sbyte)bits,
        DType.I32 => (int)bits,
        DType.Bool => (byte)bits,
        _ => (long)bits,
    };

    /// <summary>The low bytes that an element has room for.</summary>
    public static ulong Cut(ulong bits, int bytes) => bytes >= sizeof(ulong) ? bits : bits & ((1UL << (8 * bytes)) - 1);
}
