using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Eight sums of a matrix's rows, each row times a byte of the sum's own: exact, for testing a product without computing it (spec/evidence.md, chapter 9).</summary>
public static unsafe class Projection
{
    /// <summary>Sums, each with its own coefficients.</summary>
    public const int Count = 8;

    /// <summary>Most rows: sums of bytes stay within 2¹⁵ · 2⁷ · 2⁷ = 2²⁹.</summary>
    public const int MaxRows = 1 << 15;

    /// <summary>Rows after which 32-bit sums of 16-bit halves go to those of 64 bits: 2⁶ · 2⁷ · 2¹⁵ = 2²⁸.</summary>
    private const int RowsAtOnce = 64;

    /// <summary>Values in the coefficients of <paramref name="rows"/> rows as <see cref="Pair"/> writes them.</summary>
    public static int PairsLength(int rows) => (rows + 1) / 2 * Count;

    /// <summary>Puts the coefficients of two rows together, as 16-bit halves. Shapes: <c>s:[T,8] → pairs:[⌈T/2⌉,8]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Pair(ReadOnlySpan<sbyte> s, int rows, Span<int> pairs)
    {
        Shape.Require(rows is >= 0 and <= MaxRows && s.Length == rows * Count && pairs.Length == PairsLength(rows), "s is not [T,8] or pairs not [T/2,8]");
        for (int i = 0; i < pairs.Length; i++)
        {
            int row = i / Count * 2, j = i % Count;
            int second = row + 1 < rows ? s[((row + 1) * Count) + j] : 0;
            pairs[i] = (second << 16) + (s[(row * Count) + j] & 0xffff);
        }
    }

    /// <summary>z[j,n] = Σₜ s[t,j] · y[t,n] for columns <paramref name="from"/> to <paramref name="to"/>. Shapes: <c>y:[T,N] → z:[8,N]</c>; i32 to i64.</summary>
    /// <remarks>A value from 2³¹ − 2¹⁵ up is taken as one that is 2³² less; products have none such.</remarks>
    /// <param name="pairs">From <see cref="Pair"/>.</param>
    public static void Sums(int* pairs, int* y, int rows, int columns, int from, int to, long* z)
    {
        int whole = from + ((to - from) / Lanes.Count * Lanes.Count);
        for (int start = 0; start < rows || start == 0; start += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - start);
            for (int n = from; n < whole; n += Lanes.Count)
            {
                Block(pairs + (start / 2 * Count), y + ((long)start * columns) + n, count, columns, z + n, begins: start == 0);
            }
        }

        for (int n = whole; n < to; n++)
        {
            for (int j = 0; j < Count; j++)
            {
                z[((long)j * columns) + n] = 0;
            }

            for (int t = 0; t < rows; t++)
            {
                int value = y[((long)t * columns) + n];
                long taken = value >= int.MaxValue - short.MaxValue ? value - (1L << 32) : value;
                for (int j = 0; j < Count; j++)
                {
                    z[((long)j * columns) + n] += Coefficient(pairs, t, j) * taken;
                }
            }
        }
    }

    /// <summary>u[j,k] = Σₜ s[t,j] · q[t,k] for k from <paramref name="from"/> to <paramref name="to"/>. Shapes: <c>q:[T,K] → u:[8,K]</c>; i8 to i32.</summary>
    /// <param name="pairs">From <see cref="Pair"/>.</param>
    /// <param name="flip">0x80 where the rows are stored as q + 128, else 0.</param>
    public static void Rows(int* pairs, byte* q, byte flip, int rows, int depth, int from, int to, int* u)
    {
        int k = from;
        for (; k <= to - Lanes.Count; k += Lanes.Count)
        {
            Block(pairs, q + k, flip, rows, depth, u + k);
        }

        for (; k < to; k++)
        {
            for (int j = 0; j < Count; j++)
            {
                int sum = 0;
                for (int t = 0; t < rows; t++)
                {
                    sum += Coefficient(pairs, t, j) * (sbyte)(q[((long)t * depth) + k] ^ flip);
                }

                u[((long)j * depth) + k] = sum;
            }
        }
    }

    /// <summary>Cuts values into signed bytes, the lowest first: v = Σₚ 256ᵖ · planes[p]. Shapes: <c>v:[L] → planes:[P,L]</c>, L a multiple of 16.</summary>
    /// <returns>P: how many the greatest magnitude needs, at most 4.</returns>
    /// <exception cref="ArgumentException">L is no multiple of 16, a magnitude is beyond 2³⁰, or there is no room for 4 · L bytes.</exception>
    public static int Split(ReadOnlySpan<int> v, Span<sbyte> planes)
    {
        Shape.Require(v.Length % Lanes.Count == 0 && planes.Length >= 4L * v.Length, "v is not [16 · n], or planes not [4,L]");
        Vector512<uint> most = default;
        for (int i = 0; i < v.Length; i += Lanes.Count)
        {
            most = Vector512.Max(most, Vector512.Abs(Vector512.Create(v.Slice(i, Lanes.Count))).AsUInt32());
        }

        uint greatest = 0;
        int count = 1;
        for (int lane = 0; lane < Lanes.Count; lane++)
        {
            greatest = Math.Max(greatest, most[lane]);
        }

        Shape.Require(greatest <= 1 << 30, "a magnitude is beyond 2^30");

        // The greatest magnitude that P signed bytes always hold: 127 · (256ᴾ − 1) / 255.
        for (long holds = sbyte.MaxValue; holds < greatest; holds = (holds << 8) + sbyte.MaxValue)
        {
            count++;
        }

        fixed (int* from = v)
        fixed (sbyte* to = planes)
        {
            for (int i = 0; i < v.Length; i += Lanes.Count)
            {
                Vector512<int> rest = Vector512.Load(from + i);
                for (int plane = 0; plane < count; plane++)
                {
                    Vector512<int> low = (rest << 24) >> 24;
                    Narrow(low).Store(to + ((long)plane * v.Length) + i);
                    rest = (rest - low) >> 8;
                }
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Narrow(Vector512<int> values)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector128SByte(values);
        }

        Vector256<short> words = Vector256.Narrow(values.GetLower(), values.GetUpper());
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }

    private static int Coefficient(int* pairs, int row, int j)
    {
        int pair = pairs[(row / 2 * Count) + j];
        return row % 2 == 0 ? (short)pair : pair >> 16;
    }

    private static void Block(int* pairs, int* y, int rows, int columns, long* z, bool begins)
    {
        Vector512<int> mask = Vector512.Create(0xffff), round = Vector512.Create(0x8000);
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (int t = 0; t < rows; t += 2, pairs += Count, y += 2 * (long)columns)
        {
            Vector512<int> first = Vector512.Load(y), second = t + 1 < rows ? Vector512.Load(y + columns) : default;

            // y = 2¹⁶ · high + low, both signed halves; of two rows each pair of halves lies side by side.
            Vector512<short> low = ((first & mask) | (second << 16)).AsInt16();
            Vector512<short> high = (Vector512.ShiftRightLogical(first + round, 16) | Vector512.AndNot(second + round, mask)).AsInt16();
            Add(ref a0, ref b0, low, high, pairs[0]);
            Add(ref a1, ref b1, low, high, pairs[1]);
            Add(ref a2, ref b2, low, high, pairs[2]);
            Add(ref a3, ref b3, low, high, pairs[3]);
            Add(ref a4, ref b4, low, high, pairs[4]);
            Add(ref a5, ref b5, low, high, pairs[5]);
            Add(ref a6, ref b6, low, high, pairs[6]);
            Add(ref a7, ref b7, low, high, pairs[7]);
        }

        Flush(a0, b0, z, begins);
        Flush(a1, b1, z += columns, begins);
        Flush(a2, b2, z += columns, begins);
        Flush(a3, b3, z += columns, begins);
        Flush(a4, b4, z += columns, begins);
        Flush(a5, b5, z += columns, begins);
        Flush(a6, b6, z += columns, begins);
        Flush(a7, b7, z + columns, begins);
    }

    private static void Block(int* pairs, byte* q, byte flip, int rows, int depth, int* u)
    {
        Vector512<int> mask = Vector512.Create(0xffff);
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int t = 0; t < rows; t += 2, pairs += Count)
        {
            Vector512<int> first = Widen(q + ((long)t * depth), flip), second = t + 1 < rows ? Widen(q + ((long)(t + 1) * depth), flip) : default;
            Vector512<short> both = ((first & mask) | (second << 16)).AsInt16();
            a0 += Dot(both, pairs[0]);
            a1 += Dot(both, pairs[1]);
            a2 += Dot(both, pairs[2]);
            a3 += Dot(both, pairs[3]);
            a4 += Dot(both, pairs[4]);
            a5 += Dot(both, pairs[5]);
            a6 += Dot(both, pairs[6]);
            a7 += Dot(both, pairs[7]);
        }

        a0.Store(u);
        a1.Store(u += depth);
        a2.Store(u += depth);
        a3.Store(u += depth);
        a4.Store(u += depth);
        a5.Store(u += depth);
        a6.Store(u += depth);
        a7.Store(u + depth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector512<int> lows, ref Vector512<int> highs, Vector512<short> low, Vector512<short> high, int pair)
    {
        lows += Dot(low, pair);
        highs += Dot(high, pair);
    }

    /// <summary>In each lane, the products of both halves with those of <paramref name="pair"/>, added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(Vector512<short> halves, int pair)
    {
        Vector512<short> both = Vector512.Create(pair).AsInt16();
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(halves, both);
        }

        if (Avx2.IsSupported)
        {
            return Vector512.Create(Avx2.MultiplyAddAdjacent(halves.GetLower(), both.GetLower()), Avx2.MultiplyAddAdjacent(halves.GetUpper(), both.GetUpper()));
        }

        Vector512<int> x = halves.AsInt32();
        return (((x << 16) >> 16) * Vector512.Create((int)(short)pair)) + ((x >> 16) * Vector512.Create(pair >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(byte* q, byte flip)
    {
        Vector128<sbyte> bytes = (Vector128.Load(q) ^ Vector128.Create(flip)).AsSByte();
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes);
        }

        Vector256<short> words = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
        return Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words));
    }

    private static void Flush(Vector512<int> lows, Vector512<int> highs, long* z, bool begins)
    {
        Vector512<long> lower = Vector512.WidenLower(lows) + (Vector512.WidenLower(highs) << 16);
        Vector512<long> upper = Vector512.WidenUpper(lows) + (Vector512.WidenUpper(highs) << 16);
        if (!begins)
        {
            lower += Vector512.Load(z);
            upper += Vector512.Load(z + (Lanes.Count / 2));
        }

        lower.Store(z);
        upper.Store(z + (Lanes.Count / 2));
    }
}
