using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>One row by w8: as fast as memory gives the weights, which four panels at once and calling ahead brings about.</summary>
internal static unsafe class ByteStreams
{
    /// <summary>Bytes ahead of each stream that are called for.</summary>
    private const int Ahead = 1024;

    public static void Multiply<T, TRow>(in ByteProduct call)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        int* sums = stackalloc int[4 * Lanes.Count];
        nint bytes = (nint)call.Depth * Lanes.Count;
        int panel = call.PanelFrom;
        for (; panel + 4 <= call.PanelTo; panel += 4)
        {
            Four<T, TRow>(call.Q, (sbyte*)call.W + (panel * bytes), call.Depth, sums);
            for (int i = 0; i < 4; i++)
            {
                call.Finish(0, 1, panel + i, sums + (i * Lanes.Count), offset: true);
            }
        }

        for (; panel < call.PanelTo; panel++)
        {
            ByteTiles.One<T, TRow>(call.Q, (sbyte*)call.W + (panel * bytes), call.Depth, sums);
            call.Finish(0, 1, panel, sums, offset: true);
        }
    }

    private static void Four<T, TRow>(byte* q, sbyte* w, int depth, int* sums)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        Vector256<int> a0 = default, b0 = default, c0 = default, d0 = default;
        Vector256<int> a1 = default, b1 = default, c1 = default, d1 = default;
        nint next = (nint)depth * Lanes.Count;
        sbyte* x = w + next, y = x + next, z = y + next;
        byte* turn = q + depth - (Ahead / Lanes.Count); // from here on, what comes next is four panels on
        for (byte* end = q + depth; q < end; q += 4, w += 64, x += 64, y += 64, z += 64)
        {
            sbyte* ahead = w + (q < turn ? Ahead : Ahead + (3 * next));
            ByteTiles.Prefetch(ahead);
            ByteTiles.Prefetch(ahead + next);
            ByteTiles.Prefetch(ahead + (2 * next));
            ByteTiles.Prefetch(ahead + (3 * next));
            Vector256<byte> four = TRow.Load(q);
            a0 = T.Add(a0, four, Vector256.Load(w));
            a1 = T.Add(a1, four, Vector256.Load(w + 32));
            b0 = T.Add(b0, four, Vector256.Load(x));
            b1 = T.Add(b1, four, Vector256.Load(x + 32));
            c0 = T.Add(c0, four, Vector256.Load(y));
            c1 = T.Add(c1, four, Vector256.Load(y + 32));
            d0 = T.Add(d0, four, Vector256.Load(z));
            d1 = T.Add(d1, four, Vector256.Load(z + 32));
        }

        ByteTiles.Put(sums, a0, a1);
        ByteTiles.Put(sums + 16, b0, b1);
        ByteTiles.Put(sums + 32, c0, c1);
        ByteTiles.Put(sums + 48, d0, d1);
    }
}
