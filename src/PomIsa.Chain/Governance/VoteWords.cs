namespace PomIsa.Chain.Governance;

/// <summary>The words of the vote stream, both ways.</summary>
internal static class VoteWords
{
    private static readonly VoteField[] Fields = Enum.GetValues<VoteField>()[1..];
    private static readonly ProposalKind[] Kinds = Enum.GetValues<ProposalKind>();
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    public static string Of(VoteField field) => field switch
    {
        VoteField.Height => "height",
        VoteField.Id => "id",
        VoteField.Kind => "kind",
        VoteField.Title => "title",
        VoteField.Name => "name",
        VoteField.From => "from",
        VoteField.To => "to",
        VoteField.Yes => "yes",
        VoteField.No => "no",
        VoteField.Abstain => "abstain",
        VoteField.Quorum => "quorum",
        VoteField.Outcome => "outcome",
        _ => "",
    };

    public static VoteField Field(string word) =>
        Array.Find(Fields, field => string.Equals(Of(field), word, StringComparison.Ordinal));

    public static bool TryKind(string word, out ProposalKind kind)
    {
        int at = Array.FindIndex(Kinds, candidate => string.Equals(SummaryPrompt.Word(candidate), word, StringComparison.Ordinal));
        kind = at < 0 ? default : Kinds[at];
        return at >= 0;
    }

    public static bool TryOutcome(string word, out Outcome outcome)
    {
        int at = Array.FindIndex(Outcomes, candidate => string.Equals(SummaryPrompt.Word(candidate), word, StringComparison.Ordinal));
        outcome = at < 0 ? default : Outcomes[at];
        return at >= 0;
    }
}
