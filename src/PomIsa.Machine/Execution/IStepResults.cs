namespace PomIsa.Machine.Execution;

/// <summary>Results of steps that were computed elsewhere: for a verifier that computes many steps at once.</summary>
internal interface IStepResults
{
    /// <summary>Takes a call's place: checks the arguments, gives the results, and records the retires of the step's instructions.</summary>
    /// <param name="place">The step's first instruction.</param>
    /// <param name="arguments">What the driver gives.</param>
    /// <param name="results">What it gets, to be filled.</param>
    /// <param name="changes">Symbols that the first record names.</param>
    /// <param name="refusal">Why the run can't go on.</param>
    bool TryTake(RetirePlace place, ReadOnlySpan<TensorView> arguments, ReadOnlySpan<TensorView> results, ReadOnlySpan<SymbolValue> changes, out string refusal);
}
