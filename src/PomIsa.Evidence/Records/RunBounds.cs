namespace PomIsa.Evidence.Records;

/// <summary>The worst case that was admitted before the run: what the program's verifier computed.</summary>
/// <param name="Retires">Most opcodes retired.</param>
/// <param name="Steps">Most steps.</param>
/// <param name="Tokens">Most tokens emitted.</param>
public readonly record struct RunBounds(ulong Retires, uint Steps, uint Tokens);
