using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>How four bytes of a row become the unsigned operand of every lane.</summary>
internal interface IRowBytes
{
    static abstract unsafe Vector256<byte> Load(byte* q);
}

/// <summary>Rows that were stored as q + 128.</summary>
internal readonly struct OffsetRow : IRowBytes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<byte> Load(byte* q) => Vector256.Create(Unsafe.ReadUnaligned<uint>(q)).AsByte();
}

/// <summary>Rows of q itself.</summary>
internal readonly struct SignedRow : IRowBytes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<byte> Load(byte* q) => Vector256.Create(Unsafe.ReadUnaligned<uint>(q) ^ 0x80808080).AsByte();
}

/// <summary>The exact w8 product by byte instructions: rows are q + 128, and 128 times the column sums comes off at the end.</summary>
/// <remarks>Arithmetic is modulo 2^32, so the offset may wrap on the way; the final sum fits by LinearW8.MaxDepth.</remarks>
internal static unsafe class ByteDots
{
    /// <summary>Tiles of one panel from which they share the calls for the next.</summary>
    public const int Many = 8;

    private const int Line = 64;

    public static void Multiply<T>(in ByteProduct call)
        where T : struct, IByteDot
    {
        if (call.Offset)
        {
            Multiply<T, OffsetRow>(call);
        }
        else
        {
            Multiply<T, SignedRow>(call);
        }
    }

    private static void Multiply<T, TRow>(in ByteProduct call)
        where T : struct, IByteDot
        where TRow : struct, IRowBytes
    {
        if (call.Rows == 1)
        {
            ByteStreams.Multiply<T, TRow>(call);
            return;
        }

        int* sums = stackalloc int[6 * Lanes.Count];
        nint depth = call.Depth, bytes = depth * Lanes.Count;

        // To call for a whole panel during one tile takes longer than a tile, where it comes from memory: each tile calls for its share of it.
        int tiles = (call.Rows + 5) / 6;
        nint step = tiles < Many ? (Line + tiles - 1) / tiles : 0, share = step == 0 ? (bytes / Line / tiles) + 1 : 0;
        bool toValues = ByteValues.Serves(call, tiles), isLarge = call.IsLarge;
        for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
        {
            sbyte* w = (sbyte*)call.W + (panel * bytes), next = w + bytes;
            sbyte* ahead = step > 0 ? next : w;
            bool straight = toValues && (panel + 1) * Lanes.Count <= call.Columns;
            for (int row = 0; row < call.Rows;)
            {
                int count = Tile(call.Rows - row);
                for (sbyte* end = next + (share * Line); next < end; next += Line)
                {
                    ByteTiles.Prefetch(next);
                }

                if (straight && count > 1)
                {
                    row = Math.Min(row, call.Rows - ByteValues.Rows); // some of the last ones once more, to the same bits
                    Values<T>(call, row, panel, w, isLarge);
                    row += ByteValues.Rows;
                    continue;
                }

                byte* q = call.Q + (row * depth);
                switch (count)
                {
                    case 6: ByteTiles.Six<T, TRow>(q, w, depth, sums, ahead, step); break;
                    case 4: ByteTiles.Four<T, TRow>(q, w, depth, sums, ahead, step); break;
                    case 2: ByteTiles.Two<T, TRow>(q, w, depth, sums, ahead, step); break;
                    default: ByteTiles.One<T, TRow>(q, w, depth, sums); break;
                }

                call.Finish(row, count, panel, sums, offset: true);
                row += count;
                ahead += step * (depth / 4);
            }
        }

        if (isLarge && Sse.IsSupported)
        {
            Sse.StoreFence(); // what went past the caches is there for whoever is told so
        }
    }

    private static void Values<T>(in ByteProduct call, int row, int panel, sbyte* w, bool isLarge)
        where T : struct, IByteDot
    {
        if (isLarge)
        {
            ByteValues.Six<T, StreamedStore>(call, row, panel, w);
        }
        else
        {
            ByteValues.Six<T, CachedStore>(call, row, panel, w);
        }
    }

    /// <summary>Rows of the next tile: six, unless fours come out even.</summary>
    private static int Tile(int left) => left switch
    {
        8 or 4 or 5 => 4,
        >= 6 => 6,
        >= 2 => 2,
        _ => 1,
    };
}
