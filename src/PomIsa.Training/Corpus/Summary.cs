using System.Globalization;
using System.Text;
using PomIsa.Chain.Governance;

namespace PomIsa.Training.Corpus;

/// <summary>The summary that a person would write of a window: one line a vote.</summary>
public static class Summary
{
    /// <summary>Lines of <paramref name="window"/>, each ended by a newline.</summary>
    public static string Of(ReadOnlySpan<TopicalRecord> window)
    {
        var text = new StringBuilder();
        foreach (TopicalRecord record in window)
        {
            Append(text, record);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, TopicalRecord topical)
    {
        ProposalRecord r = topical.Record;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $"#{r.Id} on {topical.Topic}");
        _ = r.Outcome switch
        {
            Outcome.Passed => text.Append(" passed,"),
            Outcome.Rejected => text.Append(" was rejected,"),
            Outcome.Tied => text.Append(" failed in a tie,"),
            Outcome.NoQuorum => text.Append(invariant, $" missed its quorum of {r.Quorum},"),
            Outcome.Withdrawn => text.Append(" was withdrawn before the count"),
            _ => text.Append(" drew no votes"),
        };
        if (r.Outcome is not (Outcome.Withdrawn or Outcome.NoVotes))
        {
            text.Append(invariant, $" {r.Yes} for and {r.No} against with {r.Abstain} abstaining");
        }

        bool passed = r.Outcome == Outcome.Passed;
        _ = r.Kind switch
        {
            ProposalKind.Parameter when passed => text.Append(invariant, $": {r.Name} goes from {r.From} to {r.To}.\n"),
            ProposalKind.Parameter => text.Append(invariant, $": {r.Name} stays at {r.From} instead of {r.To}.\n"),
            ProposalKind.Treasury when passed => text.Append(invariant, $": {r.Name} receives {r.To} from the treasury.\n"),
            ProposalKind.Treasury => text.Append(invariant, $": {r.Name} does not receive {r.To}.\n"),
            ProposalKind.Upgrade when passed => text.Append(invariant, $": {r.Name} activates at height {r.To}.\n"),
            ProposalKind.Upgrade => text.Append(invariant, $": {r.Name} does not activate at height {r.To}.\n"),
            ProposalKind.Validator when passed => text.Append(invariant, $": {r.Name} joins with a bond of {r.To}.\n"),
            ProposalKind.Validator => text.Append(invariant, $": {r.Name} does not join with a bond of {r.To}.\n"),
            _ => text.Append(".\n"),
        };
    }
}
