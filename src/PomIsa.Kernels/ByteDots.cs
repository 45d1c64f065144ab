using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Sums of four byte products into each of eight i32, unsigned by signed, wrapping and never saturating.</summary>
internal interface IByteDot
{
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> q, Vector256<sbyte> w);
}

/// <summary>VPDPBUSD.</summary>
internal readonly struct VnniDot : IByteDot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> q, Vector256<sbyte> w) =>
        AvxVnni.MultiplyWideningAndAdd(sums, q, w);
}

/// <summary>The same in plain arithmetic, for tests on processors without the instruction.</summary>
internal readonly struct PlainDot : IByteDot
{
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> q, Vector256<sbyte> w)
    {
        for (int i = 0; i < 32; i++)
        {
            sums = sums.WithElement(i / 4, sums[i / 4] + (q[i] * w[i]));
        }

        return sums;
    }
}

/// <summary>The exact product by byte instructions: q + 128 is unsigned, and 128 times the column sums comes off at the end.</summary>
/// <remarks>Arithmetic is modulo 2^32, so the offset may wrap on the way; the final sum fits by LinearW8.MaxDepth.</remarks>
internal static unsafe class ByteDots
{
    public static void Multiply<T>(in ByteProduct call)
        where T : struct, IByteDot
    {
        for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
        {
            int row = 0;
            for (; row + 4 <= call.Rows; row += 4)
            {
                Four<T>(call, row, panel);
            }

            for (; row < call.Rows; row++)
            {
                One<T>(call, row, panel);
            }
        }
    }

    private static void One<T>(in ByteProduct call, int row, int panel)
        where T : struct, IByteDot
    {
        sbyte* w = call.W + ((nint)panel * call.Depth * Lanes.Count);
        sbyte* q = call.Q + ((nint)row * call.Depth);
        Vector256<int> low = default, high = default;
        for (int k = 0; k < call.Depth; k += 4, w += 64)
        {
            Vector256<byte> four = Unsigned(q + k);
            low = T.Add(low, four, Vector256.Load(w));
            high = T.Add(high, four, Vector256.Load(w + 32));
        }

        Put(call, row, panel, low, high);
    }

    private static void Four<T>(in ByteProduct call, int row, int panel)
        where T : struct, IByteDot
    {
        sbyte* w = call.W + ((nint)panel * call.Depth * Lanes.Count);
        nint depth = call.Depth;
        sbyte* q = call.Q + (row * depth);
        Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
        Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
        for (nint k = 0; k < depth; k += 4, w += 64)
        {
            Vector256<sbyte> first = Vector256.Load(w), second = Vector256.Load(w + 32);
            Vector256<byte> four = Unsigned(q + k);
            low0 = T.Add(low0, four, first);
            high0 = T.Add(high0, four, second);
            four = Unsigned(q + depth + k);
            low1 = T.Add(low1, four, first);
            high1 = T.Add(high1, four, second);
            four = Unsigned(q + (2 * depth) + k);
            low2 = T.Add(low2, four, first);
            high2 = T.Add(high2, four, second);
            four = Unsigned(q + (3 * depth) + k);
            low3 = T.Add(low3, four, first);
            high3 = T.Add(high3, four, second);
        }

        Put(call, row, panel, low0, high0);
        Put(call, row + 1, panel, low1, high1);
        Put(call, row + 2, panel, low2, high2);
        Put(call, row + 3, panel, low3, high3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Unsigned(sbyte* q) =>
        Vector256.Create(Unsafe.ReadUnaligned<uint>(q) ^ 0x80808080).AsByte();

    private static void Put(in ByteProduct call, int row, int panel, Vector256<int> low, Vector256<int> high)
    {
        int* sums = call.ColumnSums + (panel * Lanes.Count);
        call.Put(row, panel, low - (Vector256.Load(sums) << 7), high - (Vector256.Load(sums + 8) << 7));
    }
}
