using System.Globalization;
using System.Text.RegularExpressions;
using PomIsa.Chain.Governance;

namespace PomIsa.Training.Evaluation;

/// <summary>Reads summaries back: the inverse of <see cref="Corpus.Summary"/>, and nothing more lenient.</summary>
public static partial class SummaryFacts
{
    internal static readonly SummaryClause[] Clauses =
    [
        new(ProposalKind.Parameter, true, "{n} goes from {f} to {t}"),
        new(ProposalKind.Parameter, false, "{n} stays at {f} instead of {t}"),
        new(ProposalKind.Treasury, true, "{n} receives {t} from the treasury"),
        new(ProposalKind.Treasury, false, "{n} does not receive {t}"),
        new(ProposalKind.Upgrade, true, "{n} activates at height {t}"),
        new(ProposalKind.Upgrade, false, "{n} does not activate at height {t}"),
        new(ProposalKind.Validator, true, "{n} joins with a bond of {t}"),
        new(ProposalKind.Validator, false, "{n} does not join with a bond of {t}"),
    ];

    /// <summary>Reads one line, without its newline. False for whatever is not exactly a line of a summary.</summary>
    /// <param name="fact">The facts.</param>
    /// <param name="topic">What the line calls the proposal's subject.</param>
    public static bool TryParse(string line, out SummaryFact fact, out string topic)
    {
        (fact, topic) = (null!, "");
        Match match = Line().Match(line);
        if (!match.Success || !TryClause(match.Groups["clause"], out string words, out Match? clause)
            || !TryNumber(match.Groups["id"], out long? id) || id is null
            || !TryNumber(match.Groups["quorum"], out long? quorum)
            || !TryNumber(match.Groups["yes"], out long? yes)
            || !TryNumber(match.Groups["no"], out long? no)
            || !TryNumber(match.Groups["abstain"], out long? abstain)
            || !TryNumber(clause?.Groups["f"], out long? from)
            || !TryNumber(clause?.Groups["t"], out long? to))
        {
            return false;
        }

        topic = match.Groups["topic"].Value;
        fact = new SummaryFact(
            id.Value, OutcomeOf(match.Groups["outcome"].Value), quorum, yes, no, abstain, words, clause?.Groups["n"].Value ?? "", from, to);
        return true;
    }

    /// <summary>The outcome that a line states, however broken the rest of it is, and for which proposal (-1: none that can be read).</summary>
    /// <returns>False for a line that states no outcome.</returns>
    public static bool TryFindOutcome(string line, out long id, out Outcome outcome)
    {
        Match stated = AnyOutcome().Match(line);
        outcome = stated.Success ? OutcomeOf(stated.Value) : default;
        id = TryNumber(LeadingId().Match(line).Groups["id"], out long? number) && number is { } read ? read : -1;
        return stated.Success;
    }

    private static Outcome OutcomeOf(string words) => words switch
    {
        "passed" => Outcome.Passed,
        "was rejected" => Outcome.Rejected,
        "failed in a tie" => Outcome.Tied,
        "was withdrawn" => Outcome.Withdrawn,
        "drew no votes" => Outcome.NoVotes,
        _ => Outcome.NoQuorum,
    };

    private static bool TryClause(Group text, out string words, out Match? match)
    {
        (words, match) = ("", null);
        if (!text.Success)
        {
            return true;
        }

        foreach (SummaryClause clause in Clauses)
        {
            match = clause.Pattern.Match(text.Value);
            if (match.Success)
            {
                words = clause.Words;
                return true;
            }
        }

        return false;
    }

    // A number of the summary is written as the prompt writes it: no sign, no leading zero.
    private static bool TryNumber(Group? group, out long? value)
    {
        value = null;
        if (group is not { Success: true })
        {
            return true;
        }

        bool read = long.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && (group.Length == 1 || group.ValueSpan[0] != '0');
        value = read ? number : null;
        return read;
    }

    [GeneratedRegex(
        @"\A#(?<id>[0-9]+) on (?<topic>[^|:]+?) (?:(?:(?:(?<outcome>passed|was rejected|failed in a tie)|(?<outcome>missed its quorum) of (?<quorum>[0-9]+)),"
        + @" (?<yes>[0-9]+) for and (?<no>[0-9]+) against with (?<abstain>[0-9]+) abstaining)|(?<outcome>was withdrawn) before the count|(?<outcome>drew no votes))"
        + @"(?:: (?<clause>[^:]+))?\.\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex("passed|was rejected|failed in a tie|missed its quorum|was withdrawn|drew no votes", RegexOptions.CultureInvariant)]
    private static partial Regex AnyOutcome();

    [GeneratedRegex(@"\A\s*#?(?<id>[0-9]{1,18})\b", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingId();
}
