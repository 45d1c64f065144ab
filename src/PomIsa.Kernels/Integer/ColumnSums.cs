using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Sums of the columns of panels: one pass over every weight byte when a model is loaded.</summary>
internal static unsafe class ColumnSums
{
    /// <summary>Shapes: <c>panels:[P][K/4][16][4] → sums:[P·16]</c>; i8 to i32, exact.</summary>
    public static void OfW8(ReadOnlySpan<sbyte> panels, int depth, Span<int> sums)
    {
        if (depth == 0)
        {
            sums.Clear();
            return;
        }

        fixed (sbyte* from = panels)
        fixed (int* to = sums)
        {
            for (int panel = 0; panel < sums.Length / Lanes.Count; panel++)
            {
                Panel(from + ((nint)panel * depth * Lanes.Count), depth, to + (panel * Lanes.Count));
            }
        }
    }

    private static void Panel(sbyte* w, int depth, int* sums)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<int> low = default, high = default;
            for (sbyte* end = w + ((nint)depth * Lanes.Count); w < end; w += 64)
            {
                ByteTiles.Prefetch(w + 4096);
                low = Add(low, Vector256.Load(w));
                high = Add(high, Vector256.Load(w + 32));
            }

            low.Store(sums);
            high.Store(sums + 8);
            return;
        }

        Vector128<int> a = default, b = default, c = default, d = default;
        for (sbyte* end = w + ((nint)depth * Lanes.Count); w < end; w += 64)
        {
            a = Add(a, Vector128.Load(w));
            b = Add(b, Vector128.Load(w + 16));
            c = Add(c, Vector128.Load(w + 32));
            d = Add(d, Vector128.Load(w + 48));
        }

        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
    }

    /// <summary>Adds each four neighbouring bytes to their lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<int> sums, Vector256<sbyte> w)
    {
        if (AvxVnni.IsSupported)
        {
            return AvxVnni.MultiplyWideningAndAdd(sums, Vector256.Create((byte)1), w);
        }

        // Of two bytes a sum fits in 16 bits: nothing saturates.
        return Avx2.IsSupported
            ? sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Create((byte)1), w), Vector256.Create((short)1))
            : Vector256.Create(Add(sums.GetLower(), w.GetLower()), Add(sums.GetUpper(), w.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Add(Vector128<int> sums, Vector128<sbyte> w)
    {
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.AddPairwiseWideningAndAdd(sums, AdvSimd.AddPairwiseWidening(w));
        }

        Vector128<int> four = w.AsInt32();
        return sums + (four >> 24) + ((four << 8) >> 24) + ((four << 16) >> 24) + ((four << 24) >> 24);
    }
}
