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
        int whole = count & ~3, deep = depth & ~3;
        for (int i = 0; i < whole; i += 4)
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
