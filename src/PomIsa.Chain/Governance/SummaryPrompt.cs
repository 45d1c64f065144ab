using System.Globalization;
using System.Text;

namespace PomIsa.Chain.Governance;

/// <summary>The text that the machine is asked to condense: one line a proposal.</summary>
/// <remarks>
/// <code>#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed</code>
/// Every record gives exactly one line, so the prompt is a function of chain state alone.
/// </remarks>
public static class SummaryPrompt
{
    /// <summary>The prompt for <paramref name="records"/>, in their order, each line ended by a newline.</summary>
    public static string Of(IReadOnlyList<ProposalRecord> records)
    {
        var text = new StringBuilder();
        foreach (ProposalRecord record in records)
        {
            text.Append(CultureInfo.InvariantCulture, $"#{record.Id} {Word(record.Kind)} | {record.Title} |");
            if (record.Name.Length > 0)
            {
                text.Append(' ').Append(record.Name);
                if (record.Kind == ProposalKind.Parameter)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {record.From} to");
                }

                text.Append(CultureInfo.InvariantCulture, $" {record.To} |");
            }

            text.Append(
                CultureInfo.InvariantCulture,
                $" yes {record.Yes} no {record.No} abstain {record.Abstain} quorum {record.Quorum} | {Word(record.Outcome)}\n");
        }

        return text.ToString();
    }

    /// <summary>The word that stands for a kind in prompts and in the vote stream.</summary>
    public static string Word(ProposalKind kind) => kind switch
    {
        ProposalKind.Parameter => "parameter",
        ProposalKind.Treasury => "treasury",
        ProposalKind.Upgrade => "upgrade",
        ProposalKind.Validator => "validator",
        ProposalKind.Text => "text",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The words that stand for an outcome in prompts and in the vote stream.</summary>
    public static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Rejected => "rejected",
        Outcome.Tied => "tied",
        Outcome.NoQuorum => "no quorum",
        Outcome.Withdrawn => "withdrawn",
        Outcome.NoVotes => "no votes",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
