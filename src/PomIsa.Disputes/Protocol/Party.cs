using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Keys;
using PomIsa.Machine;

namespace PomIsa.Disputes.Protocol;

/// <summary>One side of a dispute.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Log">Its log.</param>
/// <param name="Key">The key that signed the log; null for a replay, which can't be accused.</param>
public sealed record Party(string Name, IDisputedLog Log, VerifierKey? Key)
{
    /// <summary>The files of programs that the party knows; with or without names.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Programs { get; init; } = [];

    /// <summary>Asks the party to open a value; null where nobody answers.</summary>
    public Func<byte[], byte[]?>? Ask { get; init; }

    /// <summary>The party's own machine: a run by its id, ready to be executed; null where it has none.</summary>
    public Func<Digest, OwnRun?>? Runs { get; init; }
}

/// <summary>A run that can be executed.</summary>
/// <param name="Program">The program with its weights.</param>
/// <param name="Request">What it is given.</param>
public sealed record OwnRun(BoundProgram Program, RunRequest Request);

/// <summary>How a dispute ended.</summary>
public enum Outcome : byte
{
    /// <summary>The logs are the same, or one is a prefix of the other and the next record of the other is right.</summary>
    NoDifference,

    /// <summary>A fault is proven against one side: the other one wins.</summary>
    Proven,

    /// <summary>One side can't open what it signed, and no file shows it: the other one wins.</summary>
    Forfeited,

    /// <summary>Both sides are wrong.</summary>
    BothWrong,

    /// <summary>They differ, and what is at hand doesn't tell who is wrong.</summary>
    Open,
}

/// <summary>What a dispute came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Winner">The side that wins, or null.</param>
/// <param name="Difference">Where the logs first differ; null where one side forfeited before that was found.</param>
/// <param name="Report">What the proof says, checked.</param>
/// <param name="Proof">The fault proof; empty where there is none.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record DisputeResult(Outcome Outcome, Party? Winner, FirstDifference? Difference, FaultReport? Report, ReadOnlyMemory<byte> Proof, string Text)
{
    /// <summary>Exchanges about what the accused claims of all outputs of the run; 0 where there were none.</summary>
    public int OutputRounds { get; init; }
}
