using System.Globalization;
using System.Text.RegularExpressions;
using PomIsa.Chain.Governance;

namespace PomIsa.Training.Evaluation;

/// <summary>The facts that one line of a summary states; null where the line's form has no place for them.</summary>
/// <param name="Clause">Words of the clause behind the colon, numbers and name left out; empty for opinions.</param>
public sealed record SummaryFact(
    long Id, Outcome Outcome, long? Quorum, long? Yes, long? No, long? Abstain, string Clause, string Name, long? From, long? To)
{
    /// <summary>The facts that a right summary states about <paramref name="record"/>.</summary>
    public static SummaryFact Of(ProposalRecord record)
    {
        bool passed = record.Outcome == Outcome.Passed, counted = record.Outcome is not (Outcome.Withdrawn or Outcome.NoVotes);
        bool named = record.Kind != ProposalKind.Text;
        return new SummaryFact(
            record.Id,
            record.Outcome,
            record.Outcome == Outcome.NoQuorum ? record.Quorum : null,
            counted ? record.Yes : null,
            counted ? record.No : null,
            counted ? record.Abstain : null,
            Array.Find(SummaryFacts.Clauses, c => c.Kind == record.Kind && c.Passed == passed)?.Words ?? "",
            named ? record.Name : "",
            record.Kind == ProposalKind.Parameter ? record.From : null,
            named ? record.To : null);
    }

    /// <summary>The first fact in which this line differs from <paramref name="expected"/>, as words; empty for none.</summary>
    public string DifferenceFrom(SummaryFact expected)
    {
        return Outcome != expected.Outcome ? $"outcome {Word(Outcome)} instead of {Word(expected.Outcome)}"
            : Quorum != expected.Quorum ? Number("quorum", Quorum, expected.Quorum)
            : Yes != expected.Yes ? Number("yes", Yes, expected.Yes)
            : No != expected.No ? Number("no", No, expected.No)
            : Abstain != expected.Abstain ? Number("abstain", Abstain, expected.Abstain)
            : Clause != expected.Clause ? $"says '{Clause}' instead of '{expected.Clause}'"
            : Name != expected.Name ? $"name {Name} instead of {expected.Name}"
            : From != expected.From ? Number("from", From, expected.From)
            : To != expected.To ? Number("to", To, expected.To)
            : Id != expected.Id ? Number("id", Id, expected.Id)
            : "";
    }

    private static string Word(Outcome outcome) => SummaryPrompt.Word(outcome);

    private static string Number(string what, long? found, long? expected) => string.Create(
        CultureInfo.InvariantCulture, $"{what} {(found is { } f ? f : "missing")} instead of {(expected is { } e ? e : "nothing")}");
}

/// <summary>What stands behind the colon for a kind of proposal. {n} stands for the name, {f} and {t} for the values.</summary>
internal sealed record SummaryClause(ProposalKind Kind, bool Passed, string Words)
{
    /// <summary>Matches the clause and catches name, from and to.</summary>
    public Regex Pattern { get; } = new(
        @"\A" + Regex.Escape(Words).Replace(@"\{n}", "(?<n>[A-Za-z0-9_.-]+)", StringComparison.Ordinal)
            .Replace(@"\{f}", "(?<f>[0-9]+)", StringComparison.Ordinal)
            .Replace(@"\{t}", "(?<t>[0-9]+)", StringComparison.Ordinal) + @"\z",
        RegexOptions.CultureInvariant);
}
