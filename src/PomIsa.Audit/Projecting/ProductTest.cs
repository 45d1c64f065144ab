using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Audit.Projecting;

/// <summary>Tests whether Y = X · W for quantized rows X and a weight W: eight random sums s of the rows must have (s Y) = (s X) · W, over the integers.</summary>
/// <remarks>
/// A column of Y that is wrong anywhere passes one sum with probability 1/256 at most, and all eight with 2⁻⁶⁴. What it takes is linear in the size of X and Y, and one
/// product of W with the few rows that hold s X in bytes, which the machine's own kernels compute.
/// </remarks>
internal sealed unsafe class ProductTest
{
    /// <summary>Rows of bytes that hold one sum of <see cref="Projection.MaxRows"/> rows.</summary>
    private const int MostPlanes = 4;

    /// <summary>Columns that a thread adds up at a time: enough of a row to fetch it well.</summary>
    private const int FewestColumns = 64, MostColumns = 512;

    private readonly WorkerPool _pool;
    private readonly sbyte[] _challenge;
    private int[] _pairs = [];
    private int _rows = -1;
    private int[] _u = [];
    private sbyte[] _planes = [];
    private int[] _offsets = [];
    private int[] _sums = [];
    private long[] _z = [];
    private int _planeCount;
    private int _wrong;

    /// <param name="pool">Threads to use.</param>
    /// <param name="challenge">From <see cref="Challenge.Rows"/>, for the most rows.</param>
    public ProductTest(WorkerPool pool, sbyte[] challenge) => (_pool, _challenge) = (pool, challenge);

    /// <summary>Whether a product can be tested: its sums, with any bytes for rows, fit in 32 bits.</summary>
    public static bool CanTest(BoundWeight weight, int rows, int depth) =>
        rows <= Projection.MaxRows && depth <= (weight.Entry.Element == DType.W4 ? LinearW4.MaxDepthOfBytes : LinearW8.MaxDepthOfBytes);

    /// <summary>Tests a product.</summary>
    /// <param name="product">X, and the weight.</param>
    /// <param name="y">What it is said to be, Y: <c>[T,N]</c>.</param>
    /// <returns>The first column that is found wrong, or -1.</returns>
    public int WrongColumn(in ProductRows product, int* y)
    {
        int rows = product.Rows, depth = product.Depth, columns = product.Columns;
        BoundWeight weight = product.Weight;
        if (_rows != rows)
        {
            _pairs = new int[Projection.PairsLength(rows)];
            Projection.Pair(_challenge.AsSpan(0, rows * Projection.Count), rows, _pairs);
            _rows = rows;
        }

        Grow(ref _z, Projection.Count * columns);
        fixed (int* pairs = _pairs, u = Grow(ref _u, Projection.Count * depth))
        fixed (long* z = _z)
        {
            int width = Width(columns);
            _pool.Run(((columns - 1) / width) + 1, new SumWork(pairs, rows, columns, width, y, z));
            if (!product.AreSame)
            {
                width = Width(depth);
                _pool.Run(((depth - 1) / width) + 1, new RowWork(pairs, product.Q, product.Flip, rows, depth, width, u));
                Split(depth, weight.Entry.Element == DType.W4);
            }
        }

        int held = _planeCount * Projection.Count, panels = Panels.Count(columns), pieces = Math.Min(panels, 4 * _pool.Threads);
        Grow(ref _sums, held * columns);
        _wrong = int.MaxValue;
        _pool.Run(pieces, new WeightWork(this, weight, held, depth, columns, panels, pieces));
        return _wrong == int.MaxValue ? -1 : _wrong;
    }

    /// <summary>Writes s X as signed bytes, the lowest of all eight sums first: as many as its greatest magnitude needs.</summary>
    private void Split(int depth, bool nibbles)
    {
        int length = Projection.Count * depth;
        Grow(ref _planes, MostPlanes * length);
        _planeCount = Projection.Split(_u.AsSpan(0, length), _planes);
        if (nibbles)
        {
            int groups = _planeCount * length / LinearW4.Group;
            Grow(ref _offsets, groups);
            LinearW4.GroupOffsets(_planes.AsSpan(0, _planeCount * length), depth, _offsets.AsSpan(0, groups));
        }
    }

    private void Multiply(BoundWeight weight, int rows, int depth, int columns, int from, int to)
    {
        ReadOnlySpan<sbyte> q = _planes.AsSpan(0, rows * depth);
        Span<int> acc = _sums.AsSpan(0, rows * columns);
        if (weight.Entry.Element == DType.W4)
        {
            LinearW4.MatMulI4(q, _offsets.AsSpan(0, rows * (depth / LinearW4.Group)), weight.W4, weight.SubScales, rows, depth, columns, acc, from, to);
        }
        else
        {
            LinearW8.MatMulI8(q, weight.W8, weight.ColumnSums, rows, depth, columns, acc, from, to);
        }
    }

    /// <summary>Holds s Y against (s X) · W for columns <paramref name="from"/> to <paramref name="to"/>.</summary>
    private void Compare(int columns, int from, int to)
    {
        fixed (long* z = _z)
        fixed (int* sums = _sums)
        {
            for (int j = 0; j < Projection.Count; j++)
            {
                for (int n = from; n < to; n++)
                {
                    long sum = 0;
                    for (int plane = _planeCount - 1; plane >= 0; plane--)
                    {
                        sum = (sum << 8) + sums[((((long)plane * Projection.Count) + j) * columns) + n];
                    }

                    if (sum != z[((long)j * columns) + n])
                    {
                        lock (_pool)
                        {
                            _wrong = Math.Min(_wrong, n);
                        }

                        break;
                    }
                }
            }
        }
    }

    private int Width(int columns) => Math.Clamp(columns / (2 * _pool.Threads) / 16 * 16, FewestColumns, MostColumns);

    private static T[] Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(length);
        }

        return array;
    }

    private readonly struct SumWork(int* pairs, int rows, int columns, int width, int* y, long* z) : IWork
    {
        public void Item(int item, int worker) =>
            Projection.Sums(pairs, y, rows, columns, item * width, Math.Min(columns, (item + 1) * width), z);
    }

    private readonly struct RowWork(int* pairs, byte* q, byte flip, int rows, int depth, int width, int* u) : IWork
    {
        public void Item(int item, int worker) =>
            Projection.Rows(pairs, q, flip, rows, depth, item * width, Math.Min(depth, (item + 1) * width), u);
    }

    private readonly struct WeightWork(ProductTest test, BoundWeight weight, int rows, int depth, int columns, int panels, int pieces) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = (int)((long)panels * item / pieces), to = (int)((long)panels * (item + 1) / pieces);
            test.Multiply(weight, rows, depth, columns, from, to);
            test.Compare(columns, from * Lanes.Count, Math.Min(columns, to * Lanes.Count));
        }
    }
}
