using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Answers for a run: signs what all its outputs were, opens them, and signs the cells of an element. Who can't answer for what he signed has lost.</summary>
/// <param name="program">The program with its weights.</param>
/// <param name="request">What the run was given.</param>
/// <param name="run">The run's id in the log.</param>
/// <param name="first">Log index of its opening record.</param>
/// <param name="records">How many it has.</param>
/// <param name="flow">The run's data flow up to a record, or null where there is none.</param>
/// <param name="key">The log's key.</param>
/// <param name="pool">Threads to execute the run with.</param>
public sealed class ValueParty(BoundProgram program, RunRequest request, Digest run, ulong first, ulong records, Func<ulong, IRunFlow?> flow, LogKey key, WorkerPool pool)
{
    /// <summary>Cells that are evaluated for one element at most.</summary>
    internal const int MostCells = 1 << 22;

    private readonly Lock _lock = new();
    private (ulong Index, Subject Subject, Sources Sources, IRunValues Values)? _record;
    private (ulong Index, int Output, ulong Element, byte[] Bytes)? _cells;
    private (ulong Index, OutputsTree Tree)? _outputs;

    /// <summary>What becomes of the data of each leaf of the outputs, by its sequence: so is one that claims another thing than it did.</summary>
    internal Func<ulong, byte[], byte[]>? Leaf { get; init; }

    /// <summary>What becomes of each cell: a machine that lies is tested by it.</summary>
    internal Func<long, ulong, ulong> Cell { get; init; } = static (_, value) => value;

    /// <summary>The answer; empty where there is none.</summary>
    /// <param name="question">Anyone's bytes.</param>
    public byte[] Answer(ReadOnlySpan<byte> question)
    {
        if (!Question.TryParse(question, out Question? asked))
        {
            return [];
        }

        lock (_lock)
        {
            try
            {
                return Answer(asked);
            }
            catch (Exception e) when (e is NotBroughtException or TrapsException or OverflowException)
            {
                return [];
            }
        }
    }

    private byte[] Answer(Question asked) => asked.Kind is QuestionKind.Outputs or QuestionKind.OutputRanges or QuestionKind.Leaf ? OfOutputs(asked) : OfRecord(asked);

    private byte[] OfOutputs(Question asked)
    {
        OutputsTree tree = Outputs(asked.Index);
        var to = new ByteSink();
        switch (asked.Kind)
        {
            case QuestionKind.Outputs:
                return OutputsNote.Sign(key, run, tree.Leaves, tree.Root);
            case QuestionKind.OutputRanges:
                ulong width = 1UL << asked.Level, from = asked.From;
                if (from > tree.Leaves >> asked.Level)
                {
                    return [];
                }

                var roots = new List<Digest>();
                for (ulong at = from << asked.Level; roots.Count < asked.Count && at < tree.Leaves; at += width)
                {
                    roots.Add(tree.RootOf(at, Math.Min(width, tree.Leaves - at)));
                }

                to.Digests(roots);
                break;
            default:
                if (asked.Element >= tree.Leaves)
                {
                    return [];
                }

                to.Part(tree.Leaf(asked.Element));
                break;
        }

        return to.ToArray();
    }

    private byte[] OfRecord(Question asked)
    {
        (Subject subject, Sources sources, IRunValues values) = Record(asked.Index);
        var to = new ByteSink();
        switch (asked.Kind)
        {
            case QuestionKind.Ranges:
                (TensorForm form, ReadOnlyMemory<byte> tensor) = Tensor(subject, values, asked.Output);
                if (asked.Element != Question.Rows && asked.Element >= (ulong)form.Rows)
                {
                    return [];
                }

                BlockRanges tree = asked.Element == Question.Rows ? BlockRanges.OfRows(form, tensor.Span)
                    : BlockRanges.Of(tensor.Span.Slice((int)((long)asked.Element * form.RowBytes), (int)form.RowBytes));
                to.Digests(tree.Ranges(asked.Level, (long)asked.From, asked.Count));
                break;
            case QuestionKind.Blocks:
                (form, tensor) = Tensor(subject, values, asked.Output);
                if (asked.Places.Length == 0 || asked.Places.Any(p => p.Row >= (ulong)form.Rows || p.Block >= (ulong)form.Blocks))
                {
                    return [];
                }

                BlockRanges.Open(asked.Index, asked.Output, form, tensor.Span, asked.Places).Write(to);
                break;
            case QuestionKind.Claim:
                byte[] cells = Cells(asked, subject, sources, values);
                return new CellClaim(key.Name, asked.Index, asked.Output, asked.Element, cells.Length / CellClaim.CellBytes, BlockRanges.Of(cells).Root).Sign(key);
            case QuestionKind.CellRanges:
                to.Digests(BlockRanges.Of(Cells(asked, subject, sources, values)).Ranges(asked.Level, (long)asked.From, asked.Count));
                break;
            default:
                cells = Cells(asked, subject, sources, values);
                BlockRanges ranges = BlockRanges.Of(cells);
                ulong[] blocks = [.. asked.Places.Select(static p => p.Block).Distinct().Order()];
                if (blocks.Length == 0 || blocks[^1] >= (ulong)ranges.Count)
                {
                    return [];
                }

                ranges.Open(cells, blocks).Write(to);
                break;
        }

        return to.ToArray();
    }

    private OutputsTree Outputs(ulong index)
    {
        if (_outputs is not { } known || known.Index != index)
        {
            ulong leaves = index >= first && index - first < records ? index - first + 1 : throw new NotBroughtException("there is no such record");
            var tree = OutputsTree.Of(program, request, pool, leaves);
            _outputs = known = (index, Leaf is null ? tree : tree.With(Leaf));
        }

        return known.Tree;
    }

    private (Subject Subject, Sources Sources, IRunValues Values) Record(ulong index)
    {
        if (_record is not { } known || known.Index != index)
        {
            IRunFlow runs = flow(index) ?? throw new NotBroughtException("the run's data flow is not known");
            var subject = new Subject(program.Module, runs.TryPlace(index, out RecordPlace? place) ? place : throw new NotBroughtException("there is no such record"), index) { Sampling = request.Sampling };
            var sources = new Sources(program.Module, runs);
            _record = known = (index, subject, sources, CapturedValues.Of(program, request, pool, first, ValueNeeds.Of(subject, sources)));
            _cells = null;
        }

        return (known.Subject, known.Sources, known.Values);
    }

    private static (TensorForm Form, ReadOnlyMemory<byte> Bytes) Tensor(Subject subject, IRunValues values, int output)
    {
        TensorForm form = subject.Form(output);
        return values.TryBytes(subject.Index, output, out ReadOnlyMemory<byte> bytes) && bytes.Length == form.Bytes
            ? (form, bytes)
            : throw new NotBroughtException("the record's value is not at hand");
    }

    private byte[] Cells(Question asked, Subject subject, Sources sources, IRunValues values)
    {
        if (_cells is not { } known || (known.Index, known.Output, known.Element) != (asked.Index, asked.Output, asked.Element))
        {
            if (asked.Element >= (ulong)(subject.IsScalar ? 1 : subject.Form(asked.Output).Elements))
            {
                throw new NotBroughtException("there is no such element");
            }

            Derivation derivation = DerivationTable.Of(subject, asked.Output, (long)asked.Element);
            if (derivation.Count > MostCells)
            {
                throw new NotBroughtException("the element takes too many cells");
            }

            var blocks = new CapturedBlocks(program, request, values);
            using var reader = new ElementReader(subject, sources, blocks) { IsBounded = false };
            for (long cell = 0; cell < derivation.Count; cell++)
            {
                blocks.Cells.Add(derivation.Evaluate(cell, reader));
            }

            for (int cell = 0; cell < blocks.Cells.Count; cell++)
            {
                blocks.Cells[cell] = Cell(cell, blocks.Cells[cell]);
            }

            _cells = known = (asked.Index, asked.Output, asked.Element, blocks.CellBytes());
        }

        return known.Bytes;
    }
}
