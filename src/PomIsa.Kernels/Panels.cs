namespace PomIsa.Kernels;

/// <summary>Stored layouts of weights: panels of 16 output columns, zero beyond N.</summary>
/// <remarks>f32, f16, bf16: <c>[⌈N/16⌉][K][16]</c>. w8: <c>[⌈N/16⌉][K/4][16][4]</c>, K a multiple of 4, four steps of k together.</remarks>
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
}
