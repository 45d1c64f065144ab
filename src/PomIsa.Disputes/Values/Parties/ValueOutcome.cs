using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>How the dispute about a run's values ended.</summary>
/// <param name="Kind">What is proven; None where nothing is.</param>
/// <param name="Index">Log index of the record that is wrong: where the outputs first differ.</param>
/// <param name="Body">The proof's body; empty where nothing is proven.</param>
/// <param name="Records">The records that the proof shows.</param>
/// <param name="Forfeits">Whether the accused could not answer for what he signed.</param>
/// <param name="Questions">Questions that were asked.</param>
/// <param name="OutputRounds">Exchanges about the tree of outputs.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ValueOutcome(
    FaultKind Kind, ulong Index, ReadOnlyMemory<byte> Body, ProvenRecords? Records, bool Forfeits, int Questions, int OutputRounds, string Text)
{
    /// <summary>Whether there is a proof.</summary>
    public bool IsProven => Kind != FaultKind.None;

    /// <summary>Row of the wrong element, or -1.</summary>
    public long Row { get; init; } = -1;

    /// <summary>Block of that row, or -1.</summary>
    public long Block { get; init; } = -1;
}

/// <summary>The accused can't answer for what he signed.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Internal; always with its reason.")]
internal sealed class ForfeitsException(string what) : Exception(what);
