namespace PomIsa.Machine.Execution;

/// <summary>Results of steps that were computed elsewhere: for a verifier that computes many steps at once.</summary>
internal interface IStepResults
{
    /// <summary>Takes a call's place: checks the arguments and records the retires of the step's instructions. <see cref="Result"/> gives what it came to.</summary>
    /// <param name="place">The step's first instruction.</param>
    /// <param name="arguments">What the driver gives.</param>
    /// <param name="changes">Symbols that the first record names.</param>
    /// <param name="refusal">Why the run can't go on.</param>
    bool TryTake(RetirePlace place, ReadOnlySpan<TensorView> arguments, ReadOnlySpan<SymbolValue> changes, out string refusal);

    /// <summary>A result of the call that was taken last, in memory that neither moves nor changes as long as the driver runs; empty where nobody knows it.</summary>
    ReadOnlySpan<byte> Result(int index);

    /// <summary>Of a result of that call that is known so far only: where its greatest value is, as <c>argmax</c> has it. -1 of all others.</summary>
    int Greatest(int index);
}
