namespace PomIsa.Disputes.Values;

/// <summary>Something that an evaluation needs is not there: never leaves the check or the search that it interrupts.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Internal; always with its reason.")]
internal class NotBroughtException(string what) : Exception(what);

/// <summary>No value follows, since the instruction traps: a record of it is wrong whatever it says.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Internal; always with its reason.")]
internal sealed class TrapsException(string what) : Exception(what);

/// <summary>More is read than one check may take.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Internal; always with its reason.")]
internal sealed class TooMuchException() : NotBroughtException("too much is read for one proof");
