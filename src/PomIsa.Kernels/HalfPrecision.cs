using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Conversions between f32 and the two storage formats of 16 bits: <c>f16</c> (IEEE binary16) and <c>bf16</c>.</summary>
/// <remarks>
/// To f32 they are exact; from f32 they round to nearest, ties to even, subnormals and overflow to infinity included. A NaN
/// becomes 0x7fc00000, 0x7e00 or 0x7fc0. Shapes: <c>x:[n] → y:[n]</c>. No overlap.
/// </remarks>
public static unsafe class HalfPrecision
{
    private const int ExponentsApart = (127 - 15) << 23;

    /// <summary>f16 to f32.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void FromF16(ReadOnlySpan<ushort> x, Span<float> y) => Widen<F16Weight>(x, y);

    /// <summary>bf16 to f32.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void FromBF16(ReadOnlySpan<ushort> x, Span<float> y) => Widen<BF16Weight>(x, y);

    /// <summary>f32 to f16.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToF16(ReadOnlySpan<float> x, Span<ushort> y) => Narrow<ToHalf>(x, y);

    /// <summary>f32 to bf16.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToBF16(ReadOnlySpan<float> x, Span<ushort> y) => Narrow<ToBrain>(x, y);

    /// <summary>16 values of f16 to f32; a NaN keeps its payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> LoadF16(ushort* x)
    {
        // Sign to bit 31, magnitude to bits 13 … 27: what is left is to move the exponent.
        Vector512<int> placed = (SignExtend(x) << 13) & Vector512.Create(unchecked((int)0x8fffe000));
        Vector512<int> exponent = placed & Vector512.Create(0x0f800000);
        Vector512<int> moved = placed + Vector512.Create(ExponentsApart);
        moved = Vector512.ConditionalSelect(
            Vector512.Equals(exponent, Vector512.Create(0x0f800000)), moved + Vector512.Create(ExponentsApart), moved);

        // A subnormal m · 2^-24 is (1 + m · 2^-10) · 2^-14 less 2^-14, exactly. Multiplying it into place would do as
        // well, but a subnormal factor costs over a hundred cycles on some processors.
        Vector512<float> least = ((placed & Vector512.Create(int.MinValue)) | Vector512.Create((127 - 14) << 23)).AsSingle();
        Vector512<float> normal = (moved + Vector512.Create(1 << 23)).AsSingle() - least;
        return Vector512.ConditionalSelect(Vector512.Equals(exponent, Vector512<int>.Zero).AsSingle(), Signed(normal, placed), moved.AsSingle());
    }

    /// <summary>16 values of bf16 to f32; a NaN keeps its payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> LoadBF16(ushort* x) => (SignExtend(x) << 16).AsSingle();

    /// <summary>A difference of 0 has no sign of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Signed(Vector512<float> magnitude, Vector512<int> sign) =>
        magnitude | (sign & Vector512.Create(int.MinValue)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> SignExtend(ushort* x)
    {
        Vector256<short> all = Vector256.Load((short*)x);
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(all);
        }

        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(all);
        return Vector512.Create(low, high);
    }

    private static void Widen<T>(ReadOnlySpan<ushort> x, Span<float> y)
        where T : struct, IWeight
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        ushort* rest = stackalloc ushort[Lanes.Count];
        fixed (ushort* px = x)
        {
            int i = 0;
            for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            {
                Lanes.Canonical(T.Load((byte*)(px + i))).CopyTo(y[i..]);
            }

            x[i..].CopyTo(new Span<ushort>(rest, Lanes.Count));
            Lanes.Store(Lanes.Canonical(T.Load((byte*)rest)), y[i..]);
        }
    }

    private static void Narrow<T>(ReadOnlySpan<float> x, Span<ushort> y)
        where T : struct, INarrowing
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        Span<ushort> rest = stackalloc ushort[Lanes.Count];
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Halve(T.Of(Vector512.Create(x.Slice(i, Lanes.Count)))).CopyTo(y[i..]);
        }

        Halve(T.Of(Lanes.Load(x[i..]))).CopyTo(rest);
        rest[..(x.Length - i)].CopyTo(y[i..]);
    }

    private static Vector256<ushort> Halve(Vector512<uint> x) => Vector256.Narrow(x.GetLower(), x.GetUpper());

    private interface INarrowing
    {
        /// <summary>The 16 bits in the low half of each lane.</summary>
        static abstract Vector512<uint> Of(Vector512<float> x);
    }

    private readonly struct ToBrain : INarrowing
    {
        public static Vector512<uint> Of(Vector512<float> x)
        {
            // Adding just under half a unit, and one more where the last bit kept is odd, carries as rounding does.
            Vector512<uint> bits = x.AsUInt32();
            Vector512<uint> odd = (bits >>> 16) & Vector512<uint>.One;
            Vector512<uint> rounded = (bits + Vector512.Create(0x7fffu) + odd) >>> 16;
            return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, Vector512.Create(0x7fc0u));
        }
    }

    private readonly struct ToHalf : INarrowing
    {
        public static Vector512<uint> Of(Vector512<float> x)
        {
            Vector512<uint> sign = (x.AsUInt32() >>> 16) & Vector512.Create(0x8000u);
            Vector512<uint> bits = x.AsUInt32() & Vector512.Create(0x7fffffffu);
            Vector512<uint> odd = (bits >>> 13) & Vector512<uint>.One;
            Vector512<uint> normal = (bits - Vector512.Create((uint)ExponentsApart) + Vector512.Create(0xfffu) + odd) >>> 13;
            normal = Vector512.Min(normal, Vector512.Create(0x7c00u));

            // Near 0.5 an f32's unit is 2^-24, f16's least: the sum rounds to it and holds the count in its low bits.
            Vector512<float> half = Vector512.Create(0.5f);
            Vector512<uint> small = (bits.AsSingle() + half).AsUInt32() - half.AsUInt32();
            Vector512<uint> isSmall = Vector512.LessThan(bits, Vector512.Create((127u - 14) << 23));
            Vector512<uint> finite = Vector512.ConditionalSelect(isSmall, small, normal);
            return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), finite | sign, Vector512.Create(0x7e00u));
        }
    }
}
