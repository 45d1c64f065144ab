namespace PomIsa.Training.Corpus;

/// <summary>A chain parameter that proposals change.</summary>
/// <param name="Name">As the chain spells it.</param>
/// <param name="Topic">As people say it.</param>
/// <param name="Low">Smallest value that occurs.</param>
/// <param name="High">Largest value that occurs.</param>
internal readonly record struct ChainParameter(string Name, string Topic, long Low, long High);

/// <summary>The words that the corpus is made of. {0} stands for the topic.</summary>
internal static class Phrases
{
    public static ReadOnlySpan<ChainParameter> Parameters => ParameterList;

    public static ReadOnlySpan<string> Purposes => PurposeList;

    public static ReadOnlySpan<string> Opinions => OpinionList;

    public static ReadOnlySpan<string> Reasons => ReasonList;

    public static ReadOnlySpan<string> FirstNames => FirstNameList;

    public static ReadOnlySpan<string> SecondNames => SecondNameList;

    public static ReadOnlySpan<string> Raise =>
        new[]
        {
            "Raise the {0}", "Increase the {0}", "A higher {0}", "Lift the {0}", "More room in the {0}", "Let the {0} grow",
            "Turn up the {0}", "Set a larger {0}", "Widen the {0}", "Push the {0} up",
        };

    public static ReadOnlySpan<string> Lower =>
        new[]
        {
            "Lower the {0}", "Reduce the {0}", "A smaller {0}", "Cut the {0}", "Bring down the {0}", "Shrink the {0}",
            "Turn down the {0}", "Set a tighter {0}", "Narrow the {0}", "Ease off the {0}",
        };

    public static ReadOnlySpan<string> Change =>
        new[] { "Change the {0}", "Adjust the {0}", "A new value for the {0}", "Retune the {0}", "Revisit the {0}" };

    public static ReadOnlySpan<string> Fund =>
        new[]
        {
            "Fund {0}", "Pay for {0}", "A grant for {0}", "Support {0}", "Treasury money for {0}", "Keep {0} going",
            "Budget for {0}", "Back {0}", "Finance {0}", "Spend on {0}", "Another term of {0}", "Start {0}",
        };

    public static ReadOnlySpan<string> Upgrade =>
        new[]
        {
            "Upgrade to the {0} release", "Activate {0}", "Move the network to {0}", "Schedule the {0} upgrade", "Adopt the {0} release",
            "Roll out {0}", "Switch over to {0}", "Ship {0}",
        };

    public static ReadOnlySpan<string> Admit =>
        new[]
        {
            "Admit {0} as a validator", "Let {0} join the set", "A validator seat for {0}", "Accept {0} into the set", "Welcome {0} as validator",
            "Add {0} to the validators", "Seat {0}", "Open the set to {0}",
        };

    public static ReadOnlySpan<string> Say =>
        new[]
        {
            "A statement on {0}", "Our view on {0}", "Take a position on {0}", "Signal support for {0}", "A show of hands on {0}",
            "What the chain thinks of {0}", "Temperature check on {0}", "Poll on {0}",
        };

    private static readonly ChainParameter[] ParameterList =
    [
        new("max_block_kb", "block size", 64, 9999),
        new("block_seconds", "block time", 2, 60),
        new("min_deposit", "proposal deposit", 10, 90000),
        new("voting_hours", "voting period", 12, 720),
        new("unbond_days", "unbonding period", 2, 60),
        new("max_validators", "validator set", 20, 500),
        new("slash_permille", "slashing penalty", 1, 400),
        new("jail_minutes", "jail time", 5, 5000),
        new("pool_replicas", "replication factor", 2, 32),
        new("shard_mib", "shard size", 1, 4096),
        new("proof_blocks", "proof interval", 10, 9000),
        new("epoch_blocks", "epoch length", 100, 99999),
        new("mempool_mb", "mempool limit", 8, 2048),
        new("evidence_days", "evidence window", 1, 120),
        new("quorum_permille", "quorum share", 50, 900),
        new("memo_bytes", "memo length", 16, 4096),
        new("peer_limit", "peer limit", 8, 800),
        new("cache_mib", "cache budget", 16, 65536),
        new("retry_count", "retry count", 1, 50),
        new("archive_years", "archive period", 1, 30),
    ];

    private static readonly string[] PurposeList =
    [
        "documentation", "a security audit", "wallet work", "translation", "the node handbook", "public endpoints", "a bug bounty",
        "student grants", "the block explorer", "light clients", "storage research", "a test network", "the help desk", "legal advice",
        "community calls", "hardware for testers", "the bridge review", "an archive mirror", "monitoring tools", "the summer school",
    ];

    private static readonly string[] OpinionList =
    [
        "open licences", "regional meetups", "the code of conduct", "shared sequencing", "fair launch rules", "data retention", "quieter releases",
        "public roadmaps", "client diversity", "remote signing", "carbon reports", "plain language", "delegate pay", "longer debates",
        "holiday freezes", "voter guides",
    ];

    private static readonly string[] ReasonList =
    [
        "", "", "", " for busy hours", " after the spring outage", " as the forum agreed", " before winter", " for small nodes", " as promised",
        " for the next epoch", " once more", " at last", " with care", " following the review", " while demand is high", " for good",
        " on a trial basis", " second attempt", " by request of the pools", " to save space",
    ];

    private static readonly string[] FirstNameList =
    [
        "Kestrel", "Juniper", "Ostrava", "Harbor", "Lumen", "Granite", "Willow", "Cobalt", "Meridian", "Falcon", "Saffron", "Tundra",
        "Orchid", "Basalt", "Cedar", "Delta", "Ember", "Fjord", "Glacier", "Hazel", "Indigo", "Jasper", "Krill", "Larch", "Maple", "Nimbus",
        "Onyx", "Pepper", "Quartz", "Raven", "Sable", "Thistle", "Umber", "Violet", "Walnut", "Yarrow", "Zephyr", "Anchor", "Beacon", "Comet",
    ];

    private static readonly string[] SecondNameList =
    [
        "Labs", "Guild", "Node", "Works", "Pool", "Trust", "Group", "Stake", "House", "Forge", "Circle", "Union", "Point", "Field", "Bridge", "Yard",
    ];
}
