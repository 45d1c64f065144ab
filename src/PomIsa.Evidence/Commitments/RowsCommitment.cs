using System.Runtime.CompilerServices;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>Commits to the quantized rows of one product of many rows, sixteen rows in one quantum on any thread; equal to <see cref="Commitment"/> bit for bit.</summary>
/// <remarks>
/// <see cref="Begin"/> says where they lie, <see cref="HashQuantum"/> takes sixteen rows to their roots, and when all quanta are done <see cref="Finish"/>
/// needs the rows no more. Rows go through sixteen lanes side by side, block by block, each block put together beside them: scale and turned integers.
/// Nothing is allocated in the steady state. Apart from quanta, for one thread at a time.
/// </remarks>
public sealed unsafe class RowsCommitment
{
    private const int Width = Sha256Lanes.Width;

    private readonly PinnedArray<byte> _leaves = new(1 << 12);
    private readonly HashForest _roots = new();
    private float* _scales;
    private byte* _integers;
    private byte _flip;
    private int _rows;
    private int _columns;

    /// <summary>Quanta of the rows that were given last.</summary>
    public int Quanta => (_rows + Width - 1) / Width;

    private int Leaves => (sizeof(float) + _columns + Commitment.BlockBytes - 1) / Commitment.BlockBytes;

    /// <summary>Takes rows, which must stand still and unchanged until all quanta are done.</summary>
    /// <param name="rows">T, at least 1.</param>
    /// <param name="columns">K; integers in a row.</param>
    /// <param name="scales">f32[T].</param>
    /// <param name="integers">i8[T, K], each byte to be turned by <paramref name="flip"/>.</param>
    /// <param name="flip">0x80 where they are stored as q + 128, else 0.</param>
    public void Begin(int rows, int columns, float* scales, byte* integers, byte flip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (_rows, _columns, _flip) = (rows, columns, flip);
        _scales = scales;
        _integers = integers;
        _leaves.Reserve((long)Quanta * Width * Leaves * Digest.Size, 0);
        _roots.Clear();
        _roots.Add(rows);
    }

    /// <summary>Hashes sixteen rows, or as many as are left. Each quantum once; different ones on any threads at once.</summary>
    /// <param name="between">As for <see cref="CommitmentBatch.HashQuantum"/>.</param>
    [SkipLocalsInit]
    public void HashQuantum(int quantum, Action? between = null)
    {
        int first = quantum * Width, count = Math.Min(Width, _rows - first), leaves = Leaves;
        byte* blocks = stackalloc byte[Width * Commitment.BlockBytes];
        byte* hashes = _leaves.Start + ((long)first * leaves * Digest.Size); // leaf by leaf, of each those of all lanes
        HashJob* jobs = stackalloc HashJob[Width];
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            int length = Math.Min(Commitment.BlockBytes, sizeof(float) + _columns - (leaf * Commitment.BlockBytes));
            for (int lane = 0; lane < count; lane++)
            {
                byte* block = blocks + (lane * Commitment.BlockBytes);
                Compose(first + lane, leaf * Commitment.BlockBytes, new Span<byte>(block, length));
                jobs[lane] = new HashJob(block, length, leaves == 1 ? _roots.Hash(first + lane) : hashes + (((leaf * Width) + lane) * Digest.Size));
            }

            Sha256Lanes.HashAll(Merkle.LeafPrefix, jobs, count, between);
        }

        for (int level = leaves; level > 1; level = (level + 1) / 2)
        {
            Rise(first, count, level, hashes, blocks);
        }
    }

    /// <summary>After all quanta: the commitment.</summary>
    /// <param name="between">As for <see cref="CommitmentBatch.HashQuantum"/>.</param>
    public Digest Finish(Action? between = null)
    {
        Span<byte> root = stackalloc byte[Digest.Size];
        _roots.Reduce(between);
        _roots.CopyRoot(0, root);
        return Commitment.OfRoot(Commitment.QuantizedRows, [_rows, _columns], new Digest(root));
    }

    /// <summary>One level of the trees of all lanes: neighbours are paired, an odd last one rises.</summary>
    private void Rise(int first, int count, int level, byte* hashes, byte* pairs)
    {
        HashJob* jobs = stackalloc HashJob[Width];
        for (int node = 0; node < (level + 1) / 2; node++)
        {
            for (int lane = 0; lane < count; lane++)
            {
                byte* left = hashes + (((2 * node * Width) + lane) * Digest.Size), right = left + (Width * Digest.Size);
                byte* pair = pairs + (lane * 2 * Digest.Size), to = level <= 2 ? _roots.Hash(first + lane) : hashes + (((node * Width) + lane) * Digest.Size);
                if ((2 * node) + 1 == level)
                {
                    Buffer.MemoryCopy(left, to, Digest.Size, Digest.Size);
                    continue;
                }

                Buffer.MemoryCopy(left, pair, Digest.Size, Digest.Size);
                Buffer.MemoryCopy(right, pair + Digest.Size, Digest.Size, Digest.Size);
                jobs[lane] = new HashJob(pair, 2 * Digest.Size, to);
            }

            if ((2 * node) + 1 < level)
            {
                Sha256Lanes.HashAll(Merkle.NodePrefix, jobs, count);
            }
        }
    }

    // Bytes of a row as it is committed, from one of them on.
    private void Compose(int row, int from, Span<byte> to)
    {
        int scale = 0;
        if (from == 0)
        {
            new ReadOnlySpan<byte>(_scales + row, sizeof(float)).CopyTo(to);
            scale = sizeof(float);
        }

        CommitmentBatch.Flip(new ReadOnlySpan<byte>(_integers + ((long)row * _columns) + from + scale - sizeof(float), to.Length - scale), to[scale..], _flip);
    }
}
