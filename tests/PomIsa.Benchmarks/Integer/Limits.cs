using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Benchmarks.Integer;

/// <summary>What the processor could do at most: byte products a second and bytes read a second.</summary>
internal static unsafe class Limits
{
    /// <summary>Multiplications and additions of one call of <see cref="ByteProducts"/>.</summary>
    public const double Operations = 2.0 * 32 * 12 * Steps;

    private const int Steps = 1_000_000;

    /// <summary>Twelve chains of the byte instruction and nothing else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ByteProducts()
    {
        Vector256<byte> u = Vector256.Create((byte)3);
        Vector256<sbyte> s = Vector256.Create((sbyte)5);
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector256<int> g = default, h = default, i = default, j = default, k = default, l = default;
        for (int step = 0; step < Steps; step++)
        {
            a = AvxVnni.MultiplyWideningAndAdd(a, u, s);
            b = AvxVnni.MultiplyWideningAndAdd(b, u, s);
            c = AvxVnni.MultiplyWideningAndAdd(c, u, s);
            d = AvxVnni.MultiplyWideningAndAdd(d, u, s);
            e = AvxVnni.MultiplyWideningAndAdd(e, u, s);
            f = AvxVnni.MultiplyWideningAndAdd(f, u, s);
            g = AvxVnni.MultiplyWideningAndAdd(g, u, s);
            h = AvxVnni.MultiplyWideningAndAdd(h, u, s);
            i = AvxVnni.MultiplyWideningAndAdd(i, u, s);
            j = AvxVnni.MultiplyWideningAndAdd(j, u, s);
            k = AvxVnni.MultiplyWideningAndAdd(k, u, s);
            l = AvxVnni.MultiplyWideningAndAdd(l, u, s);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }

    /// <summary>Reads everything in order, a line after another, calling ahead for what comes next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Linear(byte* from, long bytes)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        for (byte* end = from + bytes; from < end; from += 128)
        {
            Call(from + 4096);
            Call(from + 4160);
            a ^= Vector256.Load((int*)from);
            b ^= Vector256.Load((int*)(from + 32));
            c ^= Vector256.Load((int*)(from + 64));
            d ^= Vector256.Load((int*)(from + 96));
        }

        return (a ^ b ^ c ^ d)[0];
    }

    /// <summary>Reads four pieces of 16 KiB at a time, a line of each in turn.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FourStreams(byte* from, long bytes)
    {
        const int Piece = 16384;
        Vector256<int> a = default, b = default, c = default, d = default;
        for (byte* end = from + bytes; from < end; from += 3 * Piece)
        {
            for (byte* stop = from + Piece; from < stop; from += 64)
            {
                Call(from + 1024);
                Call(from + Piece + 1024);
                Call(from + (2 * Piece) + 1024);
                Call(from + (3 * Piece) + 1024);
                a ^= Vector256.Load((int*)from) ^ Vector256.Load((int*)(from + 32));
                b ^= Vector256.Load((int*)(from + Piece)) ^ Vector256.Load((int*)(from + Piece + 32));
                c ^= Vector256.Load((int*)(from + (2 * Piece))) ^ Vector256.Load((int*)(from + (2 * Piece) + 32));
                d ^= Vector256.Load((int*)(from + (3 * Piece))) ^ Vector256.Load((int*)(from + (3 * Piece) + 32));
            }
        }

        return (a ^ b ^ c ^ d)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Call(byte* at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(at);
        }
    }
}
