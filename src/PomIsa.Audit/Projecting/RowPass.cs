using System.Runtime.Intrinsics;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Projecting;

/// <summary>One pass over the rows X and Y of a product, on all threads: each has sums of its own, which come together at the end, and writes the values or sums of its rows.</summary>
internal sealed unsafe class RowPass(WorkerPool pool, Slab slab)
{
    /// <summary>Columns that are added up at a time: their sums stay in the first cache.</summary>
    private const int ColumnsAtOnce = 1024;

    /// <summary>Fewest rows that a thread takes.</summary>
    private const int FewestRows = 4 * Projection.Ahead;

    private const int PiecesPerThread = 2;

    private readonly PinnedArray<long>[] _own = [.. Enumerable.Range(0, pool.Threads).Select(_ => new PinnedArray<long>(slab))];
    private readonly PinnedArray<int>[] _greatest = [.. Enumerable.Range(0, pool.Threads).Select(_ => new PinnedArray<int>(slab))];
    private readonly bool[] _begun = new bool[pool.Threads];

    /// <summary>Adds up a product.</summary>
    /// <param name="product">X, and what is to be written.</param>
    /// <param name="s">The challenge.</param>
    /// <param name="y">The rows of Y, and <see cref="Projection.Ahead"/> more.</param>
    /// <param name="u">Where s X goes, unless its rows are those of the product before.</param>
    /// <param name="z">Where s Y goes.</param>
    public void Run(in ProductRows product, int* s, PackedRow* y, Span<long> u, Span<long> z)
    {
        Array.Clear(_begun);
        int pieces = Math.Clamp(product.Rows / FewestRows, 1, PiecesPerThread * pool.Threads), before = product.AreSame ? 0 : u.Length;
        pool.Run(pieces, new PieceWork(this, product, s, y, pieces, before));
        if (before > 0)
        {
            Collect(0, u);
        }

        Collect(before, z);
    }

    private void Collect(int from, Span<long> sums)
    {
        sums.Clear();
        for (int worker = 0; worker < _own.Length; worker++)
        {
            if (_begun[worker])
            {
                Add(_own[worker].Span.Slice(from, sums.Length), sums);
            }
        }
    }

    /// <summary>Lengths are multiples of 16.</summary>
    private static void Add(ReadOnlySpan<long> own, Span<long> sums)
    {
        for (int i = 0; i < sums.Length; i += Vector512<long>.Count)
        {
            (Vector512.Create(own[i..]) + Vector512.Create<long>(sums[i..])).CopyTo(sums[i..]);
        }
    }

    /// <summary>Sums of a worker: s X, if it is added up, then s Y.</summary>
    private long* Own(int worker, int length)
    {
        PinnedArray<long> own = _own[worker];
        own.Grow(length);
        if (!_begun[worker])
        {
            own.Span[..length].Clear();
            _begun[worker] = true;
        }

        return own.Data;
    }

    private readonly struct PieceWork(RowPass all, ProductRows product, int* s, PackedRow* y, int pieces, int before) : IWork
    {
        public void Item(int item, int worker)
        {
            int groups = ((product.Rows - 1) / Projection.Ahead) + 1, first = (int)((long)groups * item / pieces) * Projection.Ahead;
            int rows = Math.Min(product.Rows, (int)((long)groups * (item + 1) / pieces) * Projection.Ahead) - first, stride = Projection.Stride(product.Columns);
            long* u = all.Own(worker, before + (Projection.Count * stride)), z = u + before;
            int* own = s + (first * Projection.Count), greatest = product.Greatest == null ? null : all._greatest[worker].Grow(rows * Projection.GreatestLength);
            for (int from = 0; from < product.Depth && before > 0; from += ColumnsAtOnce)
            {
                Projection.Rows(own, product.Q + ((nint)first * product.Depth), product.Flip, rows, product.Depth, from, Math.Min(product.Depth, from + ColumnsAtOnce), u);
            }

            Projection.BeginGreatest(greatest, greatest == null ? 0 : rows);
            for (int from = 0; from < product.Columns; from += ColumnsAtOnce)
            {
                Part(own, first, rows, from, Math.Min(product.Columns, from + ColumnsAtOnce), z, stride, greatest);
            }

            Projection.EndGreatest(greatest, greatest == null ? 0 : rows, product.Greatest + first);
        }

        private void Part(int* own, int first, int rows, int from, int to, long* z, int stride, int* greatest)
        {
            nint start = (nint)first * product.Columns;
            if (greatest != null)
            {
                fixed (float* scales = product.Weight.Scales)
                {
                    Projection.Greatest(own, y + first, rows, from, to, z, stride, product.Scales + first, scales, greatest);
                }

                return;
            }

            if (product.Values == null)
            {
                Projection.Copies(own, y + first, rows, product.Columns, from, to, z, stride, product.Sums + start);
                return;
            }

            fixed (float* scales = product.Weight.Scales)
            {
                Projection.Values(own, y + first, rows, product.Columns, from, to, z, stride, product.Scales + first, scales, product.Values + start);
            }

            for (int row = first; row < first + rows && product.Sums != null; row++)
            {
                PackedSums.Unpack(y[row], from, new Span<int>(product.Sums + ((nint)row * product.Columns) + from, to - from));
            }
        }
    }
}
