using PomIsa.Audit.Wide;
using PomIsa.Evidence.Openings;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Projecting;

/// <summary>Gives a wide step the sums that a run's openings hold, each product tested as it comes. What has few rows is computed: that takes no longer.</summary>
internal sealed unsafe class OpenedProducts : IProductSource, IDisposable
{
    private readonly RowClass[] _classes;
    private readonly IReadOnlyList<StepCall> _calls;
    private readonly IReadOnlyList<Range> _parts;
    private readonly OpeningFile _openings;
    private readonly ProductTest _test;
    private readonly Function _step;
    private readonly int[] _products;
    private readonly int _fewest;
    private readonly int[] _places;
    private readonly PinnedArray<PackedRow> _rows;
    private int _next;
    private bool _hasRows;

    /// <param name="step">The step, as the module has it.</param>
    /// <param name="classes">Of its registers.</param>
    /// <param name="calls">The run's calls of it.</param>
    /// <param name="parts">Calls that go through one wide step.</param>
    /// <param name="openings">What is said of the products.</param>
    /// <param name="test">Tests them.</param>
    /// <param name="fewest">Rows from which a product is tested rather than computed.</param>
    public OpenedProducts(Function step, RowClass[] classes, IReadOnlyList<StepCall> calls, IReadOnlyList<Range> parts, OpeningFile openings, ProductTest test, int fewest)
    {
        (_step, _classes, _calls, _parts, _openings, _test, _fewest) = (step, classes, calls, parts, openings, test, fewest);
        _rows = new PinnedArray<PackedRow>(test.Memory);
        _places = new int[calls.Count];
        var products = new List<int>();
        for (int at = 0; at < step.Body.Length; at++)
        {
            if (step.Body[at].Row.RecordsProduct || step.Body[at].Row.Code == Opcode.MatMulI8)
            {
                products.Add(at);
            }
        }

        _products = [.. products];
    }

    /// <summary>Products, counted by call, that were tested.</summary>
    public long Tested { get; private set; }

    /// <summary>Products, counted by call, that were computed again.</summary>
    public long Computed { get; private set; }

    /// <summary>Why the openings are of no use; null while they are.</summary>
    public string? Missing { get; private set; }

    /// <summary>Whether a product failed its test.</summary>
    public bool Failed { get; private set; }

    public bool TryTake(OpContext context, in ProductRows product, out FaultCode code)
    {
        code = FaultCode.None;
        int which = _next % _products.Length, part = _next / _products.Length;
        _next++;
        (int from, int count) = _parts[part].GetOffsetAndLength(_calls.Count);
        bool tests = product.Rows >= _fewest && ClassOf(_products[which]) != RowClass.Same && ProductTest.CanTest(product.Weight, product.Depth);
        if (!tests)
        {
            _hasRows = false;
            Computed += count;
        }
        else if (TryFind(_products[which], from, count, product))
        {
            bool same = product.AreSame && _hasRows;
            Failed |= !same && _test.HasMany && _test.Settle() is not null;
            _test.Add(product with { AreSame = same }, _rows.Data);
            _hasRows = true;
            Tested += count;
        }

        // The weights of a part's last products are read when all of them have been seen.
        Failed |= which == _products.Length - 1 && _test.Settle() is not null;
        code = Failed || Missing is not null ? FaultCode.Stopped : FaultCode.None;
        return tests || code != FaultCode.None;
    }

    public void Dispose() => _test.Dispose();

    private RowClass ClassOf(int at) => _classes[_step.Body[at].Operands[0].Index];

    /// <summary>Finds where the openings have the rows of a product, by the calls that made them.</summary>
    private bool TryFind(int at, int from, int count, in ProductRows product)
    {
        bool last = ClassOf(at) == RowClass.Last;
        long units = last ? count : 0;
        for (int call = from; call < from + count && !last; call++)
        {
            units += _calls[call].Rows;
        }

        int several = (int)(product.Rows / units), row = 0; // of a product of more than two dimensions each first index has several rows
        PackedRow* opened = _rows.Grow(product.Rows + Projection.Ahead);
        for (int call = from; call < from + count; call++)
        {
            int rows = (last ? 1 : _calls[call].Rows) * several;
            ulong sequence = (ulong)(_calls[call].First + at);
            byte* sums = _openings.Find(sequence, rows, product.Columns, ref _places[call], out int width);
            if (sums == null)
            {
                Missing = $"the openings have no {rows} by {product.Columns} sums for action {sequence}";
                return false;
            }

            for (int i = 0; i < rows; i++, sums += PackedSums.Bytes(product.Columns, width))
            {
                opened[row++] = new PackedRow((nint)sums, width);
            }
        }

        for (int i = 0; i < Projection.Ahead; i++)
        {
            opened[row + i] = opened[row - 1];
        }

        return true;
    }
}
