using System.Globalization;
using System.Text;

namespace PomIsa.Assembly;

/// <summary>Diagnostics as people read them: place, message, the source line with carets, hint, and the rule that was broken.</summary>
public static class DiagnosticText
{
    // A minified line of a megabyte is cut to what a terminal shows around the mistake.
    private const int Width = 120;

    /// <summary>Five lines at most, each ended by a newline.</summary>
    public static string Render(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{diagnostic.File}:{diagnostic.Line}:{diagnostic.Column}: error A{(int)diagnostic.Code}: {Clean(diagnostic.Message)}\n");
        var (shown, caret) = Window(diagnostic);
        var number = diagnostic.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        text.Append(number).Append(" | ").Append(Clean(shown)).Append('\n');
        text.Append("      | ").Append(' ', caret);
        text.Append('^', Math.Max(1, Math.Min(diagnostic.Length, shown.Length - caret))).Append('\n');
        if (diagnostic.Hint is { } hint)
        {
            text.Append("      = ").Append(Clean(hint)).Append('\n');
        }

        if (DiagnosticRules.Of(diagnostic.Code) is { } rule)
        {
            text.Append("      = ").Append(rule).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>All of them, separated by empty lines.</summary>
    public static string Render(IEnumerable<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return string.Join('\n', diagnostics.Select(Render));
    }

    private static (string Shown, int Caret) Window(Diagnostic diagnostic)
    {
        var line = diagnostic.SourceLine;
        var at = Math.Min(diagnostic.Column - 1, line.Length);
        if (line.Length <= Width)
        {
            return (line, at);
        }

        var start = Math.Clamp(at - (Width / 2), 0, line.Length - Width);
        return (line.Substring(start, Width), at - start);
    }

    // Source is a stranger's: no control character (tab, escape) reaches the terminal, and each takes one column.
    private static string Clean(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }
    });
}
