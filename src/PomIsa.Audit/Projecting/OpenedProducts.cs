using PomIsa.Audit.Wide;
using PomIsa.Evidence.Openings;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Projecting;

/// <summary>Gives a wide step the sums that a run's openings hold, each product tested as it comes. What has few rows is computed: that takes no longer.</summary>
internal sealed unsafe class OpenedProducts : IProductSource
{
    private const int PiecesAtOnce = 16;

    private readonly RowClass[] _classes;
    private readonly IReadOnlyList<StepCall> _calls;
    private readonly IReadOnlyList<Range> _parts;
    private readonly OpeningFile _openings;
    private readonly ProductTest _test;
    private readonly Function _step;
    private readonly int[] _products;
    private readonly int _fewest;
    private readonly List<Piece> _pieces = [];
    private readonly WorkerPool _pool;
    private int _next;
    private bool _hasRows;

    /// <param name="step">The step, as the module has it.</param>
    /// <param name="classes">Of its registers.</param>
    /// <param name="calls">The run's calls of it.</param>
    /// <param name="parts">Calls that go through one wide step.</param>
    /// <param name="openings">What is said of the products.</param>
    /// <param name="test">Tests them.</param>
    /// <param name="pool">Threads to read with.</param>
    /// <param name="fewest">Rows from which a product is tested rather than computed.</param>
    public OpenedProducts(Function step, RowClass[] classes, IReadOnlyList<StepCall> calls, IReadOnlyList<Range> parts, OpeningFile openings, ProductTest test, WorkerPool pool, int fewest)
    {
        (_step, _classes, _calls, _parts, _openings, _test, _pool, _fewest) = (step, classes, calls, parts, openings, test, pool, fewest);
        _products = [.. Enumerable.Range(0, step.Body.Length).Where(at => step.Body[at].Row.RecordsProduct || step.Body[at].Row.Code == Opcode.MatMulI8)];
    }

    /// <summary>Products, counted by call, that were tested.</summary>
    public long Tested { get; private set; }

    /// <summary>Products, counted by call, that were computed again.</summary>
    public long Computed { get; private set; }

    /// <summary>Why the openings are of no use; null while they are.</summary>
    public string? Missing { get; private set; }

    /// <summary>Whether a product failed its test.</summary>
    public bool Failed { get; private set; }

    public bool TryTake(OpContext context, in ProductRows product, int* sums, out FaultCode code)
    {
        code = FaultCode.None;
        int at = _products[_next % _products.Length], part = _next / _products.Length;
        _next++;
        (int from, int count) = _parts[part].GetOffsetAndLength(_calls.Count);
        if (product.Rows < _fewest || !ProductTest.CanTest(product.Weight, product.Rows, product.Depth))
        {
            _hasRows = false;
            Computed += count;
            return false;
        }

        if (!TryFind(at, from, count, product) || !TryRead(sums))
        {
            code = FaultCode.Stopped;
            return true;
        }

        var tested = new ProductRows(product.Q, product.Flip, product.AreSame && _hasRows, product.Weight, product.Rows, product.Depth, product.Columns);
        _hasRows = true;
        Failed = _test.WrongColumn(tested, sums) >= 0;
        Tested += count;
        code = Failed ? FaultCode.Stopped : FaultCode.None;
        return true;
    }

    /// <summary>Finds where the openings have the rows of a product, by the calls that made them.</summary>
    private bool TryFind(int at, int from, int count, in ProductRows product)
    {
        bool last = _classes[_step.Body[at].Operands[0].Index] == RowClass.Last;
        long units = last ? count : 0;
        for (int call = from; call < from + count && !last; call++)
        {
            units += _calls[call].Rows;
        }

        int several = (int)(product.Rows / units); // of a product of more than two dimensions each first index has several rows
        long to = 0;
        _pieces.Clear();
        for (int call = from; call < from + count; call++)
        {
            int rows = (last ? 1 : _calls[call].Rows) * several;
            ulong sequence = (ulong)(_calls[call].First + at);
            long offset = _openings.Find(sequence, rows, product.Columns);
            if (offset < 0)
            {
                Missing = $"the openings have no {rows} by {product.Columns} sums for action {sequence}";
                return false;
            }

            _pieces.Add(new Piece(offset, to, rows * product.Columns));
            to += (long)rows * product.Columns;
        }

        return true;
    }

    private bool TryRead(int* sums)
    {
        var read = new ReadWork(_openings, _pieces, sums, new bool[1]);
        _pool.Run(((_pieces.Count - 1) / PiecesAtOnce) + 1, read);
        Missing = read.HasFailed ? "the openings' file became shorter while it was read" : null;
        return Missing is null;
    }

    /// <summary>Sums of one call: where the file has them, where they go, and how many.</summary>
    private readonly record struct Piece(long Offset, long To, int Length);

    private readonly struct ReadWork(OpeningFile openings, List<Piece> pieces, int* sums, bool[] failed) : IWork
    {
        public bool HasFailed => failed[0];

        public void Item(int item, int worker)
        {
            for (int i = item * PiecesAtOnce; i < Math.Min(pieces.Count, (item + 1) * PiecesAtOnce); i++)
            {
                Piece piece = pieces[i];
                if (!openings.TryRead(piece.Offset, new Span<int>(sums + piece.To, piece.Length)))
                {
                    failed[0] = true;
                }
            }
        }
    }
}
