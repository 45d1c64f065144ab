using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>The exact w4 product by byte instructions: a nibble is stored as its value + 8, the unsigned operand.</summary>
/// <remarks>
/// A group's sum starts at −8 times the sum of its q, so that it ends within ±32 · 8 · 127, 16 bits; times the sub-scale it is added
/// to the total. Several rows at once read nibbles that were spread into bytes before, a piece of a panel at a time.
/// </remarks>
internal static unsafe class NibbleDots
{
    /// <summary>Rows that share one spreading, and steps of k that are spread at once: 32 KiB of bytes.</summary>
    private const int Rows = 96, Steps = 2048;

    [SkipLocalsInit]
    public static void Multiply<T>(in ByteProduct call)
        where T : struct, IByteDot
    {
        if (call.Rows == 1)
        {
            NibbleStreams.Multiply<T>(call);
            return;
        }

        byte* bytes = stackalloc byte[Steps * Lanes.Count];
        int* totals = stackalloc int[Rows * Lanes.Count];
        for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
        {
            for (int row = 0; row < call.Rows; row += Rows)
            {
                int count = Math.Min(Rows, call.Rows - row);
                new Span<int>(totals, count * Lanes.Count).Clear();
                for (int k = 0; k == 0 || k < call.Depth; k += Steps)
                {
                    int steps = Math.Min(Steps, call.Depth - k);
                    NibbleTiles.Spread(call.W + ((((nint)panel * call.Depth) + k) * 8), steps, bytes);
                    Block<T>(call, panel, row, count, k, steps, bytes, totals);
                }
            }
        }
    }

    private static void Block<T>(in ByteProduct call, int panel, int row, int count, int k, int steps, byte* w, int* totals)
        where T : struct, IByteDot
    {
        nint depth = call.Depth, groups = depth / LinearW4.Group;
        byte* subs = call.Subs + (((panel * groups) + (k / LinearW4.Group)) * Lanes.Count);
        sbyte* q = (sbyte*)call.Q + (row * depth) + k;
        int* offsets = call.GroupOffsets + (row * groups) + (k / LinearW4.Group);
        for (int done = 0; done < count;)
        {
            int tile = count - done >= 6 ? 6 : count - done >= 2 ? 2 : 1;
            call.Expect(row + done, tile, panel);
            switch (tile)
            {
                case 6: NibbleTiles.Six<T>(q, depth, offsets, groups, w, subs, steps, totals); break;
                case 2: NibbleTiles.Two<T>(q, depth, offsets, groups, w, subs, steps, totals); break;
                default: NibbleTiles.One<T>(q, offsets, w, subs, steps, totals); break;
            }

            if (k + steps == call.Depth)
            {
                call.Finish(row + done, tile, panel, totals, offset: false); // at once, so that its stores overlap the next tile's sums
            }

            done += tile;
            q += tile * depth;
            offsets += tile * groups;
            totals += tile * Lanes.Count;
        }
    }
}
