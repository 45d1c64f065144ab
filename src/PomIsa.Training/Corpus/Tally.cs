using PomIsa.Chain.Governance;

namespace PomIsa.Training.Corpus;

/// <summary>Votes and the outcome that follows from them.</summary>
internal readonly record struct Tally(long Yes, long No, long Abstain, long Quorum, Outcome Outcome)
{
    /// <summary>Draws an outcome first, then tallies that lead to it, so that the rare outcomes are not rare here.</summary>
    public static Tally Draw(ref SeededRandom random)
    {
        switch (random.Next(16))
        {
            case 0:
            case 1:
                return new Tally(0, 0, 0, DrawQuorum(ref random, 99999), Outcome.NoVotes);
            case 2:
            case 3:
                bool early = random.OneIn(3);
                return new Tally(
                    early ? 0 : Count(ref random), early ? 0 : Count(ref random), early ? 0 : Small(ref random), DrawQuorum(ref random, 99999), Outcome.Withdrawn);
            case 4:
            case 5:
                {
                    long same = Math.Max(1, Count(ref random)), abstain = Small(ref random);
                    return new Tally(same, same, abstain, DrawQuorum(ref random, 2 * same + abstain), Outcome.Tied);
                }

            case 6:
            case 7:
                {
                    long yes = Count(ref random), no = Count(ref random), abstain = Math.Max(1, Small(ref random));
                    long quorum = yes + no + abstain + random.Between(1, 20000);
                    return new Tally(yes, no, abstain, random.OneIn(2) ? quorum : (quorum + 99) / 100 * 100, Outcome.NoQuorum);
                }

            default:
                {
                    long one = Count(ref random), other = Count(ref random), abstain = Small(ref random);
                    long less = Math.Min(one, other), more = Math.Max(one, other) + (one == other ? 1 : 0);
                    long quorum = DrawQuorum(ref random, less + more + abstain);
                    return random.Next(5) < 3
                        ? new Tally(more, less, abstain, quorum, Outcome.Passed)
                        : new Tally(less, more, abstain, quorum, Outcome.Rejected);
                }
        }
    }

    private static long Count(ref SeededRandom random) => random.Next(10) switch
    {
        0 => random.Between(0, 9),
        1 => random.Between(0, 99),
        2 or 3 or 4 => random.Between(100, 999),
        5 or 6 or 7 or 8 => random.Between(1000, 9999),
        _ => random.Between(10000, 49999),
    };

    private static long Small(ref SeededRandom random) => random.Next(4) switch
    {
        0 => random.Between(0, 9),
        1 => random.Between(10, 99),
        2 => random.Between(100, 999),
        _ => random.Between(1000, 4999),
    };

    private static long DrawQuorum(ref SeededRandom random, long most)
    {
        long quorum = random.Between(1, Math.Max(1, most));
        return random.OneIn(3) || quorum < 100 ? quorum : quorum / 100 * 100;
    }
}
