namespace PomIsa.Audit;

/// <summary>What a verification came to.</summary>
public enum Verdict
{
    /// <summary>Every record follows from the program, the weights and the prompt.</summary>
    Accept,

    /// <summary>A record differs; the report names the first one.</summary>
    Reject,

    /// <summary>Something that is needed is missing, so nothing can be said.</summary>
    Unverifiable,

    /// <summary>The records can't be read.</summary>
    Malformed,
}

/// <summary>Where a run first differs from its replay.</summary>
/// <param name="Sequence">Action of the run.</param>
/// <param name="Step">Step.</param>
/// <param name="Opcode">Mnemonic.</param>
/// <param name="Function">Name of the function.</param>
/// <param name="Instruction">Index in the function.</param>
/// <param name="Source"><c>file:line</c>, where the module carries positions.</param>
/// <param name="What">Which field differs, and the two values.</param>
public sealed record FirstDifference(
    ulong Sequence, uint Step, string Opcode, string Function, int Instruction, string? Source, string What);

/// <summary>The outcome of a replay.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Compared">Records found equal.</param>
/// <param name="First">The first difference of a rejected run.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ReplayReport(Verdict Verdict, ulong Compared, FirstDifference? First, string Text);
