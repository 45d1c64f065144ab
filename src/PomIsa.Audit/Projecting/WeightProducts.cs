using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Weights;

namespace PomIsa.Audit.Projecting;

/// <summary>Multiplies what an auditor added up of the rows by the weights, many products in one loop, and holds it against what he added up of the products.</summary>
internal sealed unsafe class WeightProducts(WorkerPool pool, Slab slab)
{
    /// <summary>Weights that a thread reads at a time.</summary>
    private const int BytesAtOnce = 1 << 18;

    private readonly List<Piece> _pieces = [];
    private readonly PinnedArray<int>[] _scratch = PinnedArray<int>.ForThreads(pool.Threads, slab);
    private readonly Lock _lock = new();
    private (int Product, int Column)? _wrong;

    /// <summary>The first of so many products that is wrong, and its first wrong column; null if none is.</summary>
    public (int Product, int Column)? FirstWrong(List<ProductTest.Tested> products, int count)
    {
        _pieces.Clear();
        _wrong = null;
        for (int i = 0; i < count; i++)
        {
            int panels = Panels.Count(products[i].Columns), atOnce = Math.Max(1, BytesAtOnce / Math.Max(1, products[i].Factor.Depth * Lanes.Count));
            for (int panel = 0; panel < panels; panel += atOnce)
            {
                _pieces.Add(new Piece(i, panel, Math.Min(panels, panel + atOnce)));
            }
        }

        pool.Run(_pieces.Count, new WeightWork(this, products));
        return _wrong;
    }

    private void Test(Piece piece, ProductTest.Tested product, PinnedArray<int> scratch)
    {
        ProductTest.Factor factor = product.Factor;
        int rows = factor.Rows, depth = factor.Depth, panels = piece.To - piece.From, first = piece.From * Lanes.Count;
        int columns = Math.Min(product.Columns, piece.To * Lanes.Count) - first;
        scratch.Grow(rows * columns);
        Span<int> acc = scratch.Span[..(rows * columns)];
        ReadOnlySpan<sbyte> bytes = factor.Bytes.Span[..(rows * depth)];
        BoundWeight weight = product.Weight;
        if (factor.HasNibbles)
        {
            int groups = depth / LinearW4.Group, nibbles = depth * Lanes.Count / 2;
            LinearW4.MatMulI4(
                bytes,
                factor.GroupOffsets.Span[..(rows * groups)],
                weight.W4.Slice(piece.From * nibbles, panels * nibbles),
                weight.SubScales.Slice(first * groups, panels * Lanes.Count * groups),
                rows,
                depth,
                columns,
                acc,
                0,
                panels);
        }
        else
        {
            int each = depth * Lanes.Count;
            LinearW8.MatMulI8(bytes, weight.W8.Slice(piece.From * each, panels * each), weight.ColumnSums.AsSpan(first, panels * Lanes.Count), rows, depth, columns, acc, 0, panels);
        }

        fixed (int* sums = acc)
        {
            int wrong = Projection.FirstDifference(sums, factor.Planes, columns, product.Sums.Data + first, Projection.Stride(product.Columns));
            if (wrong >= 0)
            {
                Note((piece.Product, first + wrong));
            }
        }
    }

    private void Note((int Product, int Column) wrong)
    {
        lock (_lock)
        {
            _wrong = _wrong is { } before && before.CompareTo(wrong) < 0 ? before : wrong;
        }
    }

    /// <summary>Panels of a product's weight.</summary>
    private readonly record struct Piece(int Product, int From, int To);

    private readonly struct WeightWork(WeightProducts all, List<ProductTest.Tested> products) : IWork
    {
        public void Item(int item, int worker)
        {
            Piece piece = all._pieces[item];
            all.Test(piece, products[piece.Product], all._scratch[worker]);
        }
    }
}
