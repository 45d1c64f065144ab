using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Asks the accused about one record, and holds each answer against what he signed.</summary>
internal sealed class AccusedAnswers(Retire record, ulong index, VerifierKey key, Func<byte[], byte[]?> ask)
{
    private readonly Dictionary<(int Output, long Row, long Block), byte[]> _blocks = [];

    /// <summary>Questions asked.</summary>
    public int Questions { get; private set; }

    /// <summary>One block, with a path that leads to the commitment.</summary>
    public byte[] Block(int output, TensorForm form, long row, long block)
    {
        if (!_blocks.TryGetValue((output, row, block), out byte[]? bytes))
        {
            OpenedTensor opened = Open(output, form, [((ulong)row, (ulong)block)]);
            _blocks[(output, row, block)] = bytes = opened.Blocks[0].Blocks[0];
        }

        return bytes;
    }

    /// <summary>Several blocks at once.</summary>
    public OpenedTensor Open(int output, TensorForm form, (ulong Row, ulong Block)[] places)
    {
        var from = new Cursor(Ask(new Question(QuestionKind.Blocks, index, output, 0, 0, 0, 0, places)));
        OpenedTensor opened = OpenedTensor.Read(ref from);
        bool sound = from.IsDone && opened.Index == index && opened.Output == output && opened.TryCommitment(form, out Digest commitment) && commitment == record.Commitments[output]
            && opened.Rows.SelectMany((row, i) => opened.Blocks[i].Indices.Select(b => (row, b))).SequenceEqual(places.Distinct().Order());
        return sound ? opened : throw new ForfeitsException("what it opens is not what its record commits to");
    }

    /// <summary>Its signature on the root over an element's cells.</summary>
    public byte[] Claim(int output, ulong element, long count, out Digest root)
    {
        byte[] note = Ask(new Question(QuestionKind.Claim, index, output, element, 0, 0, 0, []));
        return CellClaim.TryOpen(note, key, index, output, element, count, out root) ? note : throw new ForfeitsException("it signs no cells of the element");
    }

    /// <summary>Blocks of cells, with paths that lead to the signed root.</summary>
    public OpenedBlocks Cells(int output, ulong element, long count, Digest root, ulong[] blocks)
    {
        var from = new Cursor(Ask(new Question(QuestionKind.Cells, index, output, element, 0, 0, 0, [.. blocks.Select(static b => (0UL, b))])));
        OpenedBlocks opened = OpenedBlocks.Read(ref from);
        return from.IsDone && opened.Indices.AsSpan().SequenceEqual(blocks) && opened.TryRoot(count * CellClaim.CellBytes, out Digest found) && found == root
            ? opened : throw new ForfeitsException("the cells that it opens are not those that it signed");
    }

    /// <summary>The first leaf in which its tree differs from ours.</summary>
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
            var cursor = new Cursor(Ask(new Question(kind, index, output, element, level, (ulong)from, our.Length, [])));
            Digest[] his = cursor.Digests();
            if (!cursor.IsDone || his.Length != our.Length)
            {
                throw new ForfeitsException("it doesn't show its tree");
            }

            int at = our.AsSpan().CommonPrefixLength(his);
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

    private byte[] Ask(Question question)
    {
        Questions++;
        return ask(question.ToBytes()) is { Length: > 0 } answer ? answer : throw new ForfeitsException("it doesn't answer");
    }
}
