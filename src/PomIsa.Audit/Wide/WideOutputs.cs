using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Wide;

/// <summary>Watches a wide step and keeps what the records of the calls need: commitments by call, and the rows of the results.</summary>
internal sealed class WideOutputs : IRetireObserver, IRowChoices
{
    /// <summary>Roots of rows that wait until the trees above them are hashed side by side.</summary>
    private const int MostWaiting = 1 << 15;

    private readonly Function _narrow;
    private readonly RowClass[] _classes;
    private readonly IReadOnlyList<StepCall> _calls;
    private readonly IReadOnlyList<Range> _parts;
    private readonly WorkerPool _pool;
    private readonly bool[] _chosen;
    private readonly bool[]? _only;
    private readonly CommitmentBatch[] _hashers;
    private readonly RootBatch _several = new();
    private readonly List<(Digest[] Commitments, int At)> _whose = []; // of those that wait in _several
    private readonly Digest[]?[] _commitments; // by instruction, then call
    private Digest[]? _rowsOf; // those of the last quantized product
    private readonly int[] _lastWrite; // by result, the instruction that gives it its value
    private readonly Kept[] _results; // by call, then result
    private readonly List<(int Call, int First, int Rows)> _long = []; // calls of the part that have several rows, or none
    private readonly List<byte[]> _copies = []; // of the results of all parts but the last
    private Digest[] _roots = new Digest[256];
    private Digest[] _finished = new Digest[64];
    private int[] _callOfRow = [], _callOfLast = [], _none = [];
    private int _part = -1, _rows, _next;
    private int[] _choices = []; // by row of the product that was computed last

    /// <param name="chosen">Products of which it is enough to know <see cref="Greatest"/>.</param>
    /// <param name="only">Instructions that are hashed; null: all.</param>
    public WideOutputs(Function narrow, RowClass[] classes, bool[] chosen, IReadOnlyList<StepCall> calls, IReadOnlyList<Range> parts, WorkerPool pool, bool[]? only)
    {
        (_narrow, _classes, _chosen, _calls, _parts, _pool, _only) = (narrow, classes, chosen, calls, parts, pool, only);
        _commitments = new Digest[]?[narrow.Body.Length];
        _hashers = new CommitmentBatch[pool.Threads];
        for (int i = 0; i < _hashers.Length; i++)
        {
            _hashers[i] = new CommitmentBatch();
        }

        _results = new Kept[calls.Count * narrow.ResultCount];
        _lastWrite = new int[narrow.ResultCount];
        Array.Fill(_lastWrite, -1);
        for (int at = 0; at < narrow.Body.Length; at++)
        {
            ImmutableArray<OperandRow> operands = narrow.Body[at].Row.Operands;
            for (int operand = 0; operand < operands.Length; operand++)
            {
                if (operands[operand] is not { Kind: OperandKind.Register, Effect: Effect.Write })
                {
                    continue;
                }

                int result = narrow.Body[at].Operands[operand].Index - narrow.ParameterCount;
                if (result >= 0 && result < narrow.ResultCount)
                {
                    _lastWrite[result] = at;
                }
            }
        }
    }

    /// <summary>Bytes of a result of a call, in memory that does not move. Those of the last part lie in the registers of the interpreter that executed it, as long as it lives.</summary>
    public unsafe ReadOnlySpan<byte> Result(int call, int result)
    {
        Kept kept = _results[(call * _narrow.ResultCount) + result];
        return new ReadOnlySpan<byte>(kept.Data, kept.Length);
    }

    /// <summary>Where the greatest value of a result of a call is, whose <see cref="Result"/> is empty as nothing else is known of it; else -1.</summary>
    public int Greatest(int call, int result) => _results[(call * _narrow.ResultCount) + result].Greatest;

    public unsafe int* Take(int rows)
    {
        if (!_chosen[_next])
        {
            return null;
        }

        _choices = GC.AllocateUninitializedArray<int>(rows, pinned: true);
        return (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_choices));
    }

    /// <summary>Commitments in the record of an instruction of a call.</summary>
    public ReadOnlySpan<Digest> Commitments(int instruction, int call)
    {
        return _commitments[instruction] is { } all ? all.AsSpan(call, 1) : [];
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "";
        _next = place.Function == WideProgram.Step ? place.Instruction + 1 : 0;
        if (place.Function != WideProgram.Step)
        {
            return true;
        }

        if (place.Instruction == 0)
        {
            BeginPart();
        }

        if (place.Instruction == _narrow.Body.Length - 1 || _several.Roots > MostWaiting)
        {
            FinishSeveral();
        }

        if (context.Line.Committed >= 0)
        {
            Commit(place.Instruction, context);
        }

        foreach (int operand in context.Line.Written)
        {
            int register = _narrow.Body[place.Instruction].Operands[operand].Index, result = register - _narrow.ParameterCount;
            if (result >= 0 && result < _narrow.ResultCount && _chosen[place.Instruction])
            {
                ForEachCall((call, first, _) => _results[(call * _narrow.ResultCount) + result] = new Kept(_choices[call - _parts[_part].Start.Value]));
            }
            else if (result >= 0 && result < _narrow.ResultCount && _lastWrite[result] == place.Instruction)
            {
                Keep(context.View(operand), result, _classes[register]);
            }
        }

        return true;
    }

    private void Commit(int at, OpContext context)
    {
        Line line = context.Line;
        bool hashed = _only?[at] != false;
        if (!line.CommitsRows)
        {
            if (hashed)
            {
                Commit(context.View(line.Committed), _commitments[at] ??= new Digest[_calls.Count], ClassOf(at, line.Committed));
            }

            return;
        }

        if (hashed && line.SharesRows && _rowsOf is { } same)
        {
            _commitments[at] = same;
            return;
        }

        _rowsOf = hashed ? _commitments[at] ??= new Digest[_calls.Count] : null;
        if (hashed)
        {
            Commit(context.Rows, _rowsOf!, ClassOf(at, line.Committed));
        }
    }

    private RowClass ClassOf(int at, int operand) => _classes[_narrow.Body[at].Operands[operand].Index];

    private unsafe void Commit(in TensorView view, Digest[] commitments, RowClass known)
    {
        var dimensions = new int[view.Rank];
        view.CopyDimensions(dimensions);
        byte element = (byte)view.Element;
        if (known == RowClass.Same)
        {
            Digest same = Commitment.Of(element, dimensions, view.Raw);
            ForEachCall((call, _, _) => commitments[call] = same);
            return;
        }

        if (view.Rank == 1)
        {
            // A vector is one row of blocks: each call's part of it is a vector of its own.
            byte[] all = view.Raw.ToArray();
            int size = DTypes.SizeOf(view.Element);
            ForEachCall((call, first, rows) => commitments[call] = Commitment.Of(element, [rows], all.AsSpan(first * size, rows * size)));
            return;
        }

        fixed (byte* data = view.Raw)
        {
            Hash(element, dimensions, data, view.Bytes, null, 0, commitments, known);
        }
    }

    private unsafe void Commit(in RowsView rows, Digest[] commitments, RowClass known)
    {
        if (known == RowClass.Same)
        {
            Span<Digest> same = stackalloc Digest[1];
            _hashers[0].AddRows(Commitment.QuantizedRows, rows.Rows, rows.Depth, rows.Scales, rows.Integers, rows.Flip);
            _hashers[0].Flush(same);
            (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
            commitments.AsSpan(from, count).Fill(same[0]);
            return;
        }

        // Of more than two dimensions each first index has several rows.
        fixed (byte* integers = rows.Integers, scales = rows.Scales)
        {
            Hash(Commitment.QuantizedRows, [rows.Rows, rows.Depth], integers, rows.Integers.Length, scales, rows.Flip, commitments, known);
        }
    }

    /// <summary>Commits to the rows of each call: of calls of one row, which are most, in the same loop as their blocks; of others when many wait.</summary>
    private unsafe void Hash(
        byte element, int[] dimensions, byte* data, long bytes, byte* scales, byte flip, Digest[] commitments, RowClass known)
    {
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        int several = dimensions[0] / (known == RowClass.Last ? count : _rows); // rows of the commitment to one of the call
        int[] single = several != 1 ? None(dimensions[0]) : known == RowClass.Last ? _callOfLast : _callOfRow;
        _roots = _roots.Length < dimensions[0] ? new Digest[dimensions[0]] : _roots;
        var work = new RowHashes(_hashers, element, dimensions, data, bytes, scales, flip, _roots, single, commitments);
        _pool.Run(work.Items, work);
        if (several != 1)
        {
            ForEachCall((call, first, rows) => Wait(call, known == RowClass.Last ? call - from : first, known == RowClass.Last ? 1 : rows));
        }
        else if (known != RowClass.Last)
        {
            _long.ForEach(c => Wait(c.Call, c.First, c.Rows));
        }

        void Wait(int call, int first, int rows)
        {
            _several.Add(element, [rows * several, .. dimensions.AsSpan(1)], _roots.AsSpan(first * several, rows * several));
            _whose.Add((commitments, call));
        }
    }

    private void FinishSeveral()
    {
        _finished = _finished.Length < _several.Count ? new Digest[2 * _several.Count] : _finished;
        int count = _several.Finish(_finished);
        for (int i = 0; i < count; i++)
        {
            (Digest[] commitments, int at) = _whose[i];
            commitments[at] = _finished[i];
        }

        _whose.Clear();
    }

    private void BeginPart()
    {
        _part++;
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        _rows = 0;
        _long.Clear();
        ForEachCall((call, first, rows) =>
        {
            _rows += rows;
            if (rows != 1)
            {
                _long.Add((call, first, rows));
            }
        });
        _callOfLast = new int[count];
        for (int i = 0; i < count; i++)
        {
            _callOfLast[i] = from + i;
        }

        _callOfRow = new int[_rows];
        Array.Fill(_callOfRow, -1);
        ForEachCall((call, first, rows) =>
        {
            if (rows == 1)
            {
                _callOfRow[first] = call;
            }
        });
    }

    private int[] None(int rows)
    {
        if (_none.Length < rows)
        {
            _none = new int[rows];
            Array.Fill(_none, -1);
        }

        return _none;
    }

    private unsafe void Keep(in TensorView view, int result, RowClass known)
    {
        (int from, int count) = _parts[_part].GetOffsetAndLength(_calls.Count);
        byte* data = _part == _parts.Count - 1 ? view.Data : Copy(view); // the next part will take its place
        int row = known == RowClass.Same ? view.Bytes : view.Bytes / (known == RowClass.Last ? count : _rows);
        ForEachCall((call, first, rows) =>
        {
            (int at, int length) = known switch
            {
                RowClass.Same => (0, row),
                RowClass.Last => ((call - from) * row, row),
                _ => (first * row, rows * row),
            };
            _results[(call * _narrow.ResultCount) + result] = new Kept(data + at, length);
        });
    }

    private unsafe byte* Copy(in TensorView view)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(view.Bytes, pinned: true);
        view.Raw.CopyTo(copy);
        _copies.Add(copy);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copy));
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

    /// <summary>Where a result of a call is: in a copy, or in the machine's memory; or where its greatest value is in it.</summary>
    private readonly unsafe struct Kept
    {
        public readonly byte* Data;
        public readonly int Length, Greatest;

        public Kept(byte* data, int length)
        {
            Data = data;
            (Length, Greatest) = (length, -1);
        }

        public Kept(int greatest) => Greatest = greatest;
    }
}
