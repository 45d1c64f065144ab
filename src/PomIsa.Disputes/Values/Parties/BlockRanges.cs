using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>A tree whose leaf hashes are at hand.</summary>
internal sealed class BlockRanges(Digest[] leaves) : IRangeRoots
{
    public long Count => leaves.Length;

    public Digest Root => Merkle.Root(leaves);

    /// <summary>The tree over bytes in blocks of 1024.</summary>
    public static BlockRanges Of(ReadOnlySpan<byte> bytes) => new(Commitment.RowLeaves(bytes));

    /// <summary>The tree over the rows of a tensor.</summary>
    public static BlockRanges OfRows(TensorForm form, ReadOnlySpan<byte> bytes)
    {
        var roots = new Digest[form.Rows];
        for (int row = 0; row < roots.Length; row++)
        {
            roots[row] = Commitment.RowRoot(bytes.Slice((int)(row * form.RowBytes), (int)form.RowBytes));
        }

        return new BlockRanges(roots);
    }

    public Digest RootOf(ulong first, ulong count) => Merkle.Root(leaves.AsSpan((int)first, (int)count));

    /// <summary>Roots of the ranges of 2^level leaves that begin with range <paramref name="from"/>; the last may be shorter.</summary>
    public Digest[] Ranges(int level, long from, int count)
    {
        var roots = new List<Digest>();
        if (from > (long)leaves.Length >> level)
        {
            return []; // also where its first leaf would have no number
        }

        for (long first = from << level; roots.Count < count && first < leaves.Length; first += 1L << level)
        {
            roots.Add(Merkle.Root(leaves.AsSpan((int)first, (int)Math.Min(1L << level, leaves.Length - first))));
        }

        return [.. roots];
    }

    /// <summary>Opens blocks of it.</summary>
    public OpenedBlocks Open(ReadOnlySpan<byte> bytes, ulong[] indices)
    {
        var blocks = new byte[indices.Length][];
        for (int i = 0; i < blocks.Length; i++)
        {
            int from = (int)indices[i] * Commitment.BlockBytes;
            blocks[i] = bytes.Slice(from, Math.Min(Commitment.BlockBytes, bytes.Length - from)).ToArray();
        }

        return new OpenedBlocks(indices, blocks, Multiproof.Build(this, (ulong)leaves.Length, indices));
    }

    /// <summary>Opens blocks of rows of a tensor.</summary>
    public static OpenedTensor Open(ulong index, int output, TensorForm form, ReadOnlySpan<byte> bytes, IEnumerable<(ulong Row, ulong Block)> places)
    {
        var rows = new List<ulong>();
        var blocks = new List<OpenedBlocks>();
        foreach (IGrouping<ulong, ulong> row in places.Distinct().OrderBy(static p => p).GroupBy(static p => p.Row, static p => p.Block))
        {
            ReadOnlySpan<byte> line = bytes.Slice((int)((long)row.Key * form.RowBytes), (int)form.RowBytes);
            rows.Add(row.Key);
            blocks.Add(Of(line).Open(line, [.. row]));
        }

        return new OpenedTensor(index, output, [.. rows], [.. blocks], Multiproof.Build(OfRows(form, bytes), (ulong)form.Rows, [.. rows]));
    }
}
