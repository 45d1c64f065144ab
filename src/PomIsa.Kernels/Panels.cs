namespace PomIsa.Kernels;

/// <summary>Stored layouts of weights: panels of 16 output columns, zero beyond N.</summary>
/// <remarks>
/// f32, f16, bf16: <c>[⌈N/16⌉][K][16]</c>. w8: <c>[⌈N/16⌉][K/4][16][4]</c>, K a multiple of 4, four steps of k together. w4: nibbles
/// <c>[⌈N/16⌉][K/8][16][4]</c> and sub-scales <c>[⌈N/16⌉][K/32][16]</c>, K a multiple of 32; see <see cref="PackW4"/>.
/// </remarks>
public static class Panels
{
    /// <summary>Panels that hold <paramref name="columns"/> columns.</summary>
    public static int Count(int columns) => (columns + Lanes.Count - 1) / Lanes.Count;

    /// <summary>Values in the stored form of a [K,N] matrix, padding included.</summary>
    public static int Length(int depth, int columns) => checked(Count(columns) * depth * Lanes.Count);

    /// <summary>Where element (k, n) lies in the layout of f32, f16 and bf16.</summary>
    public static int Index(int k, int n, int depth) => (((n / Lanes.Count) * depth) + k) * Lanes.Count + (n % Lanes.Count);

    /// <summary>Where element (k, n) lies in the w8 layout.</summary>
    public static int IndexW8(int k, int n, int depth) =>
        ((((n / Lanes.Count) * (depth / 4)) + (k / 4)) * 64) + ((n % Lanes.Count) * 4) + (k % 4);

    /// <summary>Bytes of the nibbles of a w4 matrix, padding included.</summary>
    public static int LengthW4(int depth, int columns) => checked(Count(columns) * depth * 8);

    /// <summary>Bytes of the sub-scales of a w4 matrix, padding included.</summary>
    public static int LengthSubs(int depth, int columns) => checked(Count(columns) * (depth / LinearW4.Group) * Lanes.Count);

    /// <summary>The byte that holds element (k, n) in the w4 layout: in its high half if k mod 8 ≥ 4, else in its low half.</summary>
    public static int IndexW4(int k, int n, int depth) =>
        ((((n / Lanes.Count) * (depth / 8)) + (k / 8)) * 64) + ((n % Lanes.Count) * 4) + (k % 4);

    /// <summary>Where the sub-scale of element (k, n) lies.</summary>
    public static int IndexSub(int k, int n, int depth) =>
        ((((n / Lanes.Count) * (depth / LinearW4.Group)) + (k / LinearW4.Group)) * Lanes.Count) + (n % Lanes.Count);

    /// <summary>Rows to panels. Shapes: <c>w:[K,N] → panels</c>; f32.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Pack(ReadOnlySpan<float> w, int depth, int columns, Span<float> panels) => PackRows(w, depth, columns, panels);

    /// <summary>Rows to panels. Shapes: <c>w:[K,N] → panels</c>; f16 or bf16.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Pack(ReadOnlySpan<ushort> w, int depth, int columns, Span<ushort> panels) => PackRows(w, depth, columns, panels);

    /// <summary>Panels to rows: the inverse of <see cref="Pack(ReadOnlySpan{float}, int, int, Span{float})"/>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Unpack(ReadOnlySpan<float> panels, int depth, int columns, Span<float> w) => UnpackRows(panels, depth, columns, w);

    /// <summary>Panels to rows: the inverse of <see cref="Pack(ReadOnlySpan{ushort}, int, int, Span{ushort})"/>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Unpack(ReadOnlySpan<ushort> panels, int depth, int columns, Span<ushort> w) => UnpackRows(panels, depth, columns, w);

    /// <summary>Rows to panels. Shapes: <c>w:[K,N] → panels</c>; w8, K a multiple of 4.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or K is not a multiple of 4.</exception>
    public static void Pack(ReadOnlySpan<sbyte> w, int depth, int columns, Span<sbyte> panels)
    {
        Shape.Require(depth % 4 == 0, "K is not a multiple of 4");
        Shape.Require(w.Length == (long)depth * columns && panels.Length == Length(depth, columns), "w is not [K,N] or panels not its length");
        panels.Clear();
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n++)
            {
                panels[IndexW8(k, n, depth)] = w[(k * columns) + n];
            }
        }
    }

    /// <summary>Panels to rows: the inverse of <see cref="Pack(ReadOnlySpan{sbyte}, int, int, Span{sbyte})"/>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or K is not a multiple of 4.</exception>
    public static void Unpack(ReadOnlySpan<sbyte> panels, int depth, int columns, Span<sbyte> w)
    {
        Shape.Require(depth % 4 == 0, "K is not a multiple of 4");
        Shape.Require(w.Length == (long)depth * columns && panels.Length == Length(depth, columns), "w is not [K,N] or panels not its length");
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n++)
            {
                w[(k * columns) + n] = panels[IndexW8(k, n, depth)];
            }
        }
    }

    /// <summary>Rows to panels. Shapes: <c>w:[K,N] in [-8, 7], sub:[K/32,N] → nibbles, subs</c>; w4, K a multiple of 32.</summary>
    /// <remarks>A nibble is stored as w + 8. Padding columns have weights of 0 (stored 8) and sub-scales of 1.</remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is not a multiple of 32.</exception>
    public static void PackW4(ReadOnlySpan<sbyte> w, ReadOnlySpan<byte> sub, int depth, int columns, Span<byte> nibbles, Span<byte> subs)
    {
        CheckW4(w.Length, sub.Length, depth, columns, nibbles.Length, subs.Length);
        nibbles.Fill(0x88);
        subs.Fill(1);
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n++)
            {
                ref byte pair = ref nibbles[IndexW4(k, n, depth)];
                int stored = w[(k * columns) + n] + 8;
                pair = (byte)(k % 8 < 4 ? (pair & 0xf0) | stored : (pair & 0x0f) | (stored << 4));
                subs[IndexSub(k, n, depth)] = sub[((k / LinearW4.Group) * columns) + n];
            }
        }
    }

    /// <summary>Panels to rows: the inverse of <see cref="PackW4"/>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or K is not a multiple of 32.</exception>
    public static void UnpackW4(ReadOnlySpan<byte> nibbles, ReadOnlySpan<byte> subs, int depth, int columns, Span<sbyte> w, Span<byte> sub)
    {
        CheckW4(w.Length, sub.Length, depth, columns, nibbles.Length, subs.Length);
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n++)
            {
                w[(k * columns) + n] = NibbleAt(nibbles, k, n, depth);
                sub[((k / LinearW4.Group) * columns) + n] = subs[IndexSub(k, n, depth)];
            }
        }
    }

    /// <summary>Element (k, n) of w4, its sub-scale left aside: −8 to 7.</summary>
    internal static sbyte NibbleAt(ReadOnlySpan<byte> nibbles, int k, int n, int depth) =>
        (sbyte)(((nibbles[IndexW4(k, n, depth)] >> (k % 8 < 4 ? 0 : 4)) & 15) - 8);

    /// <summary>The sum over k of each column of w8 panels, padding columns included: <c>sums:[⌈N/16⌉·16]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or K is not a multiple of 4.</exception>
    public static void ColumnSums(ReadOnlySpan<sbyte> panels, int depth, int columns, Span<int> sums)
    {
        Shape.Require(depth % 4 == 0, "K is not a multiple of 4");
        Shape.Require(panels.Length == Length(depth, columns), "panels are not [N/16][K/4][16][4]");
        Shape.Require(sums.Length == Count(columns) * Lanes.Count, "sums are not one for each stored column");
        Kernels.ColumnSums.OfW8(panels, depth, sums);
    }

    private static void PackRows<T>(ReadOnlySpan<T> w, int depth, int columns, Span<T> panels)
        where T : unmanaged
    {
        Shape.Require(w.Length == (long)depth * columns && panels.Length == Length(depth, columns), "w is not [K,N] or panels not its length");
        panels.Clear();
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n += Lanes.Count)
            {
                ReadOnlySpan<T> row = w.Slice((k * columns) + n, Math.Min(Lanes.Count, columns - n));
                row.CopyTo(panels[Index(k, n, depth)..]);
            }
        }
    }

    private static void UnpackRows<T>(ReadOnlySpan<T> panels, int depth, int columns, Span<T> w)
        where T : unmanaged
    {
        Shape.Require(w.Length == (long)depth * columns && panels.Length == Length(depth, columns), "w is not [K,N] or panels not its length");
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n += Lanes.Count)
            {
                Span<T> row = w.Slice((k * columns) + n, Math.Min(Lanes.Count, columns - n));
                panels.Slice(Index(k, n, depth), row.Length).CopyTo(row);
            }
        }
    }

    private static void CheckW4(int w, int sub, int depth, int columns, int nibbles, int subs)
    {
        Shape.Require(depth % LinearW4.Group == 0, "K is not a multiple of 32");
        Shape.Require(w == (long)depth * columns && nibbles == LengthW4(depth, columns), "w is not [K,N] or nibbles not its length");
        Shape.Require(sub == (long)(depth / LinearW4.Group) * columns && subs == LengthSubs(depth, columns), "sub-scales are not [K/32,N] or not stored so");
    }
}
