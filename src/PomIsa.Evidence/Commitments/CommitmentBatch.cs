using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Commitments;

/// <summary>Commits to many tensors at once, blocks side by side in vector lanes; equal to <see cref="Commitment"/> bit for bit.</summary>
/// <remarks>
/// Values are copied as they are added, so the caller's memory is free again at once. Buffers grow to the largest
/// batch and are used again: nothing is allocated in the steady state. Not safe for several threads.
/// </remarks>
public sealed class CommitmentBatch
{
    private byte[] _bytes = new byte[1 << 16];
    private int _used;
    private int _count;
    private Tensor[] _tensors = new Tensor[64];
    private readonly HashJobs _jobs = new();
    private readonly HashForest _rows = new();
    private readonly HashForest _roots = new();
    private byte[] _heads = new byte[1 << 12];

    /// <summary>Tensors added since the last flush.</summary>
    public int Count => _count;

    /// <summary>Bytes waiting to be hashed.</summary>
    public int PendingBytes => _used;

    /// <summary>Adds a tensor; see <see cref="Commitment.Of"/> for the parameters.</summary>
    /// <returns>Its place among the digests that <see cref="Flush"/> writes.</returns>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or bytes that don't divide into rows.</exception>
    public int Add(byte dtype, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> rowMajorBytes)
    {
        int rows = Commitment.Rows(dimensions, rowMajorBytes.Length);
        rowMajorBytes.CopyTo(Reserve(rowMajorBytes.Length));
        return Enter(dtype, dimensions, rows, rowMajorBytes.Length);
    }

    /// <summary>Adds a quantized product as what it follows from: each row is its scale's bytes, then its accumulators'.</summary>
    /// <param name="dtype">Such as <see cref="Commitment.W8Product"/>.</param>
    /// <param name="rows">T; rows.</param>
    /// <param name="columns">N; accumulators in a row.</param>
    /// <param name="scales">f32[T], little-endian.</param>
    /// <param name="accumulators">i32[T, N] or i64[T, N], little-endian, row-major.</param>
    /// <returns>Its place among the digests that <see cref="Flush"/> writes.</returns>
    /// <exception cref="ArgumentException">Lengths disagree with the shape.</exception>
    public int AddProduct(byte dtype, int rows, int columns, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> accumulators)
    {
        ReadOnlySpan<int> dimensions = [rows, columns];
        Commitment.Rows(dimensions, accumulators.Length);
        long elements = (long)rows * columns;
        if (scales.Length != 4L * rows || (accumulators.Length != 4 * elements && accumulators.Length != 8 * elements))
        {
            throw new ArgumentException("Scales or accumulators disagree with the shape.", nameof(scales));
        }

        int width = rows == 0 ? 0 : accumulators.Length / rows;
        int total = scales.Length + accumulators.Length;
        Span<byte> target = Reserve(total);
        for (int row = 0; row < rows; row++)
        {
            Span<byte> line = target.Slice(row * (4 + width), 4 + width);
            scales.Slice(4 * row, 4).CopyTo(line);
            accumulators.Slice(row * width, width).CopyTo(line[4..]);
        }

        return Enter(dtype, dimensions, rows, total);
    }

    /// <summary>Hashes everything that was added, writes the commitments in the order of addition, and empties the batch.</summary>
    /// <returns>How many commitments were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="digests"/> is shorter than <see cref="Count"/>.</exception>
    public int Flush(Span<Digest> digests)
    {
        if (digests.Length < _count)
        {
            throw new ArgumentException($"{_count} commitments don't fit into {digests.Length} places.", nameof(digests));
        }

        HashLeaves();
        _rows.Reduce(_jobs);
        HashRoots();
        HashHeads(digests);
        int written = _count;
        (_count, _used) = (0, 0);
        return written;
    }

    /// <summary>Forgets everything that was added since the last flush.</summary>
    public void Clear() => (_count, _used) = (0, 0);

    private Span<byte> Reserve(int length)
    {
        int needed = checked(_used + length);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        return _bytes.AsSpan(_used, length);
    }

    private int Enter(byte dtype, ReadOnlySpan<int> dimensions, int rows, int length)
    {
        if (_count == _tensors.Length)
        {
            Array.Resize(ref _tensors, 2 * _count);
        }

        int head = _count * HeadStride;
        if (head + HeadStride > _heads.Length)
        {
            Array.Resize(ref _heads, 2 * _heads.Length);
        }

        Commitment.WriteHead(_heads.AsSpan(head, HeadStride), dtype, dimensions);
        _tensors[_count] = new Tensor(_used, rows, rows == 0 ? 0 : length / rows, dimensions.Length);
        _used += length;
        return _count++;
    }

    private void HashLeaves()
    {
        _rows.Clear();
        _jobs.Clear();
        foreach (ref readonly Tensor tensor in _tensors.AsSpan(0, _count))
        {
            for (int row = 0; row < tensor.Rows; row++)
            {
                int leaf = _rows.Add((tensor.RowBytes + Commitment.BlockBytes - 1) / Commitment.BlockBytes);
                int start = tensor.Start + (row * tensor.RowBytes);
                for (int from = 0; from < tensor.RowBytes; from += Commitment.BlockBytes)
                {
                    _jobs.Add(start + from, Math.Min(Commitment.BlockBytes, tensor.RowBytes - from), leaf++);
                }
            }
        }

        _jobs.RunByLength(Merkle.LeafPrefix, _bytes, _rows.Hashes);
    }

    private void HashRoots()
    {
        _roots.Clear();
        int tree = 0;
        foreach (ref readonly Tensor tensor in _tensors.AsSpan(0, _count))
        {
            int leaf = _roots.Add(tensor.Rows);
            for (int row = 0; row < tensor.Rows; row++)
            {
                _rows.CopyRoot(tree++, _roots.Hash(leaf + row));
            }
        }

        _roots.Reduce(_jobs);
    }

    private void HashHeads(Span<Digest> digests)
    {
        _jobs.Clear();
        for (int i = 0; i < _count; i++)
        {
            int length = Commitment.HeadBytes(_tensors[i].Rank);
            _roots.CopyRoot(i, _heads.AsSpan((i * HeadStride) + length - Digest.Size, Digest.Size));
            _jobs.Add(i * HeadStride, length, i);
        }

        Span<byte> hashes = _rows.Scratch(_count);
        _jobs.RunByLength(Commitment.TensorPrefix, _heads, hashes);
        for (int i = 0; i < _count; i++)
        {
            digests[i] = new Digest(hashes.Slice(i * Digest.Size, Digest.Size));
        }
    }

    private const int HeadStride = 2 + (4 * Commitment.MaxRank) + Digest.Size;

    private readonly record struct Tensor(int Start, int Rows, int RowBytes, int Rank);
}
