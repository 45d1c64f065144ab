namespace PomIsa.Disputes.Values.Parties;

/// <summary>How the dispute about a record's value ended.</summary>
/// <param name="Body">The proof's body; empty where nothing is proven.</param>
/// <param name="Pins">Log indices of the records that the proof needs, ascending.</param>
/// <param name="Forfeits">Whether the accused could not answer for what he recorded; a small output is proven wrong all the same.</param>
/// <param name="Questions">Questions that were asked.</param>
/// <param name="Row">Row of the wrong element, or -1.</param>
/// <param name="Block">Block of that row, or -1.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ValueOutcome(ReadOnlyMemory<byte> Body, IReadOnlyList<ulong> Pins, bool Forfeits, int Questions, long Row, long Block, string Text)
{
    /// <summary>Whether there is a proof.</summary>
    public bool IsProven => !Body.IsEmpty;
}

/// <summary>The accused can't answer for what he signed.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Internal; always with its reason.")]
internal sealed class ForfeitsException(string what) : Exception(what);
