using System.Globalization;
using System.Text.RegularExpressions;
using PomIsa.Chain.Governance;
using PomIsa.Training.Corpus;
using PomIsa.Training.Evaluation;
using PomIsa.Training.Recipe;

namespace PomIsa.Training.Tests.Evaluation;

public sealed class GradingTests
{
    private static readonly ProposalRecord Parameter = new()
    {
        Id = 417,
        Kind = ProposalKind.Parameter,
        Title = "Raise the block size",
        Name = "max_block_kb",
        From = 512,
        To = 768,
        Yes = 6120,
        No = 2210,
        Abstain = 311,
        Quorum = 5000,
        Outcome = Outcome.Passed,
    };

    private static readonly ProposalRecord Missed = new()
    {
        Id = 418,
        Kind = ProposalKind.Treasury,
        Title = "Fund the help desk at last",
        Name = "Kestrel-Labs",
        To = 900,
        Yes = 12,
        No = 3,
        Abstain = 1,
        Quorum = 400,
        Outcome = Outcome.NoQuorum,
    };

    private const string Right =
        "#417 on block size passed, 6120 for and 2210 against with 311 abstaining: max_block_kb goes from 512 to 768.\n"
        + "#418 on the help desk missed its quorum of 400, 12 for and 3 against with 1 abstaining: Kestrel-Labs does not receive 900.\n";

    [Fact]
    public void Reference_summaries_grade_right()
    {
        for (ulong i = 0; i < 2000; i++)
        {
            TopicalRecord[] window = TrainingData.EvaluationWindow(77, i);
            WindowGrade grade = Grading.Of([.. window.Select(r => r.Record)], Summary.Of(window));
            Assert.True(grade is { AllFactsRight: true, InventedOutcome: false }, $"window {i}: {grade.Why}");
        }
    }

    [Fact]
    public void The_order_of_lines_does_not_matter()
    {
        string[] lines = Right.Split('\n');
        Assert.True(Of($"{lines[1]}\n{lines[0]}\n").AllFactsRight);
        Assert.True(Of($"{lines[1]}\n{lines[0]}").AllFactsRight);
    }

    [Theory]
    [InlineData("6120 for", "6210 for", "yes", false)]
    [InlineData("2210 against", "221 against", "no ", false)]
    [InlineData("311 abstaining", "312 abstaining", "abstain", false)]
    [InlineData("max_block_kb", "memo_bytes", "name", false)]
    [InlineData("from 512", "from 521", "from", false)]
    [InlineData("to 768", "to 786", "to ", false)]
    [InlineData("goes from 512 to", "stays at 512 instead of", "says", false)]
    [InlineData("quorum of 400", "quorum of 500", "quorum", false)]
    [InlineData("does not receive 900", "receives 900 from the treasury", "says", false)]
    [InlineData("Kestrel-Labs", "Kestrel-Guild", "name", false)]
    [InlineData("#417", "#471", "#471", true)]
    [InlineData("417", "418", "#418", true)]
    [InlineData("passed", "was rejected", "outcome", true)]
    [InlineData("missed its quorum of 400", "failed in a tie", "outcome", true)]
    [InlineData(": max_block_kb goes from 512 to 768", "", "says", false)]
    [InlineData("6120 for", "06120 for", "not a line", false)]
    [InlineData("6120 for", "-6120 for", "not a line", false)]
    [InlineData("#417", "417", "not a line", false)]
    [InlineData("block size", "jail time", "title", false)]
    [InlineData("768.\n", "768. It is final.\n", "not a line", false)]
    [InlineData("768.\n", "768.\n#417 on block size passed, 6120 for and 2210 against with 311 abstaining: max_block_kb goes from 512 to 768.\n", "twice", false)]
    [InlineData("768.\n", "768.\n\n", "not a line", false)]
    [InlineData("768.\n", "768.\nAll in all a calm week.\n", "not a line", false)]
    [InlineData("#417 on", "It passed: #417 on", "not a line", true)]
    public void Each_kind_of_corruption_is_caught(string right, string wrong, string why, bool invented)
    {
        WindowGrade grade = Of(Replace(right, wrong));
        Assert.False(grade.AllFactsRight);
        Assert.Contains(why, grade.Why, StringComparison.Ordinal);
        Assert.Equal(invented, grade.InventedOutcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#417 on block size passed, 6120 for and 2210 against with 311 abstaining: max_block_kb goes from 512 to 768.\n")]
    public void A_record_without_a_line_is_missed(string text)
    {
        WindowGrade grade = Of(text);
        Assert.False(grade.AllFactsRight);
        Assert.False(grade.InventedOutcome);
        Assert.Contains("nothing about", grade.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_digit_that_changes_is_noticed()
    {
        for (ulong i = 0; i < 200; i++)
        {
            TopicalRecord[] window = TrainingData.EvaluationWindow(78, i);
            string summary = Summary.Of(window);
            ProposalRecord[] records = [.. window.Select(r => r.Record)];
            foreach (Match digit in Regex.Matches(summary, "[0-9]"))
            {
                char other = (char)('0' + ((digit.Value[0] - '0' + 1) % 10));
                string wrong = string.Concat(summary.AsSpan(0, digit.Index), other.ToString(CultureInfo.InvariantCulture), summary.AsSpan(digit.Index + 1));
                Assert.False(Grading.Of(records, wrong).AllFactsRight, $"window {i}, position {digit.Index}: {wrong}");
            }
        }
    }

    private static string Replace(string right, string wrong)
    {
        int at = Right.IndexOf(right, StringComparison.Ordinal);
        return string.Concat(Right.AsSpan(0, at), wrong, Right.AsSpan(at + right.Length));
    }

    private static WindowGrade Of(string text) => Grading.Of([Parameter, Missed], text);
}
