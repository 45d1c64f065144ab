using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>Commits to many tensors whose rows' roots are known, side by side in vector lanes; equal to <see cref="Commitment"/> bit for bit.</summary>
/// <remarks>For one thread at a time. Nothing is allocated in the steady state.</remarks>
public sealed unsafe class RootBatch
{
    private const int HeadStride = 2 + (4 * Commitment.MaxRank) + Digest.Size;

    private readonly HashForest _trees = new();
    private readonly PinnedArray<byte> _heads = new(1 << 12);
    private readonly PinnedArray<byte> _hashes = new(1 << 11);
    private readonly PinnedArray<HashJob> _jobs = new(64);
    private readonly PinnedArray<int> _lengths = new(64);

    /// <summary>Tensors added since the last <see cref="Finish"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Roots added since the last <see cref="Finish"/>.</summary>
    public int Roots { get; private set; }

    /// <summary>Adds a tensor; its commitment is the next that <see cref="Finish"/> writes.</summary>
    /// <param name="dtype">As for <see cref="Commitment.Of"/>.</param>
    /// <param name="dimensions">At most <see cref="Commitment.MaxRank"/>, none negative.</param>
    /// <param name="roots">Of its rows, in order.</param>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or another number of roots than of rows.</exception>
    public void Add(byte dtype, ReadOnlySpan<int> dimensions, ReadOnlySpan<Digest> roots)
    {
        Commitment.CheckShape(dimensions);
        if (roots.Length != (dimensions.Length >= 2 ? dimensions[0] : 1))
        {
            throw new ArgumentException("There is one root for each row.", nameof(roots));
        }

        int leaf = _trees.Add(roots.Length);
        for (int row = 0; row < roots.Length; row++)
        {
            roots[row].CopyTo(new Span<byte>(_trees.Hash(leaf + row), Digest.Size));
        }

        _heads.Reserve((Count + 1L) * HeadStride, Count * HeadStride);
        _lengths.Reserve(Count + 1, Count);
        Commitment.WriteHead(_heads.Span(Count * HeadStride, HeadStride), dtype, dimensions);
        _lengths[Count++] = Commitment.HeadBytes(dimensions.Length);
        Roots += roots.Length;
    }

    /// <summary>Writes the commitments in the order of addition, and empties the batch.</summary>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="commitments"/> is shorter than <see cref="Count"/>.</exception>
    public int Finish(Span<Digest> commitments)
    {
        if (commitments.Length < Count)
        {
            throw new ArgumentException($"{Count} commitments don't fit into {commitments.Length} places.", nameof(commitments));
        }

        _trees.Reduce(between: null);
        _jobs.Reserve(Count, 0);
        _hashes.Reserve((long)Count * Digest.Size, 0);
        for (int i = 0; i < Count; i++)
        {
            _trees.CopyRoot(i, _heads.Span((i * HeadStride) + _lengths[i] - Digest.Size, Digest.Size));
            _jobs[i] = new HashJob(_heads.Start + (i * HeadStride), _lengths[i], _hashes.Start + (i * Digest.Size));
        }

        Sha256Lanes.HashAll(Commitment.TensorPrefix, _jobs.Start, Count);
        for (int i = 0; i < Count; i++)
        {
            commitments[i] = new Digest(_hashes.Span(i * Digest.Size, Digest.Size));
        }

        int written = Count;
        _trees.Clear();
        (Count, Roots) = (0, 0);
        return written;
    }
}
