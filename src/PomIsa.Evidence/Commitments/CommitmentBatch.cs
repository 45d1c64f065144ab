using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>Commits to many tensors at once, blocks side by side in vector lanes; equal to <see cref="Commitment"/> bit for bit.</summary>
/// <remarks>
/// Tensors are added, then either <see cref="Flush"/> does all the work, or it is spread: <see cref="Close"/> cuts it into quanta
/// of some 5 µs, <see cref="HashQuantum"/> does one of them on any thread, and when all are done <see cref="Finish"/> writes the
/// commitments. Apart from quanta, for one thread at a time. Buffers grow to the largest batch and are used again: nothing is
/// allocated in the steady state.
/// </remarks>
public sealed unsafe class CommitmentBatch
{
    private const int HeadStride = 2 + (4 * Commitment.MaxRank) + Digest.Size;

    private readonly PinnedArray<byte> _bytes = new(1 << 12);
    private readonly PinnedArray<byte> _heads = new(1 << 12);
    private readonly PinnedArray<byte> _hashes = new(1 << 11);
    private readonly PinnedArray<HashJob> _jobs = new(64);
    private readonly PinnedArray<BatchTensor> _tensors = new(64);
    private readonly LeafPlan _leaves = new();
    private readonly HashForest _rows = new();
    private readonly HashForest _roots = new();
    private int _used;
    private bool _closed;

    /// <summary>Tensors added since the last flush.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes waiting to be hashed.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Adds a tensor; see <see cref="Commitment.Of"/> for the parameters. Its bytes are copied.</summary>
    /// <returns>Its place among the digests that <see cref="Finish"/> writes.</returns>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or bytes that don't divide into rows.</exception>
    public int Add(byte dtype, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> rowMajorBytes)
    {
        int rows = Commitment.Rows(dimensions, rowMajorBytes.Length);
        rowMajorBytes.CopyTo(Reserve(rowMajorBytes.Length));
        return Enter(dtype, dimensions, new BatchTensor(_used, 0, rows, Share(rowMajorBytes.Length, rows), dimensions.Length), rowMajorBytes.Length);
    }

    /// <summary>Adds a tensor without copying it: its bytes must stand still and unchanged until all quanta are done.</summary>
    /// <returns>Its place among the digests that <see cref="Finish"/> writes.</returns>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or bytes that don't divide into rows.</exception>
    public int AddInPlace(byte dtype, ReadOnlySpan<int> dimensions, byte* rowMajorBytes, int length)
    {
        int rows = Commitment.Rows(dimensions, length);
        return Enter(dtype, dimensions, new BatchTensor(_used, (IntPtr)rowMajorBytes, rows, Share(length, rows), dimensions.Length), 0);
    }

    /// <summary>Adds a quantized product as what it follows from: each row is its scale's bytes, then its accumulators'. All are copied.</summary>
    /// <param name="dtype">Such as <see cref="Commitment.W8Product"/>.</param>
    /// <param name="rows">T; rows.</param>
    /// <param name="columns">N; accumulators in a row.</param>
    /// <param name="scales">f32[T], little-endian.</param>
    /// <param name="accumulators">i32[T, N] or i64[T, N], little-endian, row-major.</param>
    /// <returns>Its place among the digests that <see cref="Finish"/> writes.</returns>
    /// <exception cref="ArgumentException">Lengths disagree with the shape.</exception>
    public int AddProduct(byte dtype, int rows, int columns, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> accumulators)
    {
        int width = ProductWidth(rows, columns, scales.Length, accumulators.Length);
        Span<byte> target = Reserve(checked(rows * (ScaleBytes + width)));
        for (int row = 0; row < rows; row++)
        {
            Span<byte> line = target.Slice(row * (ScaleBytes + width), ScaleBytes + width);
            scales.Slice(ScaleBytes * row, ScaleBytes).CopyTo(line);
            accumulators.Slice(row * width, width).CopyTo(line[ScaleBytes..]);
        }

        return Enter(dtype, [rows, columns], new BatchTensor(_used, 0, rows, ScaleBytes + width, 2), scales.Length + accumulators.Length);
    }

    /// <summary>Adds the rows that a quantized product multiplies: each row is its scale's bytes, then its integers'. All are copied.</summary>
    /// <param name="dtype">Such as <see cref="Commitment.QuantizedRows"/>.</param>
    /// <param name="rows">T; rows.</param>
    /// <param name="columns">K; integers in a row.</param>
    /// <param name="scales">f32[T], little-endian.</param>
    /// <param name="integers">i8[T, K], row-major, each byte to be turned by <paramref name="flip"/>.</param>
    /// <param name="flip">0x80 where they are stored as q + 128, else 0.</param>
    /// <returns>Its place among the digests that <see cref="Finish"/> writes.</returns>
    /// <exception cref="ArgumentException">Lengths disagree with the shape.</exception>
    public int AddRows(byte dtype, int rows, int columns, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> integers, byte flip)
    {
        Commitment.Rows([rows, columns], integers.Length);
        if (scales.Length != (long)ScaleBytes * rows || integers.Length != (long)rows * columns)
        {
            throw new ArgumentException("Scales or integers disagree with the shape.", nameof(scales));
        }

        int width = ScaleBytes + columns;
        Span<byte> target = Reserve(checked(rows * width));
        for (int row = 0; row < rows; row++)
        {
            Span<byte> line = target.Slice(row * width, width);
            scales.Slice(ScaleBytes * row, ScaleBytes).CopyTo(line);
            Flip(integers.Slice(row * columns, columns), line[ScaleBytes..], flip);
        }

        return Enter(dtype, [rows, columns], new BatchTensor(_used, 0, rows, width, 2), rows * width);
    }

    /// <summary>Ends adding.</summary>
    /// <returns>How many quanta of work there are.</returns>
    public int Close()
    {
        _leaves.Clear();
        _rows.Clear();
        for (int i = 0; i < Count; i++)
        {
            ref readonly BatchTensor tensor = ref _tensors[i];
            tensor.Expect(_leaves);
            for (int row = 0; row < tensor.Rows; row++)
            {
                _rows.Add(tensor.Leaves);
            }
        }

        _leaves.Arrange();
        byte* hash = _rows.Hash(0);
        for (int i = 0; i < Count; i++)
        {
            ref readonly BatchTensor tensor = ref _tensors[i];
            tensor.Enter(_leaves, _bytes.Start, hash);
            hash += (long)tensor.Rows * tensor.Leaves * Digest.Size;
        }

        _leaves.Cut();
        _closed = true;
        return _leaves.Quanta;
    }

    /// <summary>Does one quantum of a closed batch, from 0 to what <see cref="Close"/> returned. Each once; different ones on any threads at once.</summary>
    /// <param name="between">Called every 0.3 µs or so, where it is given: the thread can do something more urgent there.</param>
    public void HashQuantum(int quantum, Action? between = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantum);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(quantum, _leaves.Quanta);
        _leaves.Hash(quantum, between);
    }

    /// <summary>After all quanta: writes the commitments in the order of addition, and empties the batch.</summary>
    /// <param name="between">As for <see cref="HashQuantum"/>.</param>
    /// <returns>How many commitments were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="digests"/> is shorter than <see cref="Count"/>.</exception>
    /// <exception cref="InvalidOperationException">The batch was not closed.</exception>
    public int Finish(Span<Digest> digests, Action? between = null)
    {
        CheckRoom(digests);
        if (!_closed)
        {
            throw new InvalidOperationException("A batch is closed before it is finished.");
        }

        _rows.Reduce(between);
        HashRoots(between);
        HashHeads(digests, between);
        int written = Count;
        Clear();
        return written;
    }

    /// <summary>After all quanta: writes the root of each row rather than the commitments, rows of a tensor after one another, and empties the batch.</summary>
    /// <returns>How many roots were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="roots"/> is shorter than there are rows.</exception>
    /// <exception cref="InvalidOperationException">The batch was not closed.</exception>
    public int FinishRows(Span<Digest> roots)
    {
        if (!_closed)
        {
            throw new InvalidOperationException("A batch is closed before it is finished.");
        }

        int rows = 0;
        for (int i = 0; i < Count; i++)
        {
            rows += _tensors[i].Rows;
        }

        if (roots.Length < rows)
        {
            throw new ArgumentException($"The roots of {rows} rows don't fit into {roots.Length} places.", nameof(roots));
        }

        _rows.Reduce(between: null);
        Span<byte> root = stackalloc byte[Digest.Size];
        for (int row = 0; row < rows; row++)
        {
            _rows.CopyRoot(row, root);
            roots[row] = new Digest(root);
        }

        Clear();
        return rows;
    }

    /// <summary>Close, all quanta, and finish, on this thread.</summary>
    /// <returns>How many commitments were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="digests"/> is shorter than <see cref="Count"/>.</exception>
    public int Flush(Span<Digest> digests)
    {
        CheckRoom(digests);
        int quanta = Close();
        for (int i = 0; i < quanta; i++)
        {
            HashQuantum(i);
        }

        return Finish(digests);
    }

    /// <summary>Forgets everything that was added since the last flush.</summary>
    public void Clear()
    {
        (Count, _used, PendingBytes) = (0, 0, 0);
        _closed = false;
    }

    private const int ScaleBytes = sizeof(float);

    private static int ProductWidth(int rows, int columns, int scaleBytes, int accumulatorBytes)
    {
        Commitment.Rows([rows, columns], accumulatorBytes);
        long elements = (long)rows * columns;
        if (scaleBytes != (long)ScaleBytes * rows || (accumulatorBytes != 4 * elements && accumulatorBytes != 8 * elements))
        {
            throw new ArgumentException("Scales or accumulators disagree with the shape.", nameof(scaleBytes));
        }

        return Share(accumulatorBytes, rows);
    }

    internal static void Flip(ReadOnlySpan<byte> from, Span<byte> to, byte flip)
    {
        int at = 0;
        ref byte source = ref MemoryMarshal.GetReference(from), target = ref MemoryMarshal.GetReference(to);
        Vector256<byte> turn = Vector256.Create(flip);
        for (; at <= from.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            (Vector256.LoadUnsafe(ref source, (nuint)at) ^ turn).StoreUnsafe(ref target, (nuint)at);
        }

        for (; at < from.Length; at++)
        {
            to[at] = (byte)(from[at] ^ flip);
        }
    }

    private static int Share(int length, int rows) => rows == 0 ? 0 : length / rows;

    private Span<byte> Reserve(int length)
    {
        if (_closed)
        {
            throw new InvalidOperationException("A closed batch takes nothing more until it is finished.");
        }

        _bytes.Reserve((long)_used + length, _used);
        return _bytes.Span(_used, length);
    }

    private int Enter(byte dtype, ReadOnlySpan<int> dimensions, BatchTensor tensor, int copied)
    {
        Reserve(0);
        _tensors.Reserve(Count + 1, Count);
        _heads.Reserve((Count + 1) * HeadStride, Count * HeadStride);
        Commitment.WriteHead(_heads.Span(Count * HeadStride, HeadStride), dtype, dimensions);
        _tensors[Count] = tensor;
        _used += copied;
        PendingBytes += (long)tensor.Rows * tensor.RowBytes;
        return Count++;
    }

    private void CheckRoom(Span<Digest> digests)
    {
        if (digests.Length < Count)
        {
            throw new ArgumentException($"{Count} commitments don't fit into {digests.Length} places.", nameof(digests));
        }
    }

    // A tensor of one row has the row's root; the others' rows become leaves of a second forest.
    private void HashRoots(Action? between)
    {
        _roots.Clear();
        int row = 0;
        for (int i = 0; i < Count; i++)
        {
            int rows = _tensors[i].Rows;
            if (rows != 1)
            {
                int leaf = _roots.Add(rows);
                for (int j = 0; j < rows; j++)
                {
                    _rows.CopyRoot(row + j, new Span<byte>(_roots.Hash(leaf + j), Digest.Size));
                }
            }

            row += rows;
        }

        _roots.Reduce(between);
    }

    private void HashHeads(Span<Digest> digests, Action? between)
    {
        _jobs.Reserve(Count, 0);
        _hashes.Reserve((long)Count * Digest.Size, 0);
        int row = 0, root = 0;
        for (int i = 0; i < Count; i++)
        {
            BatchTensor tensor = _tensors[i];
            int length = Commitment.HeadBytes(tensor.Rank);
            Span<byte> place = _heads.Span((i * HeadStride) + length - Digest.Size, Digest.Size);
            if (tensor.Rows == 1)
            {
                _rows.CopyRoot(row, place);
            }
            else
            {
                _roots.CopyRoot(root++, place);
            }

            row += tensor.Rows;
            _jobs[i] = new HashJob(_heads.Start + (i * HeadStride), length, _hashes.Start + (i * Digest.Size));
        }

        Sha256Lanes.HashAll(Commitment.TensorPrefix, _jobs.Start, Count, between);
        for (int i = 0; i < Count; i++)
        {
            digests[i] = new Digest(_hashes.Span(i * Digest.Size, Digest.Size));
        }
    }
}
