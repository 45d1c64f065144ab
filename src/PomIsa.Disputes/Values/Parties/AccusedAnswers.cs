using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Openings;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>The accused's outputs at one record: those that are ours are read here, others are asked for, and each answer is held against his claim.</summary>
/// <param name="his">The accused.</param>
/// <param name="subject">The record's instruction.</param>
/// <param name="claimed">His leaf.</param>
/// <param name="our">Ours.</param>
/// <param name="values">What our own run put out.</param>
internal sealed class AccusedAnswers(Accused his, Subject subject, OutputsLeaf claimed, OutputsLeaf our, IRunValues values)
{
    private readonly Dictionary<(int Output, long Row, long Block), byte[]> _blocks = [];

    /// <summary>The scalar that he claims.</summary>
    public ulong Scalar => (ulong)claimed.Scalars[0];

    /// <summary>Whether he claims a scalar that is not ours.</summary>
    public bool HasOtherScalar => !claimed.Scalars.SequenceEqual(our.Scalars);

    /// <summary>Whether an output is as our own run put it out.</summary>
    public bool IsOurs(int output) => Commitment(claimed, output) == Commitment(our, output);

    /// <summary>Whether an output has as many bytes in our own run.</summary>
    public bool HasOurSize(int output) => values.TryBytes(subject.Index, output, out ReadOnlyMemory<byte> bytes) && bytes.Length == subject.Form(output).Bytes;

    /// <summary>Our own bytes of an output.</summary>
    public ReadOnlyMemory<byte> Ours(int output) => values.TryBytes(subject.Index, output, out ReadOnlyMemory<byte> bytes) && bytes.Length == subject.Form(output).Bytes
        ? bytes : throw new NotBroughtException("our own run has no such record");

    /// <summary>One block of an output, with a path that leads to the commitment.</summary>
    public ReadOnlyMemory<byte> Block(int output, long row, long block)
    {
        if (!_blocks.TryGetValue((output, row, block), out byte[]? bytes))
        {
            _blocks[(output, row, block)] = bytes = Open(output, [((ulong)row, (ulong)block)]).Blocks[0].Blocks[0];
        }

        return bytes;
    }

    /// <summary>Several blocks at once.</summary>
    public OpenedTensor Open(int output, (ulong Row, ulong Block)[] places)
    {
        TensorForm form = subject.Form(output);
        if (IsOurs(output))
        {
            return BlockRanges.Open(subject.Index, output, form, Ours(output).Span, places);
        }

        var from = new Cursor(his.Ask(new Question(QuestionKind.Blocks, subject.Index, output, 0, 0, 0, 0, places)));
        OpenedTensor opened = OpenedTensor.Read(ref from);
        bool sound = from.IsDone && opened.Index == subject.Index && opened.Output == output && opened.TryCommitment(form, out Digest commitment) && commitment == Commitment(claimed, output)
            && opened.Rows.SelectMany((row, i) => opened.Blocks[i].Indices.Select(b => (row, b))).SequenceEqual(places.Distinct().Order());
        return sound ? opened : throw new ForfeitsException("what it opens is not what it claims");
    }

    /// <summary>The first element of an output that is not ours.</summary>
    /// <exception cref="ForfeitsException">He can't open what he claims.</exception>
    public long FirstDifference(int output)
    {
        TensorForm form = subject.Form(output);
        ReadOnlySpan<byte> ours = Ours(output).Span;
        long row = form.Rows == 1 ? 0 : FirstDifference(QuestionKind.Ranges, output, Question.Rows, BlockRanges.OfRows(form, ours));
        ReadOnlySpan<byte> line = row < 0 || form.Bytes == 0 ? throw NoTree() : ours.Slice((int)(row * form.RowBytes), (int)form.RowBytes);
        long block = form.Blocks == 1 ? 0 : FirstDifference(QuestionKind.Ranges, output, (ulong)row, BlockRanges.Of(line));
        if (block < 0)
        {
            throw NoTree();
        }

        ReadOnlySpan<byte> told = Block(output, row, block).Span;
        int from = (int)block * Evidence.Commitments.Commitment.BlockBytes, at = line.Slice(from, told.Length).CommonPrefixLength(told);
        return at == told.Length ? throw NoTree() : form.ElementAt(row, from + at);
    }

    /// <summary>His signature on the root over an element's cells.</summary>
    public byte[] Claim(int output, ulong element, long count, out Digest root)
    {
        byte[] note = his.Ask(new Question(QuestionKind.Claim, subject.Index, output, element, 0, 0, 0, []));
        return CellClaim.TryOpen(note, his.Key, subject.Index, output, element, count, out root) ? note : throw new ForfeitsException("it signs no cells of the element");
    }

    /// <summary>Blocks of cells, with paths that lead to the signed root.</summary>
    public OpenedBlocks Cells(int output, ulong element, long count, Digest root, ulong[] blocks)
    {
        var from = new Cursor(his.Ask(new Question(QuestionKind.Cells, subject.Index, output, element, 0, 0, 0, [.. blocks.Select(static b => (0UL, b))])));
        OpenedBlocks opened = OpenedBlocks.Read(ref from);
        return from.IsDone && opened.Indices.AsSpan().SequenceEqual(blocks) && opened.TryRoot(count * CellClaim.CellBytes, out Digest found) && found == root
            ? opened : throw new ForfeitsException("the cells that it opens are not those that it signed");
    }

    /// <summary>The first leaf in which one of his trees differs from ours.</summary>
    /// <param name="kind">Which tree is asked for.</param>
    /// <param name="element">Row, or element of cells.</param>
    /// <param name="ours">Our tree.</param>
    /// <returns>-1 where its ranges are all ours.</returns>
    public long FirstDifference(QuestionKind kind, int output, ulong element, BlockRanges ours)
    {
        int level = 0;
        while (ours.Count > (long)Question.MostRanges << level)
        {
            level += 8;
        }

        for (long from = 0; ; level = Math.Max(0, level - 8))
        {
            Digest[] our = ours.Ranges(level, from, Question.MostRanges);
            Digest[] roots = his.Ranges(new Question(kind, subject.Index, output, element, level, (ulong)from, our.Length, []));
            int at = our.AsSpan().CommonPrefixLength(roots);
            if (at == our.Length)
            {
                return -1;
            }

            if (level == 0)
            {
                return from + at;
            }

            from = (from + at) << 8;
        }
    }

    private Digest Commitment(OutputsLeaf leaf, int output) => output == subject.Recorded ? leaf.Recorded[0] : leaf.Written[output];

    private static ForfeitsException NoTree() => new("its tree is not what it claims");
}
