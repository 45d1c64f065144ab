using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Sixteen blocks in memory to sixteen words of sixteen lanes, and lanes of a state back to digests in memory.</summary>
internal static unsafe class Sha256Words512
{
    // Within each 32-bit word the bytes turn around: SHA-256 is big-endian.
    private static Vector512<byte> Reverse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            (byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    }

    /// <summary>Loads 64 bytes from each of <paramref name="rows"/>; word j of the result holds word j of all sixteen.</summary>
    /// <param name="at">Bytes from each row's address.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Load(
        byte** rows, nint at,
        out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3,
        out Vector512<uint> w4, out Vector512<uint> w5, out Vector512<uint> w6, out Vector512<uint> w7,
        out Vector512<uint> w8, out Vector512<uint> w9, out Vector512<uint> w10, out Vector512<uint> w11,
        out Vector512<uint> w12, out Vector512<uint> w13, out Vector512<uint> w14, out Vector512<uint> w15)
    {
        Four(rows, at, out Vector512<uint> p0, out Vector512<uint> p1, out Vector512<uint> p2, out Vector512<uint> p3);
        Four(rows + 4, at, out Vector512<uint> p4, out Vector512<uint> p5, out Vector512<uint> p6, out Vector512<uint> p7);
        Four(rows + 8, at, out Vector512<uint> p8, out Vector512<uint> p9, out Vector512<uint> p10, out Vector512<uint> p11);
        Four(rows + 12, at, out Vector512<uint> p12, out Vector512<uint> p13, out Vector512<uint> p14, out Vector512<uint> p15);
        Quarters(p0, p4, p8, p12, out w0, out w4, out w8, out w12);
        Quarters(p1, p5, p9, p13, out w1, out w5, out w9, out w13);
        Quarters(p2, p6, p10, p14, out w2, out w6, out w10, out w14);
        Quarters(p3, p7, p11, p15, out w3, out w7, out w11, out w15);
    }

    /// <summary>Writes the digest of each lane, 32 big-endian bytes, to its address.</summary>
    internal static void Store(Vector512<uint>* state, byte** hashes, int count)
    {
        Interleave(state[0], state[1], state[2], state[3], out Vector512<uint> a0, out Vector512<uint> a1, out Vector512<uint> a2, out Vector512<uint> a3);
        Interleave(state[4], state[5], state[6], state[7], out Vector512<uint> b0, out Vector512<uint> b1, out Vector512<uint> b2, out Vector512<uint> b3);
        Vector512<uint>* rows = stackalloc Vector512<uint>[8];
        Halves(rows, a0, b0);
        Halves(rows + 1, a1, b1);
        Halves(rows + 2, a2, b2);
        Halves(rows + 3, a3, b3);
        for (int lane = 0; lane < count; lane++)
        {
            // rows[j] holds messages j and 4 + j, rows[4 + j] holds 8 + j and 12 + j.
            var from = (Vector256<byte>*)(rows + (lane & 3) + ((lane >> 3) * 4)) + ((lane >> 2) & 1);
            from->Store(hashes[lane]);
        }
    }

    // Words of four messages: p[j], quarter q, holds word 4q + j of the four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        byte** rows, nint at, out Vector512<uint> p0, out Vector512<uint> p1, out Vector512<uint> p2, out Vector512<uint> p3)
    {
        Vector512<byte> reverse = Reverse;
        Transpose4(
            Avx512BW.Shuffle(Vector512.Load(rows[0] + at), reverse).AsUInt32(),
            Avx512BW.Shuffle(Vector512.Load(rows[1] + at), reverse).AsUInt32(),
            Avx512BW.Shuffle(Vector512.Load(rows[2] + at), reverse).AsUInt32(),
            Avx512BW.Shuffle(Vector512.Load(rows[3] + at), reverse).AsUInt32(),
            out p0, out p1, out p2, out p3);
    }

    // Digest words of four lanes: of p[j], quarter q belongs to message 4q + j.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(
        Vector512<uint> s0, Vector512<uint> s1, Vector512<uint> s2, Vector512<uint> s3,
        out Vector512<uint> p0, out Vector512<uint> p1, out Vector512<uint> p2, out Vector512<uint> p3)
    {
        Vector512<byte> reverse = Reverse;
        Transpose4(
            Avx512BW.Shuffle(s0.AsByte(), reverse).AsUInt32(),
            Avx512BW.Shuffle(s1.AsByte(), reverse).AsUInt32(),
            Avx512BW.Shuffle(s2.AsByte(), reverse).AsUInt32(),
            Avx512BW.Shuffle(s3.AsByte(), reverse).AsUInt32(),
            out p0, out p1, out p2, out p3);
    }

    // 4 x 4 words inside each 128-bit quarter.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(
        Vector512<uint> r0, Vector512<uint> r1, Vector512<uint> r2, Vector512<uint> r3,
        out Vector512<uint> p0, out Vector512<uint> p1, out Vector512<uint> p2, out Vector512<uint> p3)
    {
        Vector512<ulong> l01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
        Vector512<ulong> h01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
        Vector512<ulong> l23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
        Vector512<ulong> h23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
        p0 = Avx512F.UnpackLow(l01, l23).AsUInt32();
        p1 = Avx512F.UnpackHigh(l01, l23).AsUInt32();
        p2 = Avx512F.UnpackLow(h01, h23).AsUInt32();
        p3 = Avx512F.UnpackHigh(h01, h23).AsUInt32();
    }

    // 4 x 4 quarters: result q takes quarter q of a, b, c, d.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d,
        out Vector512<uint> q0, out Vector512<uint> q1, out Vector512<uint> q2, out Vector512<uint> q3)
    {
        Vector512<uint> abLow = Avx512F.Shuffle4x128(a, b, 0x44), abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<uint> cdLow = Avx512F.Shuffle4x128(c, d, 0x44), cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
        q0 = Avx512F.Shuffle4x128(abLow, cdLow, 0x88);
        q1 = Avx512F.Shuffle4x128(abLow, cdLow, 0xDD);
        q2 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88);
        q3 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD);
    }

    // Quarters of a and b by turns: a0 b0 a1 b1, and behind four vectors a2 b2 a3 b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector512<uint>* rows, Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<ulong> low = Avx512F.Shuffle4x128(a, b, 0x44).AsUInt64(), high = Avx512F.Shuffle4x128(a, b, 0xEE).AsUInt64();
        rows[0] = Avx512F.Shuffle4x128(low, low, 0xD8).AsUInt32();
        rows[4] = Avx512F.Shuffle4x128(high, high, 0xD8).AsUInt32();
    }
}
