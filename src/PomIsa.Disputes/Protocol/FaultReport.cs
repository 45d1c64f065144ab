using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Protocol;

/// <summary>What a fault proof came to.</summary>
public enum FaultVerdict : byte
{
    /// <summary>The accused's own records contradict each other, or the program.</summary>
    Proven,

    /// <summary>The file is sound, and proves nothing.</summary>
    NotProven,

    /// <summary>The program is not in the file and was not given.</summary>
    ProgramMissing,

    /// <summary>The bytes are no fault proof, or not about what the accused signed.</summary>
    Malformed,
}

/// <summary>The outcome of a check.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Accused">Name of the accused's key; empty for a malformed file.</param>
/// <param name="Finding">What is wrong, where that is proven.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record FaultReport(FaultVerdict Verdict, string Accused, FaultFinding? Finding, string Text);
