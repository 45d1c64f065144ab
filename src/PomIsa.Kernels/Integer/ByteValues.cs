using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>How values of a product go to memory.</summary>
internal interface IValueStore
{
    static abstract unsafe void Store(Vector256<float> values, float* to);
}

/// <summary>Through the caches.</summary>
internal readonly struct CachedStore : IValueStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector256<float> values, float* to) => values.Store(to);
}

/// <summary>Past them.</summary>
internal readonly struct StreamedStore : IValueStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector256<float> values, float* to) => values.StoreAlignedNonTemporal(to);
}

/// <summary>Six rows by one whole panel of w8, from sums to values without a detour through memory, where nobody wants the sums.</summary>
/// <remarks>As <see cref="ByteTiles"/>, and the rows of the next tile are called for. Rows are q + 128; what that adds too much is in the sums from the start, taken off.</remarks>
internal static unsafe class ByteValues
{
    public const int Rows = 6;

    /// <summary>Whether a call is of this kind, and has so many rows that each tile need not call for much of the next panel.</summary>
    public static bool Serves(in ByteProduct call, int tiles) => call.Offset && call.Acc == null && tiles >= ByteDots.Many;

    public static void Six<T, TStore>(in ByteProduct call, int row, int panel, sbyte* w)
        where T : struct, IByteDot
        where TStore : struct, IValueStore
    {
        nint depth = call.Depth, columns = call.Columns;
        int at = panel * Lanes.Count;
        Vector256<int> a0 = -(Vector256.Load(call.ColumnSums + at) << 7), b0 = a0, c0 = a0, d0 = a0, e0 = a0, f0 = a0;
        Vector256<int> a1 = -(Vector256.Load(call.ColumnSums + at + 8) << 7), b1 = a1, c1 = a1, d1 = a1, e1 = a1, f1 = a1;
        byte* q = call.Q + (row * depth), r = q + (3 * depth), ahead = r + (3 * depth);
        for (sbyte* end = w + (depth * Lanes.Count); w < end; w += 64, q += 4, r += 4, ahead += Rows * 4)
        {
            ByteTiles.Prefetch(ahead);
            Vector256<sbyte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
            Vector256<byte> four = OffsetRow.Load(q);
            a0 = T.Add(a0, four, first);
            a1 = T.Add(a1, four, second);
            four = OffsetRow.Load(q + depth);
            b0 = T.Add(b0, four, first);
            b1 = T.Add(b1, four, second);
            four = OffsetRow.Load(q + (2 * depth));
            c0 = T.Add(c0, four, first);
            c1 = T.Add(c1, four, second);
            four = OffsetRow.Load(r);
            d0 = T.Add(d0, four, first);
            d1 = T.Add(d1, four, second);
            four = OffsetRow.Load(r + depth);
            e0 = T.Add(e0, four, first);
            e1 = T.Add(e1, four, second);
            four = OffsetRow.Load(r + (2 * depth));
            f0 = T.Add(f0, four, first);
            f1 = T.Add(f1, four, second);
        }

        float* y = call.Y + (row * columns) + at, scales = call.Scales + row;
        Vector256<float> s0 = Vector256.Load(call.S + at), s1 = Vector256.Load(call.S + at + 8);
        Row<TStore>(a0, a1, scales[0], s0, s1, y);
        Row<TStore>(b0, b1, scales[1], s0, s1, y + columns);
        Row<TStore>(c0, c1, scales[2], s0, s1, y + (2 * columns));
        y += 3 * columns;
        Row<TStore>(d0, d1, scales[3], s0, s1, y);
        Row<TStore>(e0, e1, scales[4], s0, s1, y + columns);
        Row<TStore>(f0, f1, scales[5], s0, s1, y + (2 * columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TStore>(Vector256<int> low, Vector256<int> high, float scale, Vector256<float> s0, Vector256<float> s1, float* y)
        where TStore : struct, IValueStore
    {
        Vector256<float> d = Vector256.Create(scale);
        TStore.Store(ByteProduct.Value(low, d * s0), y);
        TStore.Store(ByteProduct.Value(high, d * s1), y + 8);
    }
}
