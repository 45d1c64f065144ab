namespace PomIsa.Disputes.Values;

/// <summary>What the check of a value's proof came to.</summary>
public enum ValueVerdict
{
    /// <summary>The bytes are no proof, or ask for what they don't bring.</summary>
    Malformed,

    /// <summary>The proof is whole, and what it says is not so: the record may be right.</summary>
    NotProven,

    /// <summary>The accused's record commits to something else than follows from the records before it.</summary>
    Proven,
}

/// <summary>A verdict with its place.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ValueFinding(ValueVerdict Verdict, string Text);
