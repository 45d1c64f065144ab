namespace PomIsa.OnnxCases;

/// <summary>What became of a case.</summary>
internal enum Verdict
{
    Pass,
    Mismatch,
    Refused,
    Error,
}

/// <summary>A case with its verdict.</summary>
/// <param name="Reason">Why it did not pass.</param>
/// <param name="Bound">Inputs whose values became part of the program, since they decide shapes or flow.</param>
internal sealed record CaseOutcome(Case Case, Verdict Verdict, string Reason, IReadOnlyCollection<string> Bound);
