using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>What every tile does alike.</summary>
internal static unsafe class Tile
{
    /// <summary>Rows of the tallest tile that this processor has registers for.</summary>
    public static int MostRows => Avx512F.IsSupported ? Tiles512.MostRows : Tiles256.MostRows;

    /// <summary>The height of the next tile where so many rows are left: tiles of nearly one height do better than a low last one.</summary>
    public static int Height(int rows)
    {
        int tiles = (rows + MostRows - 1) / MostRows;
        return (rows + tiles - 1) / tiles;
    }

    /// <summary>One block of any number of rows by one or two panels of f32, in tiles of nearly one height.</summary>
    /// <param name="wRow">In bytes, as <paramref name="wPanel"/> and <paramref name="ahead"/>.</param>
    /// <param name="kept">Columns of the last panel that are written, where there is only one.</param>
    /// <param name="ahead">From the weights to those that are called into the cache meanwhile; 0 for none.</param>
    public static void Rows(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int width, int steps, Chain chain, int kept = Lanes.Count, nint ahead = 0)
    {
        // Each tile calls its share of the next weights: all of them during one tile is more than memory gives in that time.
        int tiles = (rows + MostRows - 1) / MostRows;
        nint nextRow = ahead == 0 ? 0 : (wRow + tiles - 1) / tiles;
        byte* next = w + ahead;
        for (int t = 0; t < rows; next += steps * nextRow)
        {
            int height = Height(rows - t);
            if (width == 2 && Avx512F.IsSupported)
            {
                Tiles512.Run(x, xRow, w, wRow, wPanel, y, yRow, height, steps, chain, next, nextRow);
            }
            else
            {
                Panel<F32Weight>(x, xRow, w, wRow, y, yRow, height, kept, steps, chain);
                if (width == 2)
                {
                    Panel<F32Weight>(x, xRow, w + wPanel, wRow, y + Lanes.Count, yRow, height, kept, steps, chain);
                }
            }

            t += height;
            x += height * xRow;
            y += height * yRow;
        }
    }

    /// <summary>One block of rows, up to <see cref="MostRows"/>, by the first <paramref name="kept"/> columns of a panel that is read whole.</summary>
    /// <param name="wRow">In bytes.</param>
    public static void Panel<TWeight>(
        float* x, nint xRow, byte* w, nint wRow, float* y, nint yRow, int rows, int kept, int steps, Chain chain)
        where TWeight : struct, IWeight
    {
        if (kept == Lanes.Count)
        {
            Panel<TWeight>(x, xRow, w, wRow, y, yRow, rows, steps, chain);
            return;
        }

        float* lanes = stackalloc float[Tiles512.MostRows * Lanes.Count];
        for (int t = 0; chain != Chain.First && t < rows; t++)
        {
            new ReadOnlySpan<float>(y + (t * yRow), kept).CopyTo(new Span<float>(lanes + (t * Lanes.Count), kept));
        }

        Panel<TWeight>(x, xRow, w, wRow, lanes, Lanes.Count, rows, steps, chain);
        for (int t = 0; t < rows; t++)
        {
            new ReadOnlySpan<float>(lanes + (t * Lanes.Count), kept).CopyTo(new Span<float>(y + (t * yRow), kept));
        }
    }

    private static void Panel<TWeight>(float* x, nint xRow, byte* w, nint wRow, float* y, nint yRow, int rows, int steps, Chain chain)
        where TWeight : struct, IWeight
    {
        if (Avx512F.IsSupported)
        {
            NarrowTiles512<TWeight>.Run(x, xRow, w, wRow, 0, y, yRow, rows, 1, steps, chain);
        }
        else if (Avx2.IsSupported)
        {
            Tiles256.Run(x, xRow, (float*)w, wRow / sizeof(float), y, yRow, rows, steps, chain);
        }
        else
        {
            Tiles128.Run(x, xRow, (float*)w, wRow / sizeof(float), y, yRow, rows, steps, chain);
        }
    }

    /// <summary>Stores what chains give; a NaN ends as the canonical one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(float* y, Vector512<float> sums) => Lanes.Canonical(sums).Store(y);

    /// <inheritdoc cref="Put(float*, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(float* y, Vector256<float> sums) => Lanes.Canonical(sums).Store(y);

    /// <inheritdoc cref="Put(float*, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(float* y, Vector128<float> sums) => Lanes.Canonical(sums).Store(y);
}
