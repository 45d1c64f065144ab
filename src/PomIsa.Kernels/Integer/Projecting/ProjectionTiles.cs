using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Adds up rows, four at a time: their part of the sums stays in registers, and the four behind them are called for meanwhile.</summary>
internal static unsafe class ProjectionTiles
{
    /// <summary>Rows at a time.</summary>
    public const int Rows = 4;

    private const int Half = Lanes.Count / 2;

    /// <summary>z += Σₜ s[t] · rows[t] over rows <paramref name="row"/> to <paramref name="end"/>, from column <paramref name="from"/>, a multiple of 16, to <paramref name="to"/>.</summary>
    public static void Add<TRows, TOutput>(int* s, TRows rows, int row, int end, int from, int to, long* z, int stride, TOutput output)
        where TRows : struct, IProjectedRows
        where TOutput : struct, IProjectedOutput
    {
        for (; row <= end - Rows; row += Rows)
        {
            Four(s + (row * Projection.Count), rows, row, from, to, z, z + stride, output);
        }

        for (; row < end; row++)
        {
            One(s + (row * Projection.Count), rows, row, from, to, z, z + stride, output);
        }
    }

    private static void Four<TRows, TOutput>(int* s, TRows rows, int row, nint from, nint to, long* z, long* other, TOutput output)
        where TRows : struct, IProjectedRows
        where TOutput : struct, IProjectedOutput
    {
        byte* a = rows.Row(row), b = rows.Row(row + 1), c = rows.Row(row + 2), d = rows.Row(row + 3);
        byte* e = rows.Row(row + 4), f = rows.Row(row + 5), g = rows.Row(row + 6), h = rows.Row(row + 7);
        Vector512<int> a0 = Vector512.Create(s[0]), a1 = Vector512.Create(s[1]), b0 = Vector512.Create(s[2]), b1 = Vector512.Create(s[3]);
        Vector512<int> c0 = Vector512.Create(s[4]), c1 = Vector512.Create(s[5]), d0 = Vector512.Create(s[6]), d1 = Vector512.Create(s[7]);
        nint n = from;
        for (; n <= to - Lanes.Count; n += Lanes.Count)
        {
            if ((n & Lanes.Count) == 0)
            {
                rows.Expect(e, n);
                rows.Expect(f, n);
                rows.Expect(g, n);
                rows.Expect(h, n);
            }

            output.Expect(row + 4, n);
            output.Expect(row + 5, n);
            output.Expect(row + 6, n);
            output.Expect(row + 7, n);
            Vector512<int> first = rows.Load(a, n), second = rows.Load(b, n), third = rows.Load(c, n), fourth = rows.Load(d, n);
            output.Put(row, n, first);
            output.Put(row + 1, n, second);
            output.Put(row + 2, n, third);
            output.Put(row + 3, n, fourth);
            (Vector512.Load(z + n) + ((Times(first, a0) + Times(second, b0)) + (Times(third, c0) + Times(fourth, d0)))).Store(z + n);
            (Vector512.Load(other + n) + ((Times(first, a1) + Times(second, b1)) + (Times(third, c1) + Times(fourth, d1)))).Store(other + n);
            first = Odd(first);
            second = Odd(second);
            third = Odd(third);
            fourth = Odd(fourth);
            (Vector512.Load(z + n + Half) + ((Times(first, a0) + Times(second, b0)) + (Times(third, c0) + Times(fourth, d0)))).Store(z + n + Half);
            (Vector512.Load(other + n + Half) + ((Times(first, a1) + Times(second, b1)) + (Times(third, c1) + Times(fourth, d1)))).Store(other + n + Half);
        }

        for (int r = 0; r < Rows && n < to; r++, s += Projection.Count)
        {
            Rest(s, rows, row + r, n, to, z, other, output);
        }
    }

    private static void One<TRows, TOutput>(int* s, TRows rows, int row, nint from, nint to, long* z, long* other, TOutput output)
        where TRows : struct, IProjectedRows
        where TOutput : struct, IProjectedOutput
    {
        byte* a = rows.Row(row);
        Vector512<int> a0 = Vector512.Create(s[0]), a1 = Vector512.Create(s[1]);
        nint n = from;
        for (; n <= to - Lanes.Count; n += Lanes.Count)
        {
            Vector512<int> first = rows.Load(a, n), odd = Odd(first);
            output.Put(row, n, first);
            (Vector512.Load(z + n) + Times(first, a0)).Store(z + n);
            (Vector512.Load(other + n) + Times(first, a1)).Store(other + n);
            (Vector512.Load(z + n + Half) + Times(odd, a0)).Store(z + n + Half);
            (Vector512.Load(other + n + Half) + Times(odd, a1)).Store(other + n + Half);
        }

        Rest(s, rows, row, n, to, z, other, output);
    }

    private static void Rest<TRows, TOutput>(int* s, TRows rows, int row, nint from, nint to, long* z, long* other, TOutput output)
        where TRows : struct, IProjectedRows
        where TOutput : struct, IProjectedOutput
    {
        byte* a = rows.Row(row);
        for (nint n = from; n < to; n++)
        {
            int value = rows.One(a, n), place = Projection.Place((int)n);
            output.Put(row, n, value);
            z[place] = unchecked(z[place] + ((long)value * s[0]));
            other[place] = unchecked(other[place] + ((long)value * s[1]));
        }
    }

    /// <summary>The odd lanes, where the even ones were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Odd(Vector512<int> lanes) => (lanes.AsUInt64() >> 32).AsInt32();

    /// <summary>The products of the even lanes, signed, in 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Times(Vector512<int> a, Vector512<int> b)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(a, b);
        }

        if (Avx2.IsSupported)
        {
            return Vector512.Create(Avx2.Multiply(a.GetLower(), b.GetLower()), Avx2.Multiply(a.GetUpper(), b.GetUpper()));
        }

        if (AdvSimd.IsSupported)
        {
            return Vector512.Create(
                Vector256.Create(Times(a.GetLower().GetLower(), b.GetLower().GetLower()), Times(a.GetLower().GetUpper(), b.GetLower().GetUpper())),
                Vector256.Create(Times(a.GetUpper().GetLower(), b.GetUpper().GetLower()), Times(a.GetUpper().GetUpper(), b.GetUpper().GetUpper())));
        }

        return ((a.AsInt64() << 32) >> 32) * ((b.AsInt64() << 32) >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Times(Vector128<int> a, Vector128<int> b) =>
        AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a.AsInt64()), AdvSimd.ExtractNarrowingLower(b.AsInt64()));
}
