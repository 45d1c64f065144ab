using System.Numerics;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>What the accused says that his run put out, held against what ours did: from his signed root down to the first leaf that differs.</summary>
/// <remarks>What lies before that leaf is the same on both sides, and roots of what lies behind it were told on the way: so whatever leaves a proof needs, nothing else is asked.</remarks>
internal sealed class ClaimedOutputs : IRangeRoots
{
    private readonly OutputsTree _ours;
    private readonly List<(ulong First, ulong Width, Digest[] Roots)> _rounds = [];
    private readonly byte[] _note;
    private readonly ulong _leaves;

    private ClaimedOutputs(OutputsTree ours, byte[] note, ulong leaves) => (_ours, _note, _leaves) = (ours, note, leaves);

    /// <summary>The first leaf that differs; the last one where none does.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Whether one differs.</summary>
    public bool Differs { get; private set; }

    /// <summary>His leaf there.</summary>
    public byte[] Leaf { get; private set; } = [];

    /// <summary>Exchanges that it took.</summary>
    public int Rounds => _rounds.Count;

    /// <summary>Has the accused sign his claim, and finds the first difference.</summary>
    /// <param name="ours">Our tree.</param>
    /// <param name="his">The accused.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="index">Log index of the record in dispute.</param>
    /// <exception cref="ForfeitsException">He can't.</exception>
    public static ClaimedOutputs Ask(OutputsTree ours, Accused his, Digest run, ulong index)
    {
        byte[] note = his.Ask(new Question(QuestionKind.Outputs, index, 0, 0, 0, 0, 0, []));
        if (!OutputsNote.TryOpen(note, his.Key, run, out ulong leaves, out Digest root) || leaves != ours.Leaves)
        {
            throw new ForfeitsException("it signs no claim of what its run put out");
        }

        var claimed = new ClaimedOutputs(ours, note, leaves) { Sequence = leaves - 1 };
        claimed.Leaf = ours.Leaf(leaves - 1).ToArray();
        if (root != ours.Root)
        {
            claimed.Find(his, index, root);
        }

        return claimed;
    }

    /// <summary>Opens leaves up to the one that differs.</summary>
    public OpenedOutputs Open(IEnumerable<ulong> sequences)
    {
        ulong[] opened = [.. sequences.Append(Sequence).Distinct().Order()];
        byte[][] leaves = [.. opened.Select(s => s == Sequence ? Leaf : _ours.Leaf(s).ToArray())];
        return new OpenedOutputs(_note, opened, leaves, Multiproof.Build(this, _leaves, opened));
    }

    /// <summary>The root of a range without the leaf that differs.</summary>
    Digest IRangeRoots.RootOf(ulong first, ulong count)
    {
        if (!Differs || first + count <= Sequence)
        {
            return _ours.RootOf(first, count);
        }

        // What lies behind it is made of whole ranges of the last round that they were looked at in.
        (ulong start, ulong width, Digest[] roots) = _rounds.FindLast(round => first >= round.First && first < round.First + (round.Width * (ulong)round.Roots.Length));
        int from = (int)((first - start) / width), to = (int)((first - start + count + width - 1) / width);
        return Merkle.Root(roots.AsSpan(from, to - from));
    }

    private void Find(Accused his, ulong index, Digest root)
    {
        (ulong first, ulong count) = (0, _leaves);
        Differs = true;
        while (count > 1)
        {
            ulong width = Bisection.Width(count, Bisection.Sixteen);
            var ours = new Digest[(count + width - 1) / width];
            for (int i = 0; i < ours.Length; i++)
            {
                ulong skipped = (ulong)i * width;
                ours[i] = _ours.RootOf(first + skipped, Math.Min(width, count - skipped));
            }

            Digest[] roots = his.Ranges(new Question(QuestionKind.OutputRanges, index, 0, 0, BitOperations.Log2(width), first / width, ours.Length, []));
            int child = ours.AsSpan().CommonPrefixLength(roots);
            if (child == ours.Length || Merkle.Root(roots) != root)
            {
                throw new ForfeitsException("the outputs that it shows are not those that it signed");
            }

            _rounds.Add((first, width, roots));
            ulong before = (ulong)child * width;
            (first, count, root) = (first + before, Math.Min(width, count - before), roots[child]);
        }

        Sequence = first;
        var leaf = new Cursor(his.Ask(new Question(QuestionKind.Leaf, index, 0, first, 0, 0, 0, [])));
        Leaf = leaf.Part();
        if (!leaf.IsDone || Merkle.LeafHash(Leaf) != root)
        {
            throw new ForfeitsException("the output that it shows is not the one that it signed");
        }
    }
}
