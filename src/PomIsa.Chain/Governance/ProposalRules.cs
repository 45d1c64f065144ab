using System.Text;

namespace PomIsa.Chain.Governance;

/// <summary>What makes a closed vote a valid record: ranges, texts, and an outcome that follows from the tallies.</summary>
/// <remarks>Spec: spec/chain.md, chapter 1. The vote stream and the blocks apply the same rules.</remarks>
public static class ProposalRules
{
    /// <summary>No id, height, value or tally is larger.</summary>
    public const long MaxNumber = 1_000_000_000_000;

    /// <summary>Longest title in Unicode scalar values.</summary>
    public const int MaxTitle = 120;

    /// <summary>Longest name in characters.</summary>
    public const int MaxName = 40;

    /// <summary>The outcome that the tallies lead to when the proposal was not withdrawn.</summary>
    public static Outcome OutcomeOf(long yes, long no, long abstain, long quorum) =>
        (yes | no | abstain) == 0 ? Outcome.NoVotes
        : checked(yes + no + abstain) < quorum ? Outcome.NoQuorum
        : yes == no ? Outcome.Tied
        : yes > no ? Outcome.Passed
        : Outcome.Rejected;

    /// <summary>Finds the first rule that <paramref name="record"/> breaks, in the order of the stream's fields.</summary>
    /// <returns>True when it breaks none. A fault's line is 0.</returns>
    public static bool TryCheck(ProposalRecord record, out VoteFault fault)
    {
        fault = default;
        bool named = HasName(record.Kind);
        return InRange(record.Id, 1, VoteField.Id, ref fault)
            && Holds(Enum.IsDefined(record.Kind), VoteFaultCode.UnknownKind, VoteField.Kind, ref fault)
            && TitleIsSound(record.Title, ref fault)
            && Holds(named ? IsName(record.Name) : record.Name.Length == 0, VoteFaultCode.BadName, VoteField.Name, ref fault)
            && InRange(record.From, 0, VoteField.From, ref fault)
            && Holds(record.Kind == ProposalKind.Parameter || record.From == 0, VoteFaultCode.FieldNotForKind, VoteField.From, ref fault)
            && InRange(record.To, 0, VoteField.To, ref fault)
            && Holds(named || record.To == 0, VoteFaultCode.FieldNotForKind, VoteField.To, ref fault)
            && TallyIsSound(record.Yes, VoteField.Yes, ref fault)
            && TallyIsSound(record.No, VoteField.No, ref fault)
            && TallyIsSound(record.Abstain, VoteField.Abstain, ref fault)
            && InRange(record.Quorum, 0, VoteField.Quorum, ref fault)
            && Holds(Enum.IsDefined(record.Outcome), VoteFaultCode.UnknownOutcome, VoteField.Outcome, ref fault)
            && Holds(Follows(record), VoteFaultCode.OutcomeContradictsTallies, VoteField.Outcome, ref fault);
    }

    /// <summary>Whether proposals of this kind carry a name and a value; only opinions do not.</summary>
    internal static bool HasName(ProposalKind kind) => kind != ProposalKind.Text;

    private static bool Follows(ProposalRecord record) =>
        record.Outcome == Outcome.Withdrawn
        || record.Outcome == OutcomeOf(record.Yes, record.No, record.Abstain, record.Quorum);

    private static bool TallyIsSound(long value, VoteField field, ref VoteFault fault) =>
        Holds(value >= 0, VoteFaultCode.NegativeTally, field, ref fault) && InRange(value, 0, field, ref fault);

    private static bool InRange(long value, long least, VoteField field, ref VoteFault fault) =>
        Holds(value >= least && value <= MaxNumber, VoteFaultCode.NumberOutOfRange, field, ref fault);

    private static bool TitleIsSound(string title, ref VoteFault fault)
    {
        if (title.Length == 0)
        {
            return Holds(false, VoteFaultCode.TitleEmpty, VoteField.Title, ref fault);
        }

        int count = 0;
        for (int at = 0; at < title.Length; count++)
        {
            if (!Rune.TryGetRuneAt(title, at, out Rune rune) || IsForbidden(rune.Value))
            {
                return Holds(false, VoteFaultCode.TitleCharacter, VoteField.Title, ref fault);
            }

            at += rune.Utf16SequenceLength;
        }

        return Holds(title[0] != ' ' && title[^1] != ' ', VoteFaultCode.TitleCharacter, VoteField.Title, ref fault)
            && Holds(count <= MaxTitle, VoteFaultCode.TitleTooLong, VoteField.Title, ref fault);
    }

    // Ranges instead of Unicode categories: a category table changes with the runtime, and validators must agree.
    // They are the controls, the line and paragraph separators, and the marks that reorder what a reader sees.
    private static bool IsForbidden(int scalar) => scalar
        is '|' or < 0x20 or (>= 0x7f and <= 0x9f)
        or 0x200e or 0x200f or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069);

    private static bool IsName(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= MaxName;
    }

    private static bool Holds(bool rule, VoteFaultCode code, VoteField field, ref VoteFault fault)
    {
        if (!rule)
        {
            fault = new VoteFault(code, 0, field);
        }

        return rule;
    }
}
