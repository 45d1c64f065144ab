using System.Globalization;
using PomIsa.Chain.Governance;

namespace PomIsa.Training.Corpus;

/// <summary>A closed vote together with what people call its subject: the part of a title that a summary repeats.</summary>
public readonly record struct TopicalRecord(ProposalRecord Record, string Topic);

/// <summary>Draws closed votes at random, all from a seed.</summary>
public static class VoteWindow
{
    /// <summary>Most proposals that a window of the corpus ever holds.</summary>
    public const int MaxProposals = 4;

    /// <summary>Most proposals in one prompt: what the model is made for, and what an evaluation draws.</summary>
    public const int PromptProposals = 2;

    /// <summary>Between one and <paramref name="most"/> votes; mostly with neighbouring numbers, as on a chain.</summary>
    public static TopicalRecord[] Draw(ref SeededRandom random, int most = MaxProposals)
    {
        var window = new TopicalRecord[1 + random.Next(most)];
        bool neighbours = random.Next(10) < 7;
        long id = DrawId(ref random);
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = DrawRecord(ref random, id);
            id = neighbours ? id + 1 + (random.OneIn(4) ? random.Next(5) : 0) : NextDistinct(ref random, window.AsSpan(0, i + 1));
        }

        return window;
    }

    /// <summary>One vote with number <paramref name="id"/>.</summary>
    public static TopicalRecord DrawRecord(ref SeededRandom random, long id)
    {
        var kind = (ProposalKind)(random.Next(8) switch { 0 or 1 or 2 => 0, 3 or 4 => 1, 5 => 2, 6 => 3, _ => 4 });
        string topic = "", name = "", phrase;
        long from = 0, to = 0;
        switch (kind)
        {
            case ProposalKind.Parameter:
                ChainParameter parameter = random.Pick(Phrases.Parameters);
                (topic, name) = (parameter.Topic, parameter.Name);
                from = Skewed(ref random, parameter.Low, parameter.High);
                do
                {
                    to = Skewed(ref random, parameter.Low, parameter.High);
                }
                while (to == from);
                phrase = random.OneIn(5) ? random.Pick(Phrases.Change) : random.Pick(to > from ? Phrases.Raise : Phrases.Lower);
                break;
            case ProposalKind.Treasury:
                topic = random.Pick(Phrases.Purposes);
                name = DrawName(ref random);
                to = Rounded(ref random, 50, 999999);
                phrase = random.Pick(Phrases.Fund);
                break;
            case ProposalKind.Upgrade:
                topic = random.Pick(Phrases.FirstNames);
                name = string.Create(CultureInfo.InvariantCulture, $"{topic}-{1 + random.Next(9)}");
                to = random.Between(1000, 999999);
                phrase = random.Pick(Phrases.Upgrade);
                break;
            case ProposalKind.Validator:
                name = topic = DrawName(ref random);
                to = Rounded(ref random, 100, 99999);
                phrase = random.Pick(Phrases.Admit);
                break;
            default:
                topic = random.Pick(Phrases.Opinions);
                phrase = random.Pick(Phrases.Say);
                break;
        }

        string title = phrase.Replace("{0}", topic, StringComparison.Ordinal) + random.Pick(Phrases.Reasons);
        Tally tally = Tally.Draw(ref random);
        return new TopicalRecord(
            new ProposalRecord
            {
                Id = id,
                Kind = kind,
                Title = title,
                Name = name,
                From = from,
                To = to,
                Yes = tally.Yes,
                No = tally.No,
                Abstain = tally.Abstain,
                Quorum = tally.Quorum,
                Outcome = tally.Outcome,
            },
            topic);
    }

    private static string DrawName(ref SeededRandom random) =>
        random.Pick(Phrases.FirstNames) + "-" + random.Pick(Phrases.SecondNames);

    private static long DrawId(ref SeededRandom random) => random.Next(6) switch
    {
        0 => random.Between(1, 99),
        1 or 2 => random.Between(100, 999),
        _ => random.Between(1000, 9990),
    };

    private static long NextDistinct(ref SeededRandom random, ReadOnlySpan<TopicalRecord> taken)
    {
        while (true)
        {
            long id = DrawId(ref random);
            bool free = true;
            foreach (TopicalRecord record in taken)
            {
                free &= record.Record.Id != id;
            }

            if (free)
            {
                return id;
            }
        }
    }

    private static long Skewed(ref SeededRandom random, long low, long high)
    {
        long top = Math.Max(low, random.OneIn(2) ? high : Math.Min(high, low + (high - low) / 20));
        return random.Between(low, top);
    }

    private static long Rounded(ref SeededRandom random, long low, long high)
    {
        long value = Skewed(ref random, low, high);
        return random.OneIn(3) ? value : Math.Max(low, value / 50 * 50);
    }
}
