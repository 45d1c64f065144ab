using PomIsa.Audit.Wide;
using PomIsa.Evidence.Openings;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Projecting;

/// <summary>Gives a wide step the sums that a run's openings hold, each product tested as it comes. What has few rows is computed: that takes no longer.</summary>
internal sealed unsafe class OpenedProducts : IProductSource
{
    private readonly RowClass[] _classes;
    private readonly IReadOnlyList<StepCall> _calls;
    private readonly IReadOnlyList<Range> _parts;
    private readonly OpeningFile _openings;
    private readonly ProductTest _test;
    private readonly Function _step;
    private readonly int[] _products;
    private readonly int _fewest;
    private int*[] _said = [];
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

        if (!TryFind(at, from, count, product))
        {
            code = FaultCode.Stopped;
            return true;
        }

        var tested = new ProductRows(product.Q, product.Flip, product.AreSame && _hasRows, product.Weight, product.Rows, product.Depth, product.Columns);
        _hasRows = true;
        Failed = _test.WrongColumn(tested, _said, sums) >= 0;
        Tested += count;
        code = Failed ? FaultCode.Stopped : FaultCode.None;
        return true;
    }

    /// <summary>Finds each row of a product in the openings of the call that made it.</summary>
    private bool TryFind(int at, int from, int count, in ProductRows product)
    {
        bool last = _classes[_step.Body[at].Operands[0].Index] == RowClass.Last;
        long units = last ? count : 0;
        for (int call = from; call < from + count && !last; call++)
        {
            units += _calls[call].Rows;
        }

        int several = (int)(product.Rows / units), row = 0; // of a product of more than two dimensions each first index has several rows
        _said = _said.Length == product.Rows ? _said : new int*[product.Rows];
        for (int call = from; call < from + count; call++)
        {
            int rows = (last ? 1 : _calls[call].Rows) * several;
            ulong sequence = (ulong)(_calls[call].First + at);
            int* sums = _openings.Find(sequence, rows, product.Columns);
            if (sums is null)
            {
                Missing = $"the openings have no {rows} by {product.Columns} sums for action {sequence}";
                return false;
            }

            for (int i = 0; i < rows; i++)
            {
                _said[row++] = sums + ((long)i * product.Columns);
            }
        }

        return true;
    }
}
