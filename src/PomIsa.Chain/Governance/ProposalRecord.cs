namespace PomIsa.Chain.Governance;

/// <summary>What a proposal would do. The order is part of the block encoding.</summary>
public enum ProposalKind : byte
{
    /// <summary>Change a named chain parameter from one value to another.</summary>
    Parameter,

    /// <summary>Pay an amount from the treasury to a named recipient.</summary>
    Treasury,

    /// <summary>Activate a named release at a block height.</summary>
    Upgrade,

    /// <summary>Admit a named validator with a bond.</summary>
    Validator,

    /// <summary>State an opinion; changes nothing by itself.</summary>
    Text,
}

/// <summary>How a vote ended. The order is part of the block encoding.</summary>
public enum Outcome : byte
{
    Passed,
    Rejected,
    Tied,
    NoQuorum,
    Withdrawn,
    NoVotes,
}

/// <summary>A closed governance vote, as the chain keeps it until it is condensed.</summary>
public sealed record ProposalRecord
{
    /// <summary>Proposal number, 1 or more, unique on the chain.</summary>
    public required long Id { get; init; }

    public required ProposalKind Kind { get; init; }

    /// <summary>Free text by the proposer, one line, 1 to 120 characters.</summary>
    public required string Title { get; init; }

    /// <summary>Parameter, recipient, release or validator; empty for <see cref="ProposalKind.Text"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The parameter's present value; only for <see cref="ProposalKind.Parameter"/>.</summary>
    public long From { get; init; }

    /// <summary>New value, amount, activation height or bond; 0 for <see cref="ProposalKind.Text"/>.</summary>
    public long To { get; init; }

    /// <summary>Votes for.</summary>
    public required long Yes { get; init; }

    /// <summary>Votes against.</summary>
    public required long No { get; init; }

    /// <summary>Abstentions; they count towards the quorum.</summary>
    public required long Abstain { get; init; }

    /// <summary>Votes needed for the result to count.</summary>
    public required long Quorum { get; init; }

    public required Outcome Outcome { get; init; }
}
