using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>A range of equal units that is cut into pieces, each a whole number of groups.</summary>
/// <param name="Units">Panels, rows, heads or elements.</param>
/// <param name="Group">Units that a kernel likes to have together.</param>
/// <param name="Count">Pieces.</param>
internal readonly record struct Pieces(int Units, int Group, int Count)
{
    /// <summary>First unit of a piece.</summary>
    public int From(int piece) => Count == 1 ? 0 : (int)((long)Groups * piece / Count) * Group;

    /// <summary>Unit behind the last of a piece.</summary>
    public int To(int piece) => Count == 1 ? Units : Math.Min(Units, (int)((long)Groups * (piece + 1) / Count) * Group);

    private int Groups => ((Units - 1) / Group) + 1;
}

/// <summary>Decides what is shared among threads. Only time depends on it: a piece never cuts a sum.</summary>
internal static class Sharing
{
    /// <summary>Nanoseconds of one thread's work below which to wait for another thread costs more than it saves.</summary>
    private const long WorthSharing = 4000;

    /// <summary>The least work in one piece, in nanoseconds.</summary>
    private const long Least = 1000;

    private const int PiecesPerThread = 12;

    /// <summary>Cuts <paramref name="units"/> units of work that takes about <paramref name="nanoseconds"/> on one thread.</summary>
    public static Pieces Cut(OpContext c, long nanoseconds, int units, int group = 1)
    {
        int threads = c.Pool.Threads;
        if (threads == 1 || nanoseconds < WorthSharing)
        {
            return new Pieces(units, group, units == 0 ? 0 : 1);
        }

        int groups = units == 0 ? 0 : ((units - 1) / group) + 1;
        return new Pieces(units, group, (int)Math.Min(Math.Min(groups, threads * PiecesPerThread), nanoseconds / Least));
    }

    /// <summary>Cuts long work into equal pieces, as many for one thread as for another: few, as each piece begins with data that no thread has called for.</summary>
    /// <param name="least">Units that a piece has at least, where there are enough for all threads.</param>
    public static Pieces CutEvenly(OpContext c, long nanoseconds, int units, int least)
    {
        int threads = c.Pool.Threads;
        for (int each = PiecesPerThread; each > 0; each--)
        {
            int count = each * threads;
            if (units % count == 0 && units / count >= least && nanoseconds / Least >= count)
            {
                return new Pieces(units, 1, count);
            }
        }

        return Cut(c, nanoseconds, units);
    }

    /// <summary>Cuts the rows of a wide product into a part for each thread, whole tiles each: what a thread multiplies is then what it has made before.</summary>
    public static Pieces CutRows(OpContext c, int rows)
    {
        const int Tile = 6, Least = 16 * Tile;
        return new Pieces(rows, Tile, rows == 0 ? 0 : Math.Clamp(rows / Least, 1, c.Pool.Threads));
    }
}
