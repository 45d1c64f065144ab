using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Sums of four byte products into each of eight i32, unsigned by signed, wrapping and never saturating.</summary>
internal interface IByteDot
{
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> u, Vector256<sbyte> s);

    /// <summary>sums + values · factors, values within ±2^15 and factors below 2^15.</summary>
    static abstract Vector256<int> AddTimes(Vector256<int> sums, Vector256<int> values, Vector256<int> factors);
}

/// <summary>VPDPBUSD.</summary>
internal readonly struct VnniDot : IByteDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> u, Vector256<sbyte> s) =>
        AvxVnni.MultiplyWideningAndAdd(sums, u, s);

    // VPDPWSSD: a value's low word by the factor, and its high word, which is its sign, by 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddTimes(Vector256<int> sums, Vector256<int> values, Vector256<int> factors) =>
        AvxVnni.MultiplyWideningAndAdd(sums, values.AsInt16(), factors.AsInt16());
}

/// <summary>VPDPBUSD, and factors in 32 bits: values may be any.</summary>
internal readonly struct WholeVnniDot : IByteDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> u, Vector256<sbyte> s) =>
        AvxVnni.MultiplyWideningAndAdd(sums, u, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddTimes(Vector256<int> sums, Vector256<int> values, Vector256<int> factors) => sums + (values * factors);
}

/// <summary>Without VPDPBUSD, where u ≤ 15: no sum of two products leaves 16 bits, so nothing saturates.</summary>
internal readonly struct NarrowDot : IByteDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> u, Vector256<sbyte> s)
    {
        if (Avx2.IsSupported)
        {
            return sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u, s), Vector256<short>.One);
        }

        if (Dp.IsSupported)
        {
            return Vector256.Create(
                Dp.DotProduct(sums.GetLower(), u.AsSByte().GetLower(), s.GetLower()), Dp.DotProduct(sums.GetUpper(), u.AsSByte().GetUpper(), s.GetUpper()));
        }

        Vector256<int> a = u.AsInt32(), b = s.AsInt32(), low = Vector256.Create(255);
        return sums + ((a & low) * ((b << 24) >> 24)) + (((a >> 8) & low) * ((b << 16) >> 24))
            + (((a >> 16) & low) * ((b << 8) >> 24)) + ((a >> 24) * (b >> 24));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddTimes(Vector256<int> sums, Vector256<int> values, Vector256<int> factors) => sums + (values * factors);
}

/// <summary>The same in plain arithmetic, for tests on processors without the instruction.</summary>
internal readonly struct PlainDot : IByteDot
{
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> u, Vector256<sbyte> s)
    {
        for (int i = 0; i < 32; i++)
        {
            sums = sums.WithElement(i / 4, sums[i / 4] + (u[i] * s[i]));
        }

        return sums;
    }

    public static Vector256<int> AddTimes(Vector256<int> sums, Vector256<int> values, Vector256<int> factors) => sums + (values * factors);
}
