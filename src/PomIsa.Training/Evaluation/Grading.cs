using PomIsa.Chain.Governance;

namespace PomIsa.Training.Evaluation;

/// <summary>How well a text condenses a window.</summary>
/// <param name="AllFactsRight">One line for every record, in any order, with every fact right and nothing beside.</param>
/// <param name="InventedOutcome">Some line states an outcome that the input does not have.</param>
/// <param name="Why">The first thing that is wrong, for people; empty when nothing is.</param>
public readonly record struct WindowGrade(bool AllFactsRight, bool InventedOutcome, string Why);

/// <summary>Compares generated summaries with the votes that they condense.</summary>
public static class Grading
{
    /// <summary>Grades <paramref name="generated"/>, which may be any text, against <paramref name="window"/>.</summary>
    public static WindowGrade Of(IReadOnlyList<ProposalRecord> window, string generated)
    {
        Dictionary<long, ProposalRecord> open = window.ToDictionary(static r => r.Id), all = new(open);
        string why = "";
        bool invented = false;
        foreach (string line in Lines(generated))
        {
            invented |= Invents(line, all);
            string wrong = Check(line, open);
            why = why.Length == 0 ? wrong : why;
        }

        why = why.Length == 0 && open.Count > 0 ? $"nothing about #{open.Keys.Min()}" : why;
        return new WindowGrade(why.Length == 0, invented, why);
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static bool Invents(string line, Dictionary<long, ProposalRecord> all) =>
        SummaryFacts.TryFindOutcome(line, out long id, out Outcome outcome)
        && (!all.TryGetValue(id, out ProposalRecord? record) || record.Outcome != outcome);

    // Takes the line's record out of those still to be told of.
    private static string Check(string line, Dictionary<long, ProposalRecord> open)
    {
        if (!SummaryFacts.TryParse(line, out SummaryFact fact, out string topic))
        {
            return $"not a line of a summary: {line}";
        }

        if (!open.Remove(fact.Id, out ProposalRecord? record))
        {
            return $"#{fact.Id} is not in the input, or told twice";
        }

        string difference = fact.DifferenceFrom(SummaryFact.Of(record));
        return difference.Length > 0 ? $"#{fact.Id}: {difference}"
            : !record.Title.Contains(topic, StringComparison.Ordinal) ? $"#{fact.Id}: '{topic}' is not in its title"
            : "";
    }
}
