using System.Buffers.Binary;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Leads the accused from his record to one element, and from there to one cell where that is needed; makes the proof of what is found.</summary>
public sealed class ValueDispute
{
    /// <summary>Elements and cells that a check reads at most: it stays within milliseconds, and larger ones are settled by the accused's cells.</summary>
    private const int MostReads = ElementReader.MostReads / 2;

    private readonly BoundProgram _program;
    private readonly RunRequest _request;
    private readonly Subject _subject;
    private readonly Sources _sources;
    private readonly CapturedValues _ours;
    private readonly AccusedAnswers _his;
    private readonly Retire _record;
    private readonly ulong _first;
    private long _row = -1, _block = -1;

    private ValueDispute(BoundProgram program, RunRequest request, WorkerPool pool, IRunFlow flow, ulong first, ulong index, Retire record, AccusedAnswers his)
    {
        (_program, _request, _record, _his, _first) = (program, request, record, his, first);
        _subject = new Subject(program.Module, flow.TryPlace(index, out RecordPlace? place) ? place : throw new NotBroughtException("the record's place is not known"), index) { Sampling = request.Sampling };
        _sources = new Sources(program.Module, flow);
        _ours = CapturedValues.Of(program, request, pool, first, ValueNeeds.Of(_subject, _sources));
    }

    /// <summary>Tries to prove that a record's value is wrong.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">What the run was given.</param>
    /// <param name="pool">Threads to execute it again with.</param>
    /// <param name="flow">Its data flow up to the record.</param>
    /// <param name="first">Log index of the run's opening record.</param>
    /// <param name="index">Log index of the record.</param>
    /// <param name="record">The accused's record.</param>
    /// <param name="key">The accused's key.</param>
    /// <param name="ask">Asks the accused; null or no bytes where he doesn't answer.</param>
    public static ValueOutcome Prove(
        BoundProgram program, RunRequest request, WorkerPool pool, IRunFlow flow, ulong first, ulong index, Retire record, VerifierKey key, Func<byte[], byte[]?> ask) =>
        Prove(program, request, pool, flow, first, index, record, key, ask, byCells: false);

    /// <summary>The same, where small elements can be settled by the accused's cells, too.</summary>
    internal static ValueOutcome Prove(
        BoundProgram program, RunRequest request, WorkerPool pool, IRunFlow flow, ulong first, ulong index, Retire record, VerifierKey key, Func<byte[], byte[]?> ask, bool byCells)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(record);
        var his = new AccusedAnswers(record, index, key, ask);
        ValueDispute? dispute = null;
        try
        {
            dispute = new ValueDispute(program, request, pool, flow, first, index, record, his);
            return dispute.Prove(byCells);
        }
        catch (ForfeitsException e)
        {
            return dispute!.Forfeited(e.Message); // nobody is asked before it is made
        }
        catch (Exception e) when (e is NotBroughtException or TrapsException or OverflowException)
        {
            return new ValueOutcome(default, [], false, his.Questions, -1, -1, e.Message);
        }
    }

    // With byCells, small elements are settled by the accused's cells, too.
    private ValueOutcome Prove(bool byCells)
    {
        if (!DerivationTable.Has(_subject.Row))
        {
            return Nothing($"{_subject.Row.Mnemonic} has no value of its own");
        }

        bool isScalar = _subject.Row.RecordedTensors == 0;
        if (isScalar ? _record.Scalars.Length != 1 : _record.Commitments.Length != _subject.Row.RecordedTensors)
        {
            return Nothing("its record hides its outputs");
        }

        int output = 0;
        long element = isScalar ? 0 : FirstDifference(out output);
        if (element < 0)
        {
            return Nothing("its value is ours");
        }

        ulong claimed = isScalar ? (ulong)_record.Scalars[0] : Own(output, element);
        return (byCells ? null : Evaluated(output, element, claimed)) ?? ByCells(output, element, claimed);
    }

    /// <summary>The first element that differs; where one output follows from another, that one is looked at first.</summary>
    private long FirstDifference(out int output)
    {
        output = 0;
        long first = -1;
        foreach (int candidate in _subject.Row.Mnemonic == "quantize" ? (int[])[1, 0] : [.. Enumerable.Range(0, _subject.Row.RecordedTensors)])
        {
            long element = FirstDifference(candidate);
            if (element >= 0 && (first < 0 || (_subject.Row.Mnemonic != "quantize" && element < first)))
            {
                (first, output) = (element, candidate);
            }
        }

        if (first >= 0)
        {
            (_row, _block, _) = _subject.Form(output).Find(first);
        }

        return first;
    }

    private long FirstDifference(int output)
    {
        TensorForm form = _subject.Form(output);
        if (!_ours.TryBytes(_subject.Index, output, out ReadOnlyMemory<byte> ours) || ours.Length != form.Bytes)
        {
            throw new NotBroughtException("our own run has no such record");
        }

        BlockRanges rows = BlockRanges.OfRows(form, ours.Span);
        if (Commitment.OfRoot(form.DType, form.Dimensions, rows.Root) == _record.Commitments[output])
        {
            return -1;
        }

        long row = form.Rows == 1 ? 0 : _his.FirstDifference(QuestionKind.Ranges, output, Question.Rows, rows);
        ReadOnlySpan<byte> line = row < 0 || form.Bytes == 0 ? throw new ForfeitsException("its tree is not what its record commits to")
            : ours.Span.Slice((int)(row * form.RowBytes), (int)form.RowBytes);
        long block = form.Blocks == 1 ? 0 : _his.FirstDifference(QuestionKind.Ranges, output, (ulong)row, BlockRanges.Of(line));
        if (block < 0)
        {
            throw new ForfeitsException("its tree is not what its record commits to");
        }

        byte[] his = _his.Block(output, form, row, block);
        int at = line.Slice((int)block * Commitment.BlockBytes, form.BlockBytes(block)).CommonPrefixLength(his);
        return at == his.Length
            ? throw new ForfeitsException("its tree is not what its record commits to")
            : ((row * form.RowBytes) + (block * Commitment.BlockBytes) + at) / form.ElementBytes;
    }

    private ulong Own(int output, long element)
    {
        using var reader = new ElementReader(_subject, _sources, Blocks([]));
        return reader.Own(output, element);
    }

    /// <summary>A proof that the element does not follow, evaluated as a whole; null where that takes too much.</summary>
    private ValueOutcome? Evaluated(int output, long element, ulong claimed)
    {
        Derivation derivation;
        CapturedBlocks blocks = Blocks([]);
        using var reader = new ElementReader(_subject, _sources, blocks) { Most = MostReads };
        try
        {
            derivation = DerivationTable.Of(_subject, output, element);
            if (derivation.Count > ValueProof.MostCells)
            {
                return null;
            }

            for (long cell = 0; cell < derivation.Count; cell++)
            {
                blocks.Cells.Add(derivation.Evaluate(cell, reader));
                if (blocks.ReadBytes > ValueBody.MaxBytes)
                {
                    return null;
                }
            }
        }
        catch (TooMuchException)
        {
            return null;
        }
        catch (TrapsException)
        {
            return Proof(output, element, null, blocks);
        }

        return blocks.Cells[^1] == claimed ? Nothing("the value follows from its records") : Proof(output, element, null, blocks);
    }

    /// <summary>A proof that one of the cells that the accused signs does not follow from those before it.</summary>
    private ValueOutcome ByCells(int output, long element, ulong claimed)
    {
        Derivation derivation = DerivationTable.Of(_subject, output, element);
        if (derivation.Count > ValueParty.MostCells)
        {
            return Nothing("the element takes too many cells");
        }

        byte[] note = _his.Claim(output, (ulong)element, derivation.Count, out Digest root);
        CapturedBlocks all = Blocks([]);
        using (var reader = new ElementReader(_subject, _sources, all) { IsBounded = false })
        {
            for (long cell = 0; cell < derivation.Count; cell++)
            {
                all.Cells.Add(derivation.Evaluate(cell, reader));
            }
        }

        byte[] ours = all.CellBytes();
        long wrong = FirstWrong(output, element, derivation.Count, root, ours);
        CapturedBlocks blocks = Blocks(all.Cells);
        if (wrong >= 0)
        {
            using var reader = new ElementReader(_subject, _sources, blocks);
            derivation.Evaluate(wrong, reader);
        }
        else if (all.Cells[^1] == claimed)
        {
            return Nothing("the value follows from its records");
        }

        wrong = wrong < 0 ? derivation.Count - 1 : wrong;
        blocks.CellsRead.Add(wrong);
        ulong[] places = [.. blocks.CellsRead.Select(static c => (ulong)c / (Commitment.BlockBytes / CellClaim.CellBytes)).Distinct()];
        OpenedBlocks cells = _his.Cells(output, (ulong)element, derivation.Count, root, places);
        return Proof(output, element, new OpenedCells(note, (ulong)wrong, cells), blocks);
    }

    private long FirstWrong(int output, long element, long count, Digest root, byte[] ours)
    {
        BlockRanges tree = BlockRanges.Of(ours);
        if (tree.Root == root)
        {
            return -1;
        }

        long block = tree.Count == 1 ? 0 : _his.FirstDifference(QuestionKind.CellRanges, output, (ulong)element, tree);
        byte[] his = block < 0 ? throw new ForfeitsException("its cells are not those that it signed") : _his.Cells(output, (ulong)element, count, root, [(ulong)block]).Blocks[0];
        int at = ours.AsSpan((int)block * Commitment.BlockBytes, his.Length).CommonPrefixLength(his);
        return at == his.Length ? throw new ForfeitsException("its cells are not those that it signed") : ((block * Commitment.BlockBytes) + at) / CellClaim.CellBytes;
    }

    private CapturedBlocks Blocks(List<ulong> cells) => new(_program, _request, _ours)
    {
        Index = _subject.Index,
        Accused = (output, row, block) => _his.Block(output, _subject.Form(output), row, block),
        Cells = cells,
    };

    /// <summary>Opens what was read.</summary>
    private ValueOutcome Proof(int output, long element, OpenedCells? cells, CapturedBlocks blocks)
    {
        if (_subject.Row.RecordedTensors > 0)
        {
            (long row, long block, _) = _subject.Form(output).Find(element);
            blocks.Tensors.Add((_subject.Index, output, (ulong)row, (ulong)block));
        }

        ValueBody body = blocks.Body(output, (ulong)element, cells, (which, places) => _his.Open(which, _subject.Form(which), places));
        byte[] bytesOfBody = body.ToBytes();
        if (bytesOfBody.Length > ValueBody.MaxBytes)
        {
            return cells is null ? ByCells(output, element, _subject.Row.RecordedTensors == 0 ? (ulong)_record.Scalars[0] : Own(output, element))
                : Nothing(FormattableString.Invariant($"its proof would have {bytesOfBody.Length} bytes"));
        }

        return new ValueOutcome(bytesOfBody, Pins(body), false, _his.Questions, _row, _block, FormattableString.Invariant($"element {element} of output {output} does not follow"));
    }

    /// <summary>The accused does not answer for the value: the whole output is proven wrong where it is small enough.</summary>
    private ValueOutcome Forfeited(string why) => WholeProof.Find(_program, _request, _subject, _sources, _ours, _record) is { } body
        ? new ValueOutcome(body.ToBytes(), Pins(body), true, _his.Questions, -1, -1, FormattableString.Invariant($"output {body.Output} does not follow"))
        : new ValueOutcome(default, [], true, _his.Questions, _row, _block, why);

    private ulong[] Pins(ValueBody body) => [.. new SortedSet<ulong>([_first, _subject.Index, .. body.Tensors.Select(static t => t.Index)])];

    private ValueOutcome Nothing(string why) => new(default, [], false, _his.Questions, _row, _block, why);
}
