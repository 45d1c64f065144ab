using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Bench.Limits;

/// <summary>Loops that do nothing but what is being measured, with enough in flight to hide every latency.</summary>
internal static unsafe class PeakLoops
{
    private const int Chains = 12; // latency 4 at two a cycle needs 8

    /// <summary>f32 operations in one step of <see cref="Floats"/>.</summary>
    public const double FloatOperations = Chains * 16 * 2;

    /// <summary>8-bit operations in one step of <see cref="Bytes"/>.</summary>
    public static double ByteOperations => Chains * (AvxVnni.IsSupported ? 32 : 16) * 2;

    /// <summary>Reads a block once, in order, four streams apart so that the prefetchers have work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Read(byte* at, long length)
    {
        long quarter = length / 4 / 128 * 128;
        byte* a = at, b = at + quarter, c = b + quarter, d = c + quarter;
        Vector512<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (long i = 0; i < quarter; i += 128)
        {
            a0 ^= Vector512.Load((int*)(a + i));
            a1 ^= Vector512.Load((int*)(a + i + 64));
            b0 ^= Vector512.Load((int*)(b + i));
            b1 ^= Vector512.Load((int*)(b + i + 64));
            c0 ^= Vector512.Load((int*)(c + i));
            c1 ^= Vector512.Load((int*)(c + i + 64));
            d0 ^= Vector512.Load((int*)(d + i));
            d1 ^= Vector512.Load((int*)(d + i + 64));
        }

        return Any(a0 ^ a1 ^ b0 ^ b1 ^ c0 ^ c1 ^ d0 ^ d1);
    }

    /// <summary>Fused multiply-adds between registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Floats(long steps)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(1e-3f);
        Vector512<float> r0 = y, r1 = y, r2 = y, r3 = y, r4 = y, r5 = y, r6 = y, r7 = y, r8 = y, r9 = y, r10 = y, r11 = y;
        for (long i = 0; i < steps; i++)
        {
            r0 = Vector512.FusedMultiplyAdd(r0, x, y);
            r1 = Vector512.FusedMultiplyAdd(r1, x, y);
            r2 = Vector512.FusedMultiplyAdd(r2, x, y);
            r3 = Vector512.FusedMultiplyAdd(r3, x, y);
            r4 = Vector512.FusedMultiplyAdd(r4, x, y);
            r5 = Vector512.FusedMultiplyAdd(r5, x, y);
            r6 = Vector512.FusedMultiplyAdd(r6, x, y);
            r7 = Vector512.FusedMultiplyAdd(r7, x, y);
            r8 = Vector512.FusedMultiplyAdd(r8, x, y);
            r9 = Vector512.FusedMultiplyAdd(r9, x, y);
            r10 = Vector512.FusedMultiplyAdd(r10, x, y);
            r11 = Vector512.FusedMultiplyAdd(r11, x, y);
        }

        return Any((r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11).AsInt32());
    }

    /// <summary>Sums of byte products with <c>vpdpbusd</c>, or of word products where the processor lacks it.</summary>
    public static long Bytes(long steps) => AvxVnni.IsSupported ? Vnni(steps) : Words(steps);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Vnni(long steps)
    {
        Vector256<byte> x = Vector256.Create((byte)3);
        Vector256<sbyte> y = Vector256.Create((sbyte)5);
        Vector256<int> r0 = default, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0, r6 = r0, r7 = r0, r8 = r0, r9 = r0, r10 = r0, r11 = r0;
        for (long i = 0; i < steps; i++)
        {
            r0 = AvxVnni.MultiplyWideningAndAdd(r0, x, y);
            r1 = AvxVnni.MultiplyWideningAndAdd(r1, x, y);
            r2 = AvxVnni.MultiplyWideningAndAdd(r2, x, y);
            r3 = AvxVnni.MultiplyWideningAndAdd(r3, x, y);
            r4 = AvxVnni.MultiplyWideningAndAdd(r4, x, y);
            r5 = AvxVnni.MultiplyWideningAndAdd(r5, x, y);
            r6 = AvxVnni.MultiplyWideningAndAdd(r6, x, y);
            r7 = AvxVnni.MultiplyWideningAndAdd(r7, x, y);
            r8 = AvxVnni.MultiplyWideningAndAdd(r8, x, y);
            r9 = AvxVnni.MultiplyWideningAndAdd(r9, x, y);
            r10 = AvxVnni.MultiplyWideningAndAdd(r10, x, y);
            r11 = AvxVnni.MultiplyWideningAndAdd(r11, x, y);
        }

        return Any(Vector512.Create(r0 ^ r1 ^ r2 ^ r3 ^ r4 ^ r5, r6 ^ r7 ^ r8 ^ r9 ^ r10 ^ r11));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Words(long steps)
    {
        Vector256<short> x = Vector256.Create((short)3), y = Vector256.Create((short)5);
        Vector256<int> r0 = default, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0, r6 = r0, r7 = r0, r8 = r0, r9 = r0, r10 = r0, r11 = r0;
        for (long i = 0; i < steps; i++)
        {
            r0 += Pairs(x, y);
            r1 += Pairs(x, y);
            r2 += Pairs(x, y);
            r3 += Pairs(x, y);
            r4 += Pairs(x, y);
            r5 += Pairs(x, y);
            r6 += Pairs(x, y);
            r7 += Pairs(x, y);
            r8 += Pairs(x, y);
            r9 += Pairs(x, y);
            r10 += Pairs(x, y);
            r11 += Pairs(x, y);
            x = Vector256.Xor(x, Vector256.Create((short)i)); // else all would be one sum, taken out of the loop
        }

        return Any(Vector512.Create(r0 ^ r1 ^ r2 ^ r3 ^ r4 ^ r5, r6 ^ r7 ^ r8 ^ r9 ^ r10 ^ r11));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> x, Vector256<short> y) =>
        Avx2.IsSupported ? Avx2.MultiplyAddAdjacent(x, y) : Vector256.Multiply(x.AsInt32(), y.AsInt32());

    /// <summary>Something of a result: a loop whose result is asked for is not removed.</summary>
    private static long Any(Vector512<int> value) => value.AsInt64()[0];
}
