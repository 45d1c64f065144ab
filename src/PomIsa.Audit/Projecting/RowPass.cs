using System.Runtime.Intrinsics;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Projecting;

/// <summary>One pass over the rows X and Y of a product, on all threads: each has sums of its own, which come together at the end, and writes the values or sums of its rows.</summary>
/// <remarks>Of a product that is only chosen from, and which has many columns, each thread has columns of its own instead: no sums need to come together, and values are written nowhere.</remarks>
internal sealed unsafe class RowPass(WorkerPool pool, Slab slab)
{
    /// <summary>Columns that are added up at a time: their sums stay in the first cache.</summary>
    private const int ColumnsAtOnce = 1024;

    /// <summary>Fewest rows that a thread takes.</summary>
    private const int FewestRows = 4 * Projection.Ahead;

    private const int PiecesPerThread = 2;

    private readonly PinnedArray<long>[] _own = PinnedArray<long>.ForThreads(pool.Threads, slab);
    private readonly PinnedArray<int> _greatest = new(slab);
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
        bool chooses = product.Greatest != null;
        int pieces = Math.Clamp(product.Rows / FewestRows, 1, PiecesPerThread * pool.Threads), before = product.AreSame ? 0 : u.Length;
        if (before > 0 || !chooses)
        {
            pool.Run(pieces, new PieceWork(this, product, s, y, pieces, before));
        }

        if (before > 0)
        {
            Collect(0, u);
        }

        if (chooses)
        {
            Choose(product, s, y, z);
        }
        else
        {
            Collect(before, z);
        }
    }

    /// <summary>Adds up columns part by part, and finds where the greatest value of each row is.</summary>
    private void Choose(in ProductRows product, int* s, PackedRow* y, Span<long> z)
    {
        int blocks = ((product.Columns - 1) / ColumnsAtOnce) + 1, pieces = Math.Min(blocks, PiecesPerThread * pool.Threads), each = product.Rows * Projection.GreatestLength;
        int* states = _greatest.Grow(pieces * each);
        z.Clear();
        fixed (long* sums = z)
        {
            pool.Run(pieces, new ColumnWork(product, s, y, sums, states, blocks, pieces));
        }

        for (int piece = 1; piece < pieces; piece++)
        {
            Projection.JoinGreatest(states, states + ((nint)piece * each), product.Rows);
        }

        Projection.EndGreatest(states, product.Rows, product.Greatest);
    }

    private void Collect(int from, Span<long> sums)
    {
        sums.Clear();
        for (int worker = 0; worker < _own.Length; worker++)
        {
            if (_begun[worker])
            {
                Add(_own[worker].Data + from, sums);
            }
        }
    }

    /// <summary>Lengths are multiples of 16.</summary>
    private static void Add(long* own, Span<long> sums)
    {
        fixed (long* all = sums)
        {
            for (int i = 0; i < sums.Length; i += Vector512<long>.Count)
            {
                (Vector512.Load(own + i) + Vector512.Load(all + i)).Store(all + i);
            }
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
            int rows = Math.Min(product.Rows, (int)((long)groups * (item + 1) / pieces) * Projection.Ahead) - first;
            int columns = product.Greatest == null ? product.Columns : 0, stride = Projection.Stride(columns);
            long* u = all.Own(worker, before + (Projection.Count * stride)), z = u + before;
            int* own = s + (first * Projection.Count);
            for (int from = 0; from < product.Depth && before > 0; from += ColumnsAtOnce)
            {
                Projection.Rows(own, product.Q + ((nint)first * product.Depth), product.Flip, rows, product.Depth, from, Math.Min(product.Depth, from + ColumnsAtOnce), u);
            }

            for (int from = 0; from < columns; from += ColumnsAtOnce)
            {
                Part(own, first, rows, from, Math.Min(columns, from + ColumnsAtOnce), z, stride);
            }
        }

        private void Part(int* own, int first, int rows, int from, int to, long* z, int stride)
        {
            nint start = (nint)first * product.Columns;
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

    private readonly struct ColumnWork(ProductRows product, int* s, PackedRow* y, long* z, int* states, int blocks, int pieces) : IWork
    {
        public void Item(int item, int worker)
        {
            int* state = states + ((nint)item * product.Rows * Projection.GreatestLength);
            int begin = (int)((long)blocks * item / pieces) * ColumnsAtOnce, end = Math.Min(product.Columns, (int)((long)blocks * (item + 1) / pieces) * ColumnsAtOnce);
            Projection.BeginGreatest(state, product.Rows);
            fixed (float* scales = product.Weight.Scales)
            {
                for (int from = begin; from < end; from += ColumnsAtOnce)
                {
                    Projection.Greatest(s, y, product.Rows, from, Math.Min(end, from + ColumnsAtOnce), z, Projection.Stride(product.Columns), product.Scales, scales, state);
                }
            }
        }
    }
}
