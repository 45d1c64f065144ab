using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace PomIsa.Kernels;

/// <summary>The exact w8 product by SDOT, Arm's signed byte instruction: four rows or one by a panel, in vectors of four columns.</summary>
internal static unsafe class ArmDots
{
    public static bool IsSupported => Dp.IsSupported;

    public static void Multiply(in ByteProduct call)
    {
        uint flip = call.Offset ? 0x80808080 : 0;
        int* sums = stackalloc int[4 * Lanes.Count];
        nint depth = call.Depth;
        for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
        {
            sbyte* w = (sbyte*)call.W + (panel * depth * Lanes.Count);
            for (int row = 0; row < call.Rows;)
            {
                int count = call.Rows - row >= 4 ? 4 : 1;
                if (count == 4)
                {
                    Four(call.Q + (row * depth), w, depth, flip, sums);
                }
                else
                {
                    One(call.Q + (row * depth), w, depth, flip, sums);
                }

                call.Finish(row, count, panel, sums, offset: false);
                row += count;
            }
        }
    }

    private static void One(byte* q, sbyte* w, nint depth, uint flip, int* sums)
    {
        Vector128<int> a = default, b = default, c = default, d = default;
        for (byte* end = q + depth; q < end; q += 4, w += 64)
        {
            Vector128<sbyte> four = Spread(q, flip);
            a = Dp.DotProduct(a, Vector128.Load(w), four);
            b = Dp.DotProduct(b, Vector128.Load(w + 16), four);
            c = Dp.DotProduct(c, Vector128.Load(w + 32), four);
            d = Dp.DotProduct(d, Vector128.Load(w + 48), four);
        }

        Put(sums, a, b, c, d);
    }

    private static void Four(byte* q, sbyte* w, nint depth, uint flip, int* sums)
    {
        Vector128<int> a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
        Vector128<int> a2 = default, b2 = default, c2 = default, d2 = default, a3 = default, b3 = default, c3 = default, d3 = default;
        for (byte* end = q + depth; q < end; q += 4, w += 64)
        {
            Vector128<sbyte> first = Vector128.Load(w), second = Vector128.Load(w + 16), third = Vector128.Load(w + 32), fourth = Vector128.Load(w + 48);
            Vector128<sbyte> four = Spread(q, flip);
            a0 = Dp.DotProduct(a0, first, four);
            b0 = Dp.DotProduct(b0, second, four);
            c0 = Dp.DotProduct(c0, third, four);
            d0 = Dp.DotProduct(d0, fourth, four);
            four = Spread(q + depth, flip);
            a1 = Dp.DotProduct(a1, first, four);
            b1 = Dp.DotProduct(b1, second, four);
            c1 = Dp.DotProduct(c1, third, four);
            d1 = Dp.DotProduct(d1, fourth, four);
            four = Spread(q + (2 * depth), flip);
            a2 = Dp.DotProduct(a2, first, four);
            b2 = Dp.DotProduct(b2, second, four);
            c2 = Dp.DotProduct(c2, third, four);
            d2 = Dp.DotProduct(d2, fourth, four);
            four = Spread(q + (3 * depth), flip);
            a3 = Dp.DotProduct(a3, first, four);
            b3 = Dp.DotProduct(b3, second, four);
            c3 = Dp.DotProduct(c3, third, four);
            d3 = Dp.DotProduct(d3, fourth, four);
        }

        Put(sums, a0, b0, c0, d0);
        Put(sums + 16, a1, b1, c1, d1);
        Put(sums + 32, a2, b2, c2, d2);
        Put(sums + 48, a3, b3, c3, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Spread(byte* q, uint flip) => Vector128.Create(Unsafe.ReadUnaligned<uint>(q) ^ flip).AsSByte();

    private static void Put(int* sums, Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d)
    {
        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
    }
}
