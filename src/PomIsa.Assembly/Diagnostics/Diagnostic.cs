namespace PomIsa.Assembly;

/// <summary>One thing that is wrong with a source text, and where.</summary>
/// <param name="File">Path as the caller or the include resolver gave it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Length">UTF-16 units that the mistake covers, at least 1, never past the end of the line.</param>
/// <param name="Message">One clause without a full stop.</param>
/// <param name="Hint">What would help: for this very mistake where that is known, else for its kind.</param>
/// <param name="SourceLine">The line itself, so that a report needs no second look at the file.</param>
public sealed record Diagnostic(
    string File, int Line, int Column, int Length, DiagnosticCode Code, string Message, string? Hint, string SourceLine);
