namespace PomIsa.Conformance.Vectors;

/// <summary>What came of one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Difference">The first difference with its place, or why there was no answer; null where the case passed.</param>
/// <param name="Request">The request that was answered wrong.</param>
/// <param name="Answer">The answer, empty where there was none.</param>
public sealed record CaseResult(VectorCase Case, string? Difference, string Request = "", string Answer = "")
{
    /// <summary>Whether every bit was right.</summary>
    public bool Passed => Difference is null;
}
