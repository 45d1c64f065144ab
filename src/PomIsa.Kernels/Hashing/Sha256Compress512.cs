using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The compression function of FIPS 180-4 with one message in each 32-bit lane of 512-bit registers.</summary>
/// <remarks>
/// Needs AVX-512 F and BW. The eight words of state and the sixteen of the schedule are locals, so that they stay in registers:
/// the schedule is a ring that each round moves on by one word, sixteen rounds ahead.
/// </remarks>
internal static unsafe class Sha256Compress512
{
    /// <summary>Bytes of a block of SHA-256.</summary>
    internal const int Block = 64;

    /// <summary>Takes <paramref name="blocks"/> blocks of sixteen messages into the state.</summary>
    /// <param name="state">Eight words of sixteen lanes.</param>
    /// <param name="rows">Where each lane's first block lies; 16 addresses.</param>
    internal static void Run(Vector512<uint>* state, byte** rows, int blocks)
    {
        nint end = (nint)blocks * Block;
        for (nint at = 0; at < end; at += Block)
        {
            Sha256Words512.Load(
                rows, at,
                out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3,
                out Vector512<uint> w4, out Vector512<uint> w5, out Vector512<uint> w6, out Vector512<uint> w7,
                out Vector512<uint> w8, out Vector512<uint> w9, out Vector512<uint> w10, out Vector512<uint> w11,
                out Vector512<uint> w12, out Vector512<uint> w13, out Vector512<uint> w14, out Vector512<uint> w15);
            Vector512<uint> a = state[0], b = state[1], c = state[2], d = state[3];
            Vector512<uint> e = state[4], f = state[5], g = state[6], h = state[7];
            ref uint k = ref MemoryMarshal.GetReference(Sha256Constants.Round);
            for (int sixteen = 0; sixteen < 3; sixteen++)
            {
                h = First(e, f, g, h, w0, ref k);
                d += h;
                h += Second(a, b, c);
                w0 = Next(w0, w1, w9, w14);
                g = First(d, e, f, g, w1, ref Unsafe.Add(ref k, 1));
                c += g;
                g += Second(h, a, b);
                w1 = Next(w1, w2, w10, w15);
                f = First(c, d, e, f, w2, ref Unsafe.Add(ref k, 2));
                b += f;
                f += Second(g, h, a);
                w2 = Next(w2, w3, w11, w0);
                e = First(b, c, d, e, w3, ref Unsafe.Add(ref k, 3));
                a += e;
                e += Second(f, g, h);
                w3 = Next(w3, w4, w12, w1);
                d = First(a, b, c, d, w4, ref Unsafe.Add(ref k, 4));
                h += d;
                d += Second(e, f, g);
                w4 = Next(w4, w5, w13, w2);
                c = First(h, a, b, c, w5, ref Unsafe.Add(ref k, 5));
                g += c;
                c += Second(d, e, f);
                w5 = Next(w5, w6, w14, w3);
                b = First(g, h, a, b, w6, ref Unsafe.Add(ref k, 6));
                f += b;
                b += Second(c, d, e);
                w6 = Next(w6, w7, w15, w4);
                a = First(f, g, h, a, w7, ref Unsafe.Add(ref k, 7));
                e += a;
                a += Second(b, c, d);
                w7 = Next(w7, w8, w0, w5);
                h = First(e, f, g, h, w8, ref Unsafe.Add(ref k, 8));
                d += h;
                h += Second(a, b, c);
                w8 = Next(w8, w9, w1, w6);
                g = First(d, e, f, g, w9, ref Unsafe.Add(ref k, 9));
                c += g;
                g += Second(h, a, b);
                w9 = Next(w9, w10, w2, w7);
                f = First(c, d, e, f, w10, ref Unsafe.Add(ref k, 10));
                b += f;
                f += Second(g, h, a);
                w10 = Next(w10, w11, w3, w8);
                e = First(b, c, d, e, w11, ref Unsafe.Add(ref k, 11));
                a += e;
                e += Second(f, g, h);
                w11 = Next(w11, w12, w4, w9);
                d = First(a, b, c, d, w12, ref Unsafe.Add(ref k, 12));
                h += d;
                d += Second(e, f, g);
                w12 = Next(w12, w13, w5, w10);
                c = First(h, a, b, c, w13, ref Unsafe.Add(ref k, 13));
                g += c;
                c += Second(d, e, f);
                w13 = Next(w13, w14, w6, w11);
                b = First(g, h, a, b, w14, ref Unsafe.Add(ref k, 14));
                f += b;
                b += Second(c, d, e);
                w14 = Next(w14, w15, w7, w12);
                a = First(f, g, h, a, w15, ref Unsafe.Add(ref k, 15));
                e += a;
                a += Second(b, c, d);
                w15 = Next(w15, w0, w8, w13);
                k = ref Unsafe.Add(ref k, 16);
            }

            h = First(e, f, g, h, w0, ref k);
            d += h;
            h += Second(a, b, c);
            g = First(d, e, f, g, w1, ref Unsafe.Add(ref k, 1));
            c += g;
            g += Second(h, a, b);
            f = First(c, d, e, f, w2, ref Unsafe.Add(ref k, 2));
            b += f;
            f += Second(g, h, a);
            e = First(b, c, d, e, w3, ref Unsafe.Add(ref k, 3));
            a += e;
            e += Second(f, g, h);
            d = First(a, b, c, d, w4, ref Unsafe.Add(ref k, 4));
            h += d;
            d += Second(e, f, g);
            c = First(h, a, b, c, w5, ref Unsafe.Add(ref k, 5));
            g += c;
            c += Second(d, e, f);
            b = First(g, h, a, b, w6, ref Unsafe.Add(ref k, 6));
            f += b;
            b += Second(c, d, e);
            a = First(f, g, h, a, w7, ref Unsafe.Add(ref k, 7));
            e += a;
            a += Second(b, c, d);
            h = First(e, f, g, h, w8, ref Unsafe.Add(ref k, 8));
            d += h;
            h += Second(a, b, c);
            g = First(d, e, f, g, w9, ref Unsafe.Add(ref k, 9));
            c += g;
            g += Second(h, a, b);
            f = First(c, d, e, f, w10, ref Unsafe.Add(ref k, 10));
            b += f;
            f += Second(g, h, a);
            e = First(b, c, d, e, w11, ref Unsafe.Add(ref k, 11));
            a += e;
            e += Second(f, g, h);
            d = First(a, b, c, d, w12, ref Unsafe.Add(ref k, 12));
            h += d;
            d += Second(e, f, g);
            c = First(h, a, b, c, w13, ref Unsafe.Add(ref k, 13));
            g += c;
            c += Second(d, e, f);
            b = First(g, h, a, b, w14, ref Unsafe.Add(ref k, 14));
            f += b;
            b += Second(c, d, e);
            a = First(f, g, h, a, w15, ref Unsafe.Add(ref k, 15));
            e += a;
            a += Second(b, c, d);
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }

    // T1 of the standard: h + Σ1(e) + Ch(e, f, g) + K + W.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> First(
        Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, Vector512<uint> h, Vector512<uint> w, ref uint k) =>
        h + (w + Vector512.Create(k)) + Choose(e, f, g)
            + Xor3(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25));

    // T2: Σ0(a) + Maj(a, b, c).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Second(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Majority(a, b, c) + Xor3(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22));

    // The word sixteen further on: W[t] + σ0(W[t + 1]) + W[t + 9] + σ1(W[t + 14]).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Next(Vector512<uint> w0, Vector512<uint> w1, Vector512<uint> w9, Vector512<uint> w14) =>
        w0 + Xor3(Avx512F.RotateRight(w1, 7), Avx512F.RotateRight(w1, 18), w1 >>> 3)
            + w9 + Xor3(Avx512F.RotateRight(w14, 17), Avx512F.RotateRight(w14, 19), w14 >>> 10);

    // The control byte is the function's truth table over (x, y, z) = 111 … 000.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Xor3(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) =>
        Avx512F.TernaryLogic(x, y, z, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Choose(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) =>
        Avx512F.TernaryLogic(x, y, z, 0xCA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Majority(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) =>
        Avx512F.TernaryLogic(x, y, z, 0xE8);
}
