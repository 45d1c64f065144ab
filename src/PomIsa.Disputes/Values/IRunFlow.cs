namespace PomIsa.Disputes.Values;

/// <summary>What wrote a register of a driver.</summary>
/// <param name="Index">Log index of the record that wrote it, or of the <c>call</c> that it is a result of.</param>
/// <param name="Output">Which of the record's outputs, or which of the call's results.</param>
/// <param name="FromCall">Whether it is a result of the step called there.</param>
public readonly record struct Origin(ulong Index, int Output, bool FromCall);

/// <summary>Rows of a state that one step appended or wrote.</summary>
/// <param name="State">State.</param>
/// <param name="FirstRow">Their first row in the state.</param>
/// <param name="Rows">How many.</param>
/// <param name="CallIndex">Log index of the step's <c>call</c>.</param>
public readonly record struct StatePiece(int State, long FirstRow, long Rows, ulong CallIndex);

/// <summary>One call of a step. Its records are those behind the call, one for each instruction in order.</summary>
/// <param name="CallIndex">Log index of the <c>call</c>.</param>
/// <param name="Step">Number of the step.</param>
/// <param name="Function">Function.</param>
/// <param name="Symbols">Values of the module's symbols while it runs.</param>
/// <param name="Arguments">What wrote each argument.</param>
/// <param name="States">What the states hold when it begins.</param>
public sealed record StepCall(
    ulong CallIndex, uint Step, int Function, IReadOnlyList<long> Symbols, IReadOnlyList<Origin> Arguments, StatePieces States);

/// <summary>Where a record stands in its program.</summary>
/// <param name="Function">Function.</param>
/// <param name="Offset">Instruction.</param>
/// <param name="Symbols">Values of the module's symbols there.</param>
/// <param name="Call">The call of the step that it belongs to; null for a driver's.</param>
/// <param name="Popped">What a <c>token</c> or a <c>sample</c> popped, where it is known.</param>
public sealed record RecordPlace(int Function, int Offset, IReadOnlyList<long> Symbols, StepCall? Call, IReadOnlyList<long>? Popped = null)
{
    /// <summary>Log index of the record that tells what was popped, where it is not known.</summary>
    public ulong? PoppedFrom { get; init; }

    /// <summary>Rows of each input of the module whose first dimension is a symbol, as its record told them; -1 where none has yet.</summary>
    public IReadOnlyList<long> InputRows { get; init; } = [];
}

/// <summary>A run's data flow between steps, as the module and the log's records determine it. Indices are those of the log.</summary>
public interface IRunFlow
{
    /// <summary>Where the record at an index stands; false if the records that are known don't tell.</summary>
    bool TryPlace(ulong index, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RecordPlace? place);

    /// <summary>The call of a step whose <c>call</c> has an index.</summary>
    bool TryCall(ulong callIndex, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StepCall? call);

    /// <summary>What had written a register of a driver when the driver's instruction at an index executed.</summary>
    bool TryOrigin(ulong index, int register, out Origin origin);
}

/// <summary>Entries of the accused's log whose inclusion was checked.</summary>
public interface IProvenEntries
{
    /// <summary>The entry at an index.</summary>
    bool TryEntry(ulong index, out ReadOnlyMemory<byte> entry);
}
