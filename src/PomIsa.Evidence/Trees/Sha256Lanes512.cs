using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Evidence.Trees;

/// <summary>FIPS 180-4 with one message in each 32-bit lane of 512-bit registers.</summary>
/// <remarks>Needs AVX-512 F and BW. Absent lanes repeat the first message and their result is dropped.</remarks>
internal static class Sha256Lanes512
{
    /// <summary>With this many messages or fewer the library's one-message code is as fast.</summary>
    internal const int WorthWhile = 2;

    private const int Width = Sha256Lanes.Width;
    private const int Block = 64;

    internal static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> messages, ReadOnlySpan<int> offsets, int length, Span<byte> hashes)
    {
        State state = default;
        for (int i = 0; i < 8; i++)
        {
            state[i] = Vector512.Create(Sha256Constants.Initial[i]);
        }

        Span<int> starts = stackalloc int[Width];
        for (int lane = 0; lane < Width; lane++)
        {
            starts[lane] = offsets[lane < offsets.Length ? lane : 0];
        }

        Span<byte> edge = stackalloc byte[Width * Block];
        Span<int> edgeStarts = stackalloc int[Width];
        int total = prefix.Length + length;
        int blocks = ((total + 8) / Block) + 1;
        for (int block = 0; block < blocks; block++)
        {
            int from = (block * Block) - prefix.Length;
            if (from >= 0 && from + Block <= length)
            {
                Compress(ref state, messages, starts, from);
                continue;
            }

            // The first block (behind the prefix) and the last two (padding) are put together beside the message.
            for (int lane = 0; lane < Width; lane++)
            {
                edgeStarts[lane] = lane * Block;
                Edge(edge.Slice(lane * Block, Block), prefix, messages.Slice(starts[lane], length), from, block == blocks - 1);
            }

            Compress(ref state, edge, edgeStarts, 0);
        }

        Span<uint> words = stackalloc uint[Width];
        for (int i = 0; i < 8; i++)
        {
            state[i].CopyTo(words);
            for (int lane = 0; lane < offsets.Length; lane++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(hashes[((lane * Digest.Size) + (4 * i))..], words[lane]);
            }
        }
    }

    private static void Edge(Span<byte> block, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, int from, bool last)
    {
        block.Clear();
        int at = 0;
        if (from < 0)
        {
            prefix.CopyTo(block);
            at = prefix.Length;
        }

        int source = from + at;
        if (source <= message.Length)
        {
            int bytes = Math.Min(Block - at, message.Length - source);
            message.Slice(source, bytes).CopyTo(block[at..]);
            if (at + bytes < Block)
            {
                block[at + bytes] = 0x80;
            }
        }

        if (last)
        {
            BinaryPrimitives.WriteUInt64BigEndian(block[56..], 8UL * (ulong)(prefix.Length + message.Length));
        }
    }

    // Optimized at once: a short run would otherwise spend itself in the slow first tier.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(ref State state, ReadOnlySpan<byte> data, ReadOnlySpan<int> starts, int from)
    {
        Words schedule = default;
        ref Vector512<uint> w = ref schedule[0];
        ref byte origin = ref MemoryMarshal.GetReference(data);
        for (int lane = 0; lane < Width; lane++)
        {
            Unsafe.Add(ref w, lane) = Vector512.LoadUnsafe(ref origin, (nuint)(starts[lane] + from)).AsUInt32();
        }

        Transpose(ref w);
        Vector512<uint> a = state[0], b = state[1], c = state[2], d = state[3];
        Vector512<uint> e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t += 8)
        {
            if (t >= 16)
            {
                for (int i = t; i < t + 8; i++)
                {
                    ref Vector512<uint> x = ref Unsafe.Add(ref w, i & 15);
                    x += Small1(Unsafe.Add(ref w, (i - 2) & 15)) + Unsafe.Add(ref w, (i - 7) & 15) + Small0(Unsafe.Add(ref w, (i - 15) & 15));
                }
            }

            ref Vector512<uint> m = ref Unsafe.Add(ref w, t & 15);
            ref uint k = ref Unsafe.AsRef(in Sha256Constants.Round[t]);
            Round(a, b, c, ref d, e, f, g, ref h, m + Vector512.Create(k));
            Round(h, a, b, ref c, d, e, f, ref g, Unsafe.Add(ref m, 1) + Vector512.Create(Unsafe.Add(ref k, 1)));
            Round(g, h, a, ref b, c, d, e, ref f, Unsafe.Add(ref m, 2) + Vector512.Create(Unsafe.Add(ref k, 2)));
            Round(f, g, h, ref a, b, c, d, ref e, Unsafe.Add(ref m, 3) + Vector512.Create(Unsafe.Add(ref k, 3)));
            Round(e, f, g, ref h, a, b, c, ref d, Unsafe.Add(ref m, 4) + Vector512.Create(Unsafe.Add(ref k, 4)));
            Round(d, e, f, ref g, h, a, b, ref c, Unsafe.Add(ref m, 5) + Vector512.Create(Unsafe.Add(ref k, 5)));
            Round(c, d, e, ref f, g, h, a, ref b, Unsafe.Add(ref m, 6) + Vector512.Create(Unsafe.Add(ref k, 6)));
            Round(b, c, d, ref e, f, g, h, ref a, Unsafe.Add(ref m, 7) + Vector512.Create(Unsafe.Add(ref k, 7)));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, ref Vector512<uint> d,
        Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, ref Vector512<uint> h, Vector512<uint> kw)
    {
        Vector512<uint> t1 = h + kw + Choose(e, f, g)
            + Xor3(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25));
        Vector512<uint> t2 = Majority(a, b, c)
            + Xor3(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22));
        d += t1;
        h = t1 + t2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Small0(Vector512<uint> x) =>
        Xor3(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Small1(Vector512<uint> x) =>
        Xor3(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), x >>> 10);

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

    // From "row = message, column = word" to "row = word, column = message", and from big-endian bytes to words.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(ref Vector512<uint> w)
    {
        Vector512<byte> reverse = Vector512.Create(
            Vector256.Create(
                Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12),
                Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)),
            Vector256.Create(
                Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12),
                Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)));
        Words pairs = default;
        ref Vector512<uint> p = ref pairs[0];

        // 4 x 4 words inside each 128-bit quarter: p[4i + j], quarter q, holds word 4q + j of messages 4i … 4i + 3.
        for (int i = 0; i < Width; i += 4)
        {
            Vector512<uint> r0 = Avx512BW.Shuffle(Unsafe.Add(ref w, i).AsByte(), reverse).AsUInt32();
            Vector512<uint> r1 = Avx512BW.Shuffle(Unsafe.Add(ref w, i + 1).AsByte(), reverse).AsUInt32();
            Vector512<uint> r2 = Avx512BW.Shuffle(Unsafe.Add(ref w, i + 2).AsByte(), reverse).AsUInt32();
            Vector512<uint> r3 = Avx512BW.Shuffle(Unsafe.Add(ref w, i + 3).AsByte(), reverse).AsUInt32();
            Vector512<ulong> l01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            Vector512<ulong> h01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            Vector512<ulong> l23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            Vector512<ulong> h23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            Unsafe.Add(ref p, i) = Avx512F.UnpackLow(l01, l23).AsUInt32();
            Unsafe.Add(ref p, i + 1) = Avx512F.UnpackHigh(l01, l23).AsUInt32();
            Unsafe.Add(ref p, i + 2) = Avx512F.UnpackLow(h01, h23).AsUInt32();
            Unsafe.Add(ref p, i + 3) = Avx512F.UnpackHigh(h01, h23).AsUInt32();
        }

        // 4 x 4 quarters: w[4q + j] takes quarter q of p[j], p[4 + j], p[8 + j], p[12 + j].
        for (int j = 0; j < 4; j++)
        {
            Vector512<uint> a = Unsafe.Add(ref p, j), b = Unsafe.Add(ref p, 4 + j);
            Vector512<uint> c = Unsafe.Add(ref p, 8 + j), d = Unsafe.Add(ref p, 12 + j);
            Vector512<uint> abLow = Avx512F.Shuffle4x128(a, b, 0x44), abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
            Vector512<uint> cdLow = Avx512F.Shuffle4x128(c, d, 0x44), cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
            Unsafe.Add(ref w, j) = Avx512F.Shuffle4x128(abLow, cdLow, 0x88);
            Unsafe.Add(ref w, 4 + j) = Avx512F.Shuffle4x128(abLow, cdLow, 0xDD);
            Unsafe.Add(ref w, 8 + j) = Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88);
            Unsafe.Add(ref w, 12 + j) = Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD);
        }
    }

    [InlineArray(8)]
    private struct State
    {
        private Vector512<uint> _first;
    }

    [InlineArray(Width)]
    private struct Words
    {
        private Vector512<uint> _first;
    }
}
