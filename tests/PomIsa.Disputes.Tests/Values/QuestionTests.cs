using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>Whoever is asked gives an answer or none, whatever numbers a question has.</summary>
public sealed class QuestionTests
{
    private static readonly ulong[] Numbers = [0, 1, 255, 256, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 61, (1UL << 61) + (1UL << 29), (1UL << 62) - 1, long.MaxValue, 1UL << 63, ulong.MaxValue];

    [Fact]
    public void Numbers_that_no_tree_has_are_answered_by_nothing()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        var request = new RunRequest { Prompt = [3, 1, 2] };
        using var machine = new LyingMachine(program, request);
        Party party = machine.Answering(machine.Run, program, request);
        ulong at = (ulong)machine.Places("rmsnorm")[0];
        int answered = 0;
        foreach (QuestionKind kind in Enum.GetValues<QuestionKind>())
        {
            foreach (ulong from in Numbers)
            {
                foreach (int level in (int[])[0, 1, 2, 8, 31, 32, 62])
                {
                    foreach (ulong element in (ulong[])[0, from, Question.Rows])
                    {
                        byte[] question = new Question(kind, at, 0, element, level, from, Question.MostRanges, [(element, from)]).ToBytes();
                        byte[] answer = party.Ask!(question)!;
                        answered += answer.Length > 0 ? 1 : 0;
                        Assert.True(answer.Length < 1 << 16, $"{kind} {from} {level} {element}");
                    }
                }
            }
        }

        Assert.InRange(answered, 50, 1000);
    }

    /// <summary>Ranges of a tree are those that it has: from one behind its end on there are none.</summary>
    [Fact]
    public void A_tree_has_no_ranges_behind_its_end()
    {
        var tree = new BlockRanges([.. Enumerable.Range(0, 5).Select(static i => Digest.Of([(byte)i]))]);
        Assert.Equal(5, tree.Ranges(0, 0, 256).Length);
        Assert.Equal(2, tree.Ranges(2, 0, 256).Length);
        Assert.Single(tree.Ranges(2, 1, 256));
        foreach ((int level, long from) in ((int, long)[])[(0, 5), (2, 2), (2, 1L << 61), (5, 1L << 59), (62, 2), (62, 4), (3, (1L << 61) + 1)])
        {
            Assert.Empty(tree.Ranges(level, from, 256));
        }
    }
}
