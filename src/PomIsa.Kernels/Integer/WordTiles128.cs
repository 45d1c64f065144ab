using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>A row of words by a piece of a panel, onto sums that lie in pairs: <c>q:[steps], w:[steps/4][16][4] → pairs:[16][2]</c>.</summary>
/// <remarks>128 bits, whatever the processor, or none.</remarks>
internal static unsafe class WordTiles128
{
    public static void One(short* q, sbyte* w, nint steps, int* pairs)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            Plain(q, w, steps, pairs);
            return;
        }

        for (int part = 0; part < 2; part++)
        {
            Half(q, w + (32 * part), steps, pairs + (16 * part));
        }
    }

    /// <summary>Eight of the sixteen columns.</summary>
    private static void Half(short* q, sbyte* w, nint steps, int* pairs)
    {
        Vector128<int> a = Vector128.Load(pairs), b = Vector128.Load(pairs + 4), c = Vector128.Load(pairs + 8), d = Vector128.Load(pairs + 12);
        for (short* end = q + steps; q < end; q += 4, w += 64)
        {
            Vector128<short> four = Vector128.Create(Unsafe.ReadUnaligned<long>(q)).AsInt16();
            Vector128<sbyte> bytes = Vector128.Load(w);
            a = Add(a, four, Vector128.WidenLower(bytes));
            b = Add(b, four, Vector128.WidenUpper(bytes));
            bytes = Vector128.Load(w + 16);
            c = Add(c, four, Vector128.WidenLower(bytes));
            d = Add(d, four, Vector128.WidenUpper(bytes));
        }

        a.Store(pairs);
        b.Store(pairs + 4);
        c.Store(pairs + 8);
        d.Store(pairs + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Add(Vector128<int> sums, Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
        {
            return sums + Sse2.MultiplyAddAdjacent(a, b);
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.AddPairwiseWideningAndAdd(sums, a * b);
        }

        Vector128<int> products = (a * b).AsInt32();
        return sums + ((products << 16) >> 16) + (products >> 16);
    }

    private static void Plain(short* q, sbyte* w, nint steps, int* pairs)
    {
        for (nint k = 0; k < steps; k += 4, w += 64)
        {
            for (int n = 0; n < Lanes.Count; n++)
            {
                sbyte* four = w + (4 * n);
                pairs[2 * n] += (q[k] * four[0]) + (q[k + 1] * four[1]);
                pairs[(2 * n) + 1] += (q[k + 2] * four[2]) + (q[k + 3] * four[3]);
            }
        }
    }
}
