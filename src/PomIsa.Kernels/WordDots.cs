using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The exact product by 16-bit instructions: bytes widened, pairs of products added in 32 bits.</summary>
internal static unsafe class WordDots
{
    private const int OnStack = 4096;

    public static void Multiply(in ByteProduct call)
    {
        int length = Math.Min(call.Rows, 4) * call.Depth;
        short[]? rented = length > OnStack ? ArrayPool<short>.Shared.Rent(length) : null;
        Span<short> words = rented ?? stackalloc short[OnStack];
        fixed (short* q = words)
        {
            for (int row = 0; row < call.Rows;)
            {
                int count = call.Rows - row >= 4 ? 4 : 1;
                Widen(call.Q + ((nint)row * call.Depth), q, count * call.Depth);
                for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
                {
                    if (count == 4)
                    {
                        Four(call, q, row, panel);
                    }
                    else
                    {
                        One(call, q, row, panel);
                    }
                }

                row += count;
            }
        }

        if (rented is not null)
        {
            ArrayPool<short>.Shared.Return(rented);
        }
    }

    private static void Widen(sbyte* from, short* to, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            Vector128<sbyte> bytes = Vector128.Load(from + i);
            Vector128.WidenLower(bytes).Store(to + i);
            Vector128.WidenUpper(bytes).Store(to + i + 8);
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }

    private static void One(in ByteProduct call, short* q, int row, int panel)
    {
        sbyte* w = call.W + ((nint)panel * call.Depth * Lanes.Count);
        Vector512<int> low = default, high = default;
        for (int k = 0; k < call.Depth; k += 4, w += 64)
        {
            Vector512<short> four = Spread(q + k);
            low += Pairs(four, Words(w));
            high += Pairs(four, Words(w + 32));
        }

        Put(call, row, panel, low, high);
    }

    private static void Four(in ByteProduct call, short* q, int row, int panel)
    {
        sbyte* w = call.W + ((nint)panel * call.Depth * Lanes.Count);
        nint depth = call.Depth;
        Vector512<int> low0 = default, low1 = default, low2 = default, low3 = default;
        Vector512<int> high0 = default, high1 = default, high2 = default, high3 = default;
        for (nint k = 0; k < depth; k += 4, w += 64)
        {
            Vector512<short> first = Words(w), second = Words(w + 32);
            Vector512<short> four = Spread(q + k);
            low0 += Pairs(four, first);
            high0 += Pairs(four, second);
            four = Spread(q + depth + k);
            low1 += Pairs(four, first);
            high1 += Pairs(four, second);
            four = Spread(q + (2 * depth) + k);
            low2 += Pairs(four, first);
            high2 += Pairs(four, second);
            four = Spread(q + (3 * depth) + k);
            low3 += Pairs(four, first);
            high3 += Pairs(four, second);
        }

        Put(call, row, panel, low0, high0);
        Put(call, row + 1, panel, low1, high1);
        Put(call, row + 2, panel, low2, high2);
        Put(call, row + 3, panel, low3, high3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Spread(short* q) => Vector512.Create(Unsafe.ReadUnaligned<long>(q)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Words(sbyte* w)
    {
        Vector256<sbyte> bytes = Vector256.Load(w);
        return Avx512BW.IsSupported
            ? Avx512BW.ConvertToVector512Int16(bytes)
            : Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes));
    }

    /// <summary>Sums of neighbouring products. |a|, |b| ≤ 127, so that even a product alone fits in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<short> a, Vector512<short> b)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(a, b);
        }

        if (Avx2.IsSupported)
        {
            return Vector512.Create(
                Avx2.MultiplyAddAdjacent(a.GetLower(), b.GetLower()), Avx2.MultiplyAddAdjacent(a.GetUpper(), b.GetUpper()));
        }

        Vector512<int> products = (a * b).AsInt32();
        return ((products << 16) >> 16) + (products >> 16);
    }

    /// <summary>Each column's sum lies in two neighbouring lanes.</summary>
    private static void Put(in ByteProduct call, int row, int panel, Vector512<int> low, Vector512<int> high) =>
        call.Put(row, panel, Join(low), Join(high));

    private static Vector256<int> Join(Vector512<int> pairs) =>
        Vector512.Narrow(pairs.AsInt64() + (pairs.AsInt64() >>> 32), Vector512<long>.Zero).GetLower();
}
