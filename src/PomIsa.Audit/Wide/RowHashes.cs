using PomIsa.Evidence.Commitments;
using PomIsa.Kernels;

namespace PomIsa.Audit.Wide;

/// <summary>What a product of a wide step multiplies, whose rows are committed to each by itself, some rows in one item of a loop.</summary>
/// <param name="hashers">One for each thread of the pool.</param>
/// <param name="element">The dtype byte.</param>
/// <param name="dimensions">Of all rows together.</param>
/// <param name="data">Elements, row by row.</param>
/// <param name="bytes">How many.</param>
/// <param name="scales">Of quantized rows the scales, f32; null for all else.</param>
/// <param name="flip">Of quantized rows what turns the bytes into i8.</param>
/// <param name="roots">Gets the root of each row.</param>
/// <param name="single">By row, the call that has this row and no other; -1 where there is none.</param>
/// <param name="commitments">By call; gets those of calls of one row.</param>
internal readonly unsafe struct RowHashes(
    CommitmentBatch[] hashers, byte element, int[] dimensions, byte* data, long bytes, byte* scales, byte flip, Digest[] roots, int[] single, Digest[] commitments) : IWork
{
    /// <summary>Rows in one item: as many as there are lanes, so that the hashes above the blocks fill them, too.</summary>
    private const int Most = 16;

    private readonly int _rowBytes = (int)(bytes / Math.Max(1, dimensions[0]));

    public int Items => (dimensions[0] + Most - 1) / Most;

    public void Item(int item, int worker)
    {
        int from = item * Most, count = Math.Min(Most, dimensions[0] - from);
        Span<int> shape = stackalloc int[dimensions.Length];
        dimensions.CopyTo(shape);
        shape[0] = count;
        CommitmentBatch hasher = hashers[worker];
        byte* own = data + ((nint)from * _rowBytes);
        _ = scales == null
            ? hasher.AddInPlace(element, shape, own, count * _rowBytes)
            : hasher.AddRows(element, count, shape[1], new ReadOnlySpan<byte>(scales + (sizeof(float) * from), sizeof(float) * count), new ReadOnlySpan<byte>(own, count * _rowBytes), flip);
        int quanta = hasher.Close();
        for (int i = 0; i < quanta; i++)
        {
            hasher.HashQuantum(i);
        }

        hasher.FinishRows(roots.AsSpan(from, count));
        Heads(from, count, shape);
    }

    private void Heads(int from, int count, Span<int> shape)
    {
        Span<Digest> gathered = stackalloc Digest[Most];
        Span<int> whose = stackalloc int[Most];
        int found = 0;
        for (int row = from; row < from + count; row++)
        {
            if (single[row] >= 0)
            {
                (gathered[found], whose[found++]) = (roots[row], single[row]);
            }
        }

        shape[0] = 1;
        CommitmentHeads.OfRoots(element, shape, gathered[..found], gathered);
        for (int i = 0; i < found; i++)
        {
            commitments[whose[i]] = gathered[i];
        }
    }
}
