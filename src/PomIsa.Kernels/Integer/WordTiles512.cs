using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Rows of words by a piece of a panel, onto sums that lie in pairs: <c>q:[rows,steps], w:[steps/4][16][4] → pairs:[rows][16][2]</c>.</summary>
/// <remarks>AVX-512BW.</remarks>
internal static unsafe class WordTiles512
{
    public static void One(short* q, sbyte* w, nint steps, int* pairs)
    {
        Vector512<int> low = Vector512.Load(pairs), high = Vector512.Load(pairs + 16);
        for (short* end = q + steps; q < end; q += 4, w += 64)
        {
            Vector512<short> four = Spread(q);
            low += Pairs(four, Words(w));
            high += Pairs(four, Words(w + 32));
        }

        low.Store(pairs);
        high.Store(pairs + 16);
    }

    public static void Four(short* q, sbyte* w, nint steps, int* pairs)
    {
        Vector512<int> low0 = Vector512.Load(pairs), high0 = Vector512.Load(pairs + 16);
        Vector512<int> low1 = Vector512.Load(pairs + 32), high1 = Vector512.Load(pairs + 48);
        Vector512<int> low2 = Vector512.Load(pairs + 64), high2 = Vector512.Load(pairs + 80);
        Vector512<int> low3 = Vector512.Load(pairs + 96), high3 = Vector512.Load(pairs + 112);
        for (short* end = q + steps; q < end; q += 4, w += 64)
        {
            Vector512<short> first = Words(w), second = Words(w + 32);
            Vector512<short> four = Spread(q);
            low0 += Pairs(four, first);
            high0 += Pairs(four, second);
            four = Spread(q + steps);
            low1 += Pairs(four, first);
            high1 += Pairs(four, second);
            four = Spread(q + (2 * steps));
            low2 += Pairs(four, first);
            high2 += Pairs(four, second);
            four = Spread(q + (3 * steps));
            low3 += Pairs(four, first);
            high3 += Pairs(four, second);
        }

        low0.Store(pairs);
        high0.Store(pairs + 16);
        low1.Store(pairs + 32);
        high1.Store(pairs + 48);
        low2.Store(pairs + 64);
        high2.Store(pairs + 80);
        low3.Store(pairs + 96);
        high3.Store(pairs + 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Spread(short* q) => Vector512.Create(Unsafe.ReadUnaligned<long>(q)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Words(sbyte* w) => Avx512BW.ConvertToVector512Int16(Vector256.Load(w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> a, Vector512<short> b) => Avx512BW.MultiplyAddAdjacent(a, b);
}
