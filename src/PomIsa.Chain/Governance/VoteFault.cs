using System.Globalization;

namespace PomIsa.Chain.Governance;

/// <summary>The fields of a line of the vote stream, in the order in which the canonical form has them.</summary>
public enum VoteField : byte
{
    /// <summary>The fault is the whole line's.</summary>
    None,
    Height,
    Id,
    Kind,
    Title,
    Name,
    From,
    To,
    Yes,
    No,
    Abstain,
    Quorum,
    Outcome,
}

/// <summary>Why a line of votes was refused. Numbers are stable and listed in spec/chain.md, chapter 1.</summary>
public enum VoteFaultCode : byte
{
    None = 0,
    LineTooLong = 1,
    BrokenJson = 2,
    NotAnObject = 3,
    UnknownField = 4,
    RepeatedField = 5,
    MissingField = 6,
    FieldNotForKind = 7,
    NotAnInteger = 8,
    NotText = 9,
    NumberOutOfRange = 10,
    NegativeTally = 11,
    UnknownKind = 12,
    UnknownOutcome = 13,
    TitleEmpty = 14,
    TitleTooLong = 15,
    TitleCharacter = 16,
    BadName = 17,
    OutcomeContradictsTallies = 18,
    HeightNotAscending = 19,
    DuplicateId = 20,
    EmptyLine = 21,
}

/// <summary>Why a line of votes was refused, and where.</summary>
/// <param name="Line">Line number from 1; 0 for a record that came from no stream.</param>
/// <param name="Field">The first field that is at fault.</param>
public readonly record struct VoteFault(VoteFaultCode Code, int Line, VoteField Field)
{
    /// <summary>One line for people: where, what, and what to do.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Line > 0 ? $"line {Line}" : "record")}{(Field == VoteField.None ? "" : $", {VoteWords.Of(Field)}")}: {What}; {Advice}");

    private string What => Code switch
    {
        VoteFaultCode.None => "no fault",
        VoteFaultCode.LineTooLong => "the line is longer than 64 KiB",
        VoteFaultCode.BrokenJson => "the line is not valid JSON in UTF-8",
        VoteFaultCode.NotAnObject => "the line is JSON, but not an object",
        VoteFaultCode.UnknownField => "there is a field that the stream does not know",
        VoteFaultCode.RepeatedField => "the field occurs twice",
        VoteFaultCode.MissingField => "the field is missing",
        VoteFaultCode.FieldNotForKind => "the field does not belong to this kind of proposal",
        VoteFaultCode.NotAnInteger => "the value is not an integer",
        VoteFaultCode.NotText => "the value is not a text",
        VoteFaultCode.NumberOutOfRange => "the number is out of range",
        VoteFaultCode.NegativeTally => "the tally is negative",
        VoteFaultCode.UnknownKind => "the kind is unknown",
        VoteFaultCode.UnknownOutcome => "the outcome is unknown",
        VoteFaultCode.TitleEmpty => "the title is empty",
        VoteFaultCode.TitleTooLong => "the title is too long",
        VoteFaultCode.TitleCharacter => "the title has a character that a title may not have",
        VoteFaultCode.BadName => "the name is not a name",
        VoteFaultCode.OutcomeContradictsTallies => "the outcome does not follow from the tallies",
        VoteFaultCode.HeightNotAscending => "the height is lower than the line before has",
        VoteFaultCode.DuplicateId => "an earlier proposal has this id",
        VoteFaultCode.EmptyLine => "the line is empty",
        _ => "unknown fault",
    };

    private string Advice => Code switch
    {
        VoteFaultCode.LineTooLong => "shorten it, and end each proposal with one newline",
        VoteFaultCode.BrokenJson or VoteFaultCode.NotAnObject or VoteFaultCode.EmptyLine => "write one JSON object on each line and nothing else",
        VoteFaultCode.UnknownField or VoteFaultCode.RepeatedField or VoteFaultCode.FieldNotForKind => "remove it",
        VoteFaultCode.MissingField => "add it",
        VoteFaultCode.NotAnInteger => "write digits only, without quotes, fraction or exponent",
        VoteFaultCode.NotText => "write a JSON string",
        VoteFaultCode.NumberOutOfRange => "ids and heights go from 1, all else from 0, to 1000000000000",
        VoteFaultCode.NegativeTally => "count from 0",
        VoteFaultCode.UnknownKind => "use parameter, treasury, upgrade, validator or text",
        VoteFaultCode.UnknownOutcome => "use passed, rejected, tied, no quorum, withdrawn or no votes",
        VoteFaultCode.TitleEmpty or VoteFaultCode.TitleTooLong => "use 1 to 120 characters",
        VoteFaultCode.TitleCharacter => "use one line without '|', control or direction characters, or spaces at its ends",
        VoteFaultCode.BadName => "use 1 to 40 of A-Z a-z 0-9 _ . -",
        VoteFaultCode.OutcomeContradictsTallies => "correct the tallies, the quorum or the outcome",
        VoteFaultCode.HeightNotAscending => "sort the lines by height",
        VoteFaultCode.DuplicateId => "give each proposal its own id",
        _ => "nothing to do",
    };
}
