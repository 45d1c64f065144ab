using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Rows of words by a piece of a panel, onto sums that lie in pairs: <c>q:[rows,steps], w:[steps/4][16][4] → pairs:[rows][16][2]</c>.</summary>
/// <remarks>AVX2.</remarks>
internal static unsafe class WordTiles256
{
    public static void One(short* q, sbyte* w, nint steps, int* pairs)
    {
        Vector256<int> a = Vector256.Load(pairs), b = Vector256.Load(pairs + 8), c = Vector256.Load(pairs + 16), d = Vector256.Load(pairs + 24);
        for (short* end = q + steps; q < end; q += 4, w += 64)
        {
            Vector256<short> four = Spread(q);
            a += Pairs(four, Words(w));
            b += Pairs(four, Words(w + 16));
            c += Pairs(four, Words(w + 32));
            d += Pairs(four, Words(w + 48));
        }

        a.Store(pairs);
        b.Store(pairs + 8);
        c.Store(pairs + 16);
        d.Store(pairs + 24);
    }

    public static void Two(short* q, sbyte* w, nint steps, int* pairs)
    {
        Vector256<int> a0 = Vector256.Load(pairs), b0 = Vector256.Load(pairs + 8), c0 = Vector256.Load(pairs + 16), d0 = Vector256.Load(pairs + 24);
        Vector256<int> a1 = Vector256.Load(pairs + 32), b1 = Vector256.Load(pairs + 40), c1 = Vector256.Load(pairs + 48), d1 = Vector256.Load(pairs + 56);
        for (short* end = q + steps; q < end; q += 4, w += 64)
        {
            Vector256<short> left = Spread(q), right = Spread(q + steps);
            Vector256<short> words = Words(w);
            a0 += Pairs(left, words);
            a1 += Pairs(right, words);
            words = Words(w + 16);
            b0 += Pairs(left, words);
            b1 += Pairs(right, words);
            words = Words(w + 32);
            c0 += Pairs(left, words);
            c1 += Pairs(right, words);
            words = Words(w + 48);
            d0 += Pairs(left, words);
            d1 += Pairs(right, words);
        }

        a0.Store(pairs);
        b0.Store(pairs + 8);
        c0.Store(pairs + 16);
        d0.Store(pairs + 24);
        a1.Store(pairs + 32);
        b1.Store(pairs + 40);
        c1.Store(pairs + 48);
        d1.Store(pairs + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Spread(short* q) => Vector256.Create(Unsafe.ReadUnaligned<long>(q)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Words(sbyte* w) => Avx2.ConvertToVector256Int16(Vector128.Load(w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> a, Vector256<short> b) => Avx2.MultiplyAddAdjacent(a, b);
}
