using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Some rows by one panel of w8, in registers: <c>q:[rows,K], w:[K/4][16][4] → sums:[rows][16]</c>.</summary>
/// <remarks>
/// Six rows make 12 chains of sums: enough to hide the latency of the instruction, few enough for 16 registers. The next
/// panel is called for meanwhile, from <c>ahead</c> on, <c>step</c> bytes by each four steps of k; where there are many tiles their share of it is called for before them, and <c>step</c> is 0.
/// </remarks>
internal static unsafe class ByteTiles
{
    public static void Six<T, TRow>(byte* q, sbyte* w, nint depth, int* sums, sbyte* ahead, nint step)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        Vector256<int> a0 = default, b0 = default, c0 = default, d0 = default, e0 = default, f0 = default;
        Vector256<int> a1 = default, b1 = default, c1 = default, d1 = default, e1 = default, f1 = default;
        byte* r = q + (3 * depth);
        for (sbyte* end = w + (depth * Lanes.Count); w < end; w += 64, q += 4, r += 4, ahead += step)
        {
            Prefetch(ahead);
            Vector256<sbyte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, first);
            a1 = T.Add(a1, four, second);
            four = TRow.Load(q + depth);
            b0 = T.Add(b0, four, first);
            b1 = T.Add(b1, four, second);
            four = TRow.Load(q + (2 * depth));
            c0 = T.Add(c0, four, first);
            c1 = T.Add(c1, four, second);
            four = TRow.Load(r);
            d0 = T.Add(d0, four, first);
            d1 = T.Add(d1, four, second);
            four = TRow.Load(r + depth);
            e0 = T.Add(e0, four, first);
            e1 = T.Add(e1, four, second);
            four = TRow.Load(r + (2 * depth));
            f0 = T.Add(f0, four, first);
            f1 = T.Add(f1, four, second);
        }

        Put(sums, a0, a1);
        Put(sums + 16, b0, b1);
        Put(sums + 32, c0, c1);
        Put(sums + 48, d0, d1);
        Put(sums + 64, e0, e1);
        Put(sums + 80, f0, f1);
    }

    public static void Four<T, TRow>(byte* q, sbyte* w, nint depth, int* sums, sbyte* ahead, nint step)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        Vector256<int> a0 = default, b0 = default, c0 = default, d0 = default;
        Vector256<int> a1 = default, b1 = default, c1 = default, d1 = default;
        byte* r = q + (2 * depth);
        for (sbyte* end = w + (depth * Lanes.Count); w < end; w += 64, q += 4, r += 4, ahead += step)
        {
            Prefetch(ahead);
            Vector256<sbyte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, first);
            a1 = T.Add(a1, four, second);
            four = TRow.Load(q + depth);
            b0 = T.Add(b0, four, first);
            b1 = T.Add(b1, four, second);
            four = TRow.Load(r);
            c0 = T.Add(c0, four, first);
            c1 = T.Add(c1, four, second);
            four = TRow.Load(r + depth);
            d0 = T.Add(d0, four, first);
            d1 = T.Add(d1, four, second);
        }

        Put(sums, a0, a1);
        Put(sums + 16, b0, b1);
        Put(sums + 32, c0, c1);
        Put(sums + 48, d0, d1);
    }

    public static void Two<T, TRow>(byte* q, sbyte* w, nint depth, int* sums, sbyte* ahead, nint step)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        Vector256<int> a0 = default, b0 = default, a1 = default, b1 = default;
        for (sbyte* end = w + (depth * Lanes.Count); w < end; w += 64, q += 4, ahead += step)
        {
            Prefetch(ahead);
            Vector256<sbyte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, first);
            a1 = T.Add(a1, four, second);
            four = TRow.Load(q + depth);
            b0 = T.Add(b0, four, first);
            b1 = T.Add(b1, four, second);
        }

        Put(sums, a0, a1);
        Put(sums + 16, b0, b1);
    }

    /// <summary>One row: four steps side by side, as two chains alone would wait for themselves.</summary>
    public static void One<T, TRow>(byte* q, sbyte* w, nint depth, int* sums)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        Vector256<int> a0 = default, b0 = default, c0 = default, d0 = default;
        Vector256<int> a1 = default, b1 = default, c1 = default, d1 = default;
        byte* end = q + depth;
        for (byte* fours = q + (depth & -16); q < fours; w += 256, q += 16)
        {
            Prefetch(w + 2048);
            Prefetch(w + 2048 + 64);
            Prefetch(w + 2048 + 128);
            Prefetch(w + 2048 + 192);
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, Vector256.Load(w));
            a1 = T.Add(a1, four, Vector256.Load(w + 32));
            four = TRow.Load(q + 4);
            b0 = T.Add(b0, four, Vector256.Load(w + 64));
            b1 = T.Add(b1, four, Vector256.Load(w + 96));
            four = TRow.Load(q + 8);
            c0 = T.Add(c0, four, Vector256.Load(w + 128));
            c1 = T.Add(c1, four, Vector256.Load(w + 160));
            four = TRow.Load(q + 12);
            d0 = T.Add(d0, four, Vector256.Load(w + 192));
            d1 = T.Add(d1, four, Vector256.Load(w + 224));
        }

        for (; q < end; w += 64, q += 4)
        {
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, Vector256.Load(w));
            a1 = T.Add(a1, four, Vector256.Load(w + 32));
        }

        Put(sums, a0 + b0 + (c0 + d0), a1 + b1 + (c1 + d1));
    }

    /// <summary>Calls for a line that will be read soon; whether there is memory does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(int* sums, Vector256<int> low, Vector256<int> high)
    {
        low.Store(sums);
        high.Store(sums + 8);
    }
}
