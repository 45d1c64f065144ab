using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Audit.Projecting;

/// <summary>Tests whether Y = X · W for quantized rows X and weights W: two random sums s of the rows must have s Y = (s X) · W, modulo 2⁶⁴.</summary>
/// <remarks>
/// A column of Y that is wrong anywhere passes one sum with probability 2⁻³² at most, and both with 2⁻⁶⁴. It takes one pass over Y, in which what follows from Y is computed as well, and
/// one product of W with the few rows that hold s X in bytes, which the machine's own kernels compute. Those products wait until many can be shared out at once.
/// </remarks>
internal sealed unsafe class ProductTest : IDisposable
{
    /// <summary>Columns that wait before it is time for their weights: some layers' of a small decoder, so that what waits stays in a cache and takes little memory.</summary>
    private const int Many = 1 << 14;

    private readonly WorkerPool _pool;
    private readonly Func<int, int[]> _challengeOf;
    private readonly PinnedArray<int> _challenge;
    private readonly List<Factor> _factors = [];
    private readonly List<Tested> _products = [];
    private readonly RowPass _pass;
    private readonly WeightProducts _weights;
    private int _challenged, _factorCount, _productCount, _waiting;

    /// <param name="pool">Threads to use.</param>
    /// <param name="challenge">Gives <see cref="Challenge.Rows"/> for so many rows.</param>
    public ProductTest(WorkerPool pool, Func<int, int[]> challenge)
    {
        (_pool, _challengeOf) = (pool, challenge);
        _challenge = new PinnedArray<int>(Memory);
        _pass = new RowPass(pool, Memory);
        _weights = new WeightProducts(pool, Memory);
    }

    /// <summary>What its kernels work on.</summary>
    public Slab Memory { get; } = new();

    /// <summary>Whether so much waits that it is time to <see cref="Settle"/>, before a product with rows of its own is added.</summary>
    public bool HasMany => _waiting >= Many;

    /// <summary>Whether a product can be tested: its sums, with any bytes for rows, fit in 32 bits.</summary>
    public static bool CanTest(BoundWeight weight, int depth) =>
        depth <= (weight.Entry.Element == DType.W4 ? LinearW4.MaxDepthOfBytes : LinearW8.MaxDepthOfBytes);

    /// <summary>Adds up X and Y, and writes the product's values or sums.</summary>
    /// <param name="product">X, the weight, and what is to be written.</param>
    /// <param name="y">The rows of Y, and <see cref="Projection.Ahead"/> more.</param>
    public void Add(in ProductRows product, PackedRow* y)
    {
        Factor factor = product.AreSame ? _products[_productCount - 1].Factor : Next(_factors, ref _factorCount, static m => new Factor(m));
        Tested tested = Next(_products, ref _productCount, static m => new Tested(m));
        (tested.Factor, tested.Weight, tested.Columns) = (factor, product.Weight, product.Columns);
        _waiting += product.Columns;
        int columns = Projection.Count * Projection.Stride(product.Columns), depth = Projection.Count * Projection.Stride(product.Depth);
        tested.Sums.Grow(columns);
        if (!product.AreSame)
        {
            (factor.Depth, factor.Planes, factor.HasNibbles) = (product.Depth, Projection.Planes(product.Rows), product.Weight.Entry.Element == DType.W4);
            factor.Sums.Grow(depth);
        }

        _pass.Run(product, Coefficients(product.Rows), y, factor.Sums.Span[..depth], tested.Sums.Span[..columns]);
    }

    /// <summary>Holds all that was added against its weights, and forgets it.</summary>
    /// <returns>The product that was found wrong, counted from 0, and its first wrong column; null if none is.</returns>
    public (int Product, int Column)? Settle()
    {
        _pool.Run(_factorCount, new SplitWork(_factors));
        (int, int)? wrong = _weights.FirstWrong(_products, _productCount);
        (_factorCount, _productCount, _waiting) = (0, 0, 0);
        return wrong;
    }

    private int* Coefficients(int rows)
    {
        if (rows > _challenged)
        {
            int[] s = _challengeOf(rows);
            _challenge.Grow(s.Length);
            s.CopyTo(_challenge.Span);
            _challenged = rows;
        }

        return _challenge.Data;
    }

    public void Dispose() => Memory.Dispose();

    private T Next<T>(List<T> list, ref int count, Func<Slab, T> make)
    {
        if (count == list.Count)
        {
            list.Add(make(Memory));
        }

        return list[count++];
    }

    /// <summary>s X: first as sums, then as bytes.</summary>
    internal sealed class Factor(Slab slab)
    {
        public PinnedArray<long> Sums { get; } = new(slab);

        public PinnedArray<sbyte> Bytes { get; } = new(slab);

        public PinnedArray<int> GroupOffsets { get; } = new(slab);

        public int Depth { get; set; }

        public int Planes { get; set; }

        public bool HasNibbles { get; set; }

        /// <summary>Rows of bytes.</summary>
        public int Rows => Planes * Projection.Count;

        /// <summary>Cuts the sums into bytes.</summary>
        public void Split()
        {
            int length = Rows * Depth;
            Projection.Split(Sums.Data, Depth, Planes, Bytes.Grow(length));
            if (HasNibbles)
            {
                int groups = length / LinearW4.Group;
                GroupOffsets.Grow(groups);
                LinearW4.GroupOffsets(Bytes.Span[..length], Depth, GroupOffsets.Span[..groups]);
            }
        }
    }

    /// <summary>A product that waits for its weight: s Y beside the factor that must give it.</summary>
    internal sealed class Tested(Slab slab)
    {
        public Factor Factor { get; set; } = null!;

        public BoundWeight Weight { get; set; } = null!;

        public int Columns { get; set; }

        public PinnedArray<long> Sums { get; } = new(slab);
    }

    private readonly struct SplitWork(List<Factor> factors) : IWork
    {
        public void Item(int item, int worker) => factors[item].Split();
    }
}
