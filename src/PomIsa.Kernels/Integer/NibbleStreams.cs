using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>One row by w4, straight from the nibbles: as fast as memory gives them, which four panels at once and calling ahead brings about.</summary>
internal static unsafe class NibbleStreams
{
    /// <summary>Bytes ahead of each stream that are called for.</summary>
    private const int Ahead = 1024;

    /// <summary>Bytes of a group of one panel: 32 steps of 16 columns.</summary>
    private const int GroupBytes = LinearW4.Group * Lanes.Count / 2;

    public static void Multiply<T>(in ByteProduct call)
        where T : struct, IByteDot
    {
        int* sums = stackalloc int[4 * Lanes.Count];
        nint groups = call.Depth / LinearW4.Group;
        int panel = call.PanelFrom;
        for (; panel + 4 <= call.PanelTo; panel += 4)
        {
            Four<T>(call, panel, groups, sums);
            for (int i = 0; i < 4; i++)
            {
                call.Finish(0, 1, panel + i, sums + (i * Lanes.Count), offset: false);
            }
        }

        for (; panel < call.PanelTo; panel++)
        {
            One<T>(call, panel, groups, sums);
            call.Finish(0, 1, panel, sums, offset: false);
        }
    }

    private static void One<T>(in ByteProduct call, int panel, nint groups, int* sums)
        where T : struct, IByteDot
    {
        Vector256<int> a0 = default, a1 = default;
        byte* w = call.W + (panel * groups * GroupBytes), u = call.Subs + (panel * groups * Lanes.Count);
        sbyte* q = (sbyte*)call.Q;
        for (int* offset = call.GroupOffsets, end = offset + groups; offset < end; offset++, w += GroupBytes, u += 16, q += LinearW4.Group)
        {
            Call(w + (2 * Ahead));
            Vector256<int> start = Vector256.Create(*offset);
            a0 = T.AddTimes(a0, Sum<T>(w, q, start), NibbleTiles.Factors(u));
            a1 = T.AddTimes(a1, Sum<T>(w + 32, q, start), NibbleTiles.Factors(u + 8));
        }

        ByteTiles.Put(sums, a0, a1);
    }

    private static void Four<T>(in ByteProduct call, int panel, nint groups, int* sums)
        where T : struct, IByteDot
    {
        Vector256<int> a0 = default, b0 = default, c0 = default, d0 = default;
        Vector256<int> a1 = default, b1 = default, c1 = default, d1 = default;
        nint next = groups * GroupBytes, nextSubs = groups * Lanes.Count;
        byte* w = call.W + (panel * next), u = call.Subs + (panel * nextSubs);
        sbyte* q = (sbyte*)call.Q;
        int* turn = call.GroupOffsets + groups - (Ahead / GroupBytes); // from here on, what comes next is four panels on
        for (int* offset = call.GroupOffsets, end = offset + groups; offset < end; offset++, w += GroupBytes, u += 16, q += LinearW4.Group)
        {
            byte* y = w + (2 * next), v = u + (2 * nextSubs), ahead = w + (offset < turn ? Ahead : Ahead + (3 * next));
            Call(ahead);
            Call(ahead + next);
            Call(ahead + (2 * next));
            Call(ahead + (3 * next));
            ByteTiles.Prefetch(u + (4 * nextSubs));
            ByteTiles.Prefetch(u + (5 * nextSubs));
            ByteTiles.Prefetch(v + (4 * nextSubs));
            ByteTiles.Prefetch(v + (5 * nextSubs));
            Vector256<int> start = Vector256.Create(*offset);
            a0 = T.AddTimes(a0, Sum<T>(w, q, start), NibbleTiles.Factors(u));
            a1 = T.AddTimes(a1, Sum<T>(w + 32, q, start), NibbleTiles.Factors(u + 8));
            b0 = T.AddTimes(b0, Sum<T>(w + next, q, start), NibbleTiles.Factors(u + nextSubs));
            b1 = T.AddTimes(b1, Sum<T>(w + next + 32, q, start), NibbleTiles.Factors(u + nextSubs + 8));
            c0 = T.AddTimes(c0, Sum<T>(y, q, start), NibbleTiles.Factors(v));
            c1 = T.AddTimes(c1, Sum<T>(y + 32, q, start), NibbleTiles.Factors(v + 8));
            d0 = T.AddTimes(d0, Sum<T>(y + next, q, start), NibbleTiles.Factors(v + nextSubs));
            d1 = T.AddTimes(d1, Sum<T>(y + next + 32, q, start), NibbleTiles.Factors(v + nextSubs + 8));
        }

        ByteTiles.Put(sums, a0, a1);
        ByteTiles.Put(sums + 16, b0, b1);
        ByteTiles.Put(sums + 32, c0, c1);
        ByteTiles.Put(sums + 48, d0, d1);
    }

    /// <summary>The sums of eight columns over a group of 32 steps, onto <paramref name="sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum<T>(byte* w, sbyte* q, Vector256<int> sum)
        where T : struct, IByteDot
    {
        Vector256<byte> mask = Vector256.Create((byte)15), first = Vector256.Load(w);
        sum = T.Add(sum, first & mask, NibbleTiles.Four(q));
        sum = T.Add(sum, NibbleTiles.High(first, mask), NibbleTiles.Four(q + 4));
        first = Vector256.Load(w + 64);
        sum = T.Add(sum, first & mask, NibbleTiles.Four(q + 8));
        sum = T.Add(sum, NibbleTiles.High(first, mask), NibbleTiles.Four(q + 12));
        first = Vector256.Load(w + 128);
        sum = T.Add(sum, first & mask, NibbleTiles.Four(q + 16));
        sum = T.Add(sum, NibbleTiles.High(first, mask), NibbleTiles.Four(q + 20));
        first = Vector256.Load(w + 192);
        sum = T.Add(sum, first & mask, NibbleTiles.Four(q + 24));
        return T.Add(sum, NibbleTiles.High(first, mask), NibbleTiles.Four(q + 28));
    }

    /// <summary>Calls for a group: four lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Call(byte* w)
    {
        ByteTiles.Prefetch(w);
        ByteTiles.Prefetch(w + 64);
        ByteTiles.Prefetch(w + 128);
        ByteTiles.Prefetch(w + 192);
    }
}
