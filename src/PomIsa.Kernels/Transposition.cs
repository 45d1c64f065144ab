using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Moves rows into panels, so that 16 rows lie side by side.</summary>
internal static unsafe class Transposition
{
    /// <summary><c>x:[count,depth]</c>, rows <paramref name="row"/> apart, to <c>panels:[⌈count/16⌉][depth][16]</c>.</summary>
    /// <remarks>Lanes beyond <paramref name="count"/> in the last panel are left as they were.</remarks>
    public static void Panels(float* x, nint row, int count, int depth, float* panels)
    {
        int whole = count & ~3, deep = depth & ~3, wide = Avx512F.IsSupported ? count & ~15 : 0;
        for (int i = 0; i < wide; i += Lanes.Count)
        {
            float* to = panels + ((nint)i * depth);
            for (int k = 0; k < deep; k += 4)
            {
                Columns16(x + (i * row) + k, row, to + (k * Lanes.Count));
            }

            Rest(x, row, i, i + Lanes.Count, deep, depth, depth, panels);
        }

        for (int i = wide; i < whole; i += 4)
        {
            float* to = panels + ((nint)(i / Lanes.Count) * depth * Lanes.Count) + (i % Lanes.Count);
            for (int k = 0; k < deep; k += 4)
            {
                Square(x + (i * row) + k, row, to + (k * Lanes.Count), Lanes.Count);
            }

            Rest(x, row, i, i + 4, deep, depth, depth, panels);
        }

        Rest(x, row, whole, count, 0, depth, depth, panels);
    }

    /// <summary><c>x:[count,depth]</c>, rows <paramref name="row"/> apart, to <c>y:[depth,count]</c>, rows <paramref name="yRow"/> apart.</summary>
    public static void Copy(float* x, nint row, nint column, int count, int depth, float* y, nint yRow)
    {
        int whole = column == 1 ? count & ~3 : 0, deep = depth & ~3;
        for (int i = 0; i < whole; i += 4)
        {
            for (int k = 0; k < deep; k += 4)
            {
                Square(x + (i * row) + k, row, y + (k * yRow) + i, yRow);
            }
        }

        for (int i = 0; i < count; i++)
        {
            for (int k = i < whole ? deep : 0; k < depth; k++)
            {
                y[(k * yRow) + i] = x[(i * row) + (k * column)];
            }
        }
    }

    private static void Rest(float* x, nint row, int from, int to, int start, int end, int depth, float* panels)
    {
        for (int i = from; i < to; i++)
        {
            for (int k = start; k < end; k++)
            {
                panels[((((nint)(i / Lanes.Count) * depth) + k) * Lanes.Count) + (i % Lanes.Count)] = x[(i * row) + k];
            }
        }
    }

    /// <summary>Four rows of four to four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* x, nint row, float* to, nint toRow)
    {
        Vector128<float> a = Vector128.Load(x), b = Vector128.Load(x + row);
        Vector128<float> c = Vector128.Load(x + (2 * row)), d = Vector128.Load(x + (3 * row));
        Vector128<float> ac = Low(a, c), bd = Low(b, d), ac2 = High(a, c), bd2 = High(b, d);
        Low(ac, bd).Store(to);
        High(ac, bd).Store(to + toRow);
        Low(ac2, bd2).Store(to + (2 * toRow));
        High(ac2, bd2).Store(to + (3 * toRow));
    }

    /// <summary>Sixteen rows of four to four columns of 16: each vector holds rows i, i + 4, i + 8 and i + 12, turned within its quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns16(float* x, nint row, float* to)
    {
        Vector512<float> a = Quarters(x, 4 * row), b = Quarters(x + row, 4 * row);
        Vector512<float> c = Quarters(x + (2 * row), 4 * row), d = Quarters(x + (3 * row), 4 * row);
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble(), cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
        Avx512F.UnpackLow(ab, cd).AsSingle().Store(to);
        Avx512F.UnpackHigh(ab, cd).AsSingle().Store(to + Lanes.Count);
        Avx512F.UnpackLow(ab2, cd2).AsSingle().Store(to + (2 * Lanes.Count));
        Avx512F.UnpackHigh(ab2, cd2).AsSingle().Store(to + (3 * Lanes.Count));
    }

    /// <summary>Four values from each of four places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* x, nint apart)
    {
        Vector512<float> all = Vector128.Load(x).ToVector256Unsafe().ToVector512Unsafe();
        all = Avx512F.InsertVector128(all, Vector128.Load(x + apart), 1);
        all = Avx512F.InsertVector128(all, Vector128.Load(x + (2 * apart)), 2);
        return Avx512F.InsertVector128(all, Vector128.Load(x + (3 * apart)), 3);
    }

    /// <summary>a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
