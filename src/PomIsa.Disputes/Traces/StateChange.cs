namespace PomIsa.Disputes.Traces;

/// <summary>What one step, or a reset, did to the states.</summary>
/// <param name="CallIndex">Log index of the step's <c>call</c>.</param>
/// <param name="Stores">Its instructions that store; none of a reset.</param>
/// <param name="Symbols">Values of the symbols in the step, which say how many rows each stores. Never changed in place.</param>
/// <param name="Reset">The state that was reset, or -1.</param>
internal readonly record struct StateChange(ulong CallIndex, StepStores Stores, long[] Symbols, int Reset = -1);
