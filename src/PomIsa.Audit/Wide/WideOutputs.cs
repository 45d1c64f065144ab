using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Wide;

/// <summary>Watches a wide step and keeps what the records of the calls need: commitments by call, and the rows of the results.</summary>
internal sealed class WideOutputs : IRetireObserver
{
    private readonly Function _narrow;
    private readonly RowClass[] _classes;
    private readonly IReadOnlyList<StepCall> _calls;
    private readonly IReadOnlyList<Range> _parts;
    private readonly WorkerPool _pool;
    private readonly bool[]? _only;
    private readonly CommitmentBatch _batch = new();
    private readonly Digest[]?[] _commitments; // by instruction, then output, then call
    private readonly int[] _lastWrite; // by result, the instruction that gives it its value
    private readonly Digest[] _single; // roots, then commitments, of calls of one row
    private readonly int[] _whose;
    private Digest[] _roots = new Digest[256];
    private int _part = -1;

    /// <param name="only">Instructions that are hashed; null: all.</param>
    public WideOutputs(Function narrow, RowClass[] classes, IReadOnlyList<StepCall> calls, IReadOnlyList<Range> parts, WorkerPool pool, bool[]? only)
    {
        (_narrow, _classes, _calls, _parts, _pool, _only) = (narrow, classes, calls, parts, pool, only);
        _commitments = new Digest[]?[narrow.Body.Length];
        Results = new ReadOnlyMemory<byte>[calls.Count][];
        _single = new Digest[calls.Count];
        _whose = new int[calls.Count];
        _lastWrite = new int[narrow.ResultCount];
        Array.Fill(_lastWrite, -1);
        for (int at = 0; at < narrow.Body.Length; at++)
        {
            foreach (int operand in WrittenBy(at))
            {
                int result = narrow.Body[at].Operands[operand].Index - narrow.ParameterCount;
                if (result >= 0 && result < narrow.ResultCount)
                {
                    _lastWrite[result] = at;
                }
            }
        }

        for (int i = 0; i < Results.Length; i++)
        {
            Results[i] = new ReadOnlyMemory<byte>[narrow.ResultCount];
        }
    }

    /// <summary>By call, bytes of each result.</summary>
    public ReadOnlyMemory<byte>[][] Results { get; }

    /// <summary>Commitments in the record of an instruction of a call.</summary>
    public ReadOnlySpan<Digest> Commitments(int instruction, int call)
    {
        int outputs = _narrow.Body[instruction].Row.RecordedTensors;
        return _commitments[instruction] is { } all ? all.AsSpan(call * outputs, outputs) : [];
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "";
        if (place.Function != WideProgram.Step)
        {
            return true;
        }

        _part += place.Instruction == 0 ? 1 : 0;
        int outputs = _narrow.Body[place.Instruction].Row.RecordedTensors;
        if (outputs == 0)
        {
            return true;
        }

        bool hashed = _only?[place.Instruction] != false;
        Digest[] commitments = hashed ? _commitments[place.Instruction] ??= new Digest[_calls.Count * outputs] : [];
        if (hashed && context.Product is { Kind: not 0 } product)
        {
            Commit(product, commitments, _classes[_narrow.Body[place.Instruction].Operands[0].Index]);
        }

        int output = 0;
        foreach (int operand in WrittenBy(place.Instruction))
        {
            ref readonly TensorView view = ref context.View(operand);
            int register = _narrow.Body[place.Instruction].Operands[operand].Index, result = register - _narrow.ParameterCount;
            if (hashed && context.Product.Kind == 0)
            {
                Commit(view, commitments, outputs, output, _classes[register]);
            }

            if (result >= 0 && result < _narrow.ResultCount && _lastWrite[result] == place.Instruction)
            {
                Keep(view, result, _classes[register]);
            }

            output++;
        }

        return true;
    }

    private IEnumerable<int> WrittenBy(int at) => Enumerable.Range(0, _narrow.Body[at].Row.Operands.Length)
        .Where(i => _narrow.Body[at].Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write });

    private unsafe void Commit(in TensorView view, Digest[] commitments, int outputs, int output, RowClass known)
    {
        var dimensions = new int[view.Rank];
        view.CopyDimensions(dimensions);
        byte element = (byte)view.Element;
        if (known == RowClass.Same)
        {
            Digest same = Commitment.Of(element, dimensions, view.Raw);
            ForEachCall((call, _, _) => commitments[(call * outputs) + output] = same);
            return;
        }

        if (view.Rank == 1)
        {
            // A vector is one row of blocks: each call's part of it is a vector of its own.
            byte[] all = view.Raw.ToArray();
            int size = DTypes.SizeOf(view.Element);
            ForEachCall((call, first, rows) => commitments[(call * outputs) + output] = Commitment.Of(element, [rows], all.AsSpan(first * size, rows * size)));
            return;
        }

        fixed (byte* data = view.Raw)
        {
            _batch.AddInPlace(element, dimensions, data, view.Bytes);
            HashRows(view.First);
        }

        Spread(element, dimensions, commitments, outputs, output, known);
    }

    private unsafe void Commit(in ProductView product, Digest[] commitments, RowClass known)
    {
        int rows = product.Rows;
        fixed (byte* sums = product.Sums)
        {
            _batch.AddProductInPlace(product.Kind, rows, product.Columns, product.Scales, sums, product.Sums.Length);
            HashRows(rows);
        }

        // Of a product of more than two dimensions each first index has several rows.
        Spread(product.Kind, [rows, product.Columns], commitments, 1, 0, known);
    }

    private void HashRows(int rows)
    {
        _pool.Run(_batch.Close(), new Leaves(_batch));
        _roots = _roots.Length < rows ? new Digest[rows] : _roots;
        _batch.FinishRows(_roots);
    }

    /// <summary>Each call's commitment from the roots of its rows; calls of one row, which are most, side by side.</summary>
    private void Spread(byte element, int[] dimensions, Digest[] commitments, int outputs, int output, RowClass known)
    {
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        int several = dimensions[0] / (known == RowClass.Last ? count : RowsOfPart()); // rows of the commitment to one of the call
        int gathered = 0;
        ForEachCall((call, first, own) =>
        {
            int rows = (known == RowClass.Last ? 1 : own) * several, at = (known == RowClass.Last ? call - from : first) * several;
            if (rows == 1)
            {
                _single[gathered] = _roots[at];
                _whose[gathered++] = call;
                return;
            }

            commitments[(call * outputs) + output] = Commitment.OfRoot(element, [rows, .. dimensions.AsSpan(1)], Merkle.Root(_roots.AsSpan(at, rows)));
        });
        CommitmentHeads.OfRoots(element, [1, .. dimensions.AsSpan(1)], _single.AsSpan(0, gathered), _single);
        for (int i = 0; i < gathered; i++)
        {
            commitments[(_whose[i] * outputs) + output] = _single[i];
        }
    }

    private int RowsOfPart()
    {
        int rows = 0;
        ForEachCall((_, _, own) => rows += own);
        return rows;
    }

    private void Keep(in TensorView view, int result, RowClass known)
    {
        byte[] all = GC.AllocateUninitializedArray<byte>(view.Bytes);
        view.Raw.CopyTo(all);
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        int row = known == RowClass.Same ? all.Length : all.Length / (known == RowClass.Last ? count : RowsOfPart());
        ForEachCall((call, first, rows) => Results[call][result] = known switch
        {
            RowClass.Same => all,
            RowClass.Last => all.AsMemory((call - from) * row, row),
            _ => all.AsMemory(first * row, rows * row),
        });
    }

    /// <summary>Calls of the part, with their first row there and their number of rows.</summary>
    private void ForEachCall(Action<int, int, int> with)
    {
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        int first = 0;
        for (int call = from; call < from + count; call++)
        {
            with(call, first, _calls[call].Rows);
            first += _calls[call].Rows;
        }
    }

    private readonly struct Leaves(CommitmentBatch batch) : IWork
    {
        public void Item(int item, int worker) => batch.HashQuantum(item);
    }
}
