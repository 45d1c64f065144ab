using PomIsa.Assembly.Formatting;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>The canonical form of a document, as one edit of the lines that differ, so that cursors elsewhere stay.</summary>
internal static class Layout
{
    /// <summary>No edits where the document is formatted, or can't be parsed, which its diagnostics say.</summary>
    public static IReadOnlyList<TextEdit> Of(TextDocument document)
    {
        var (before, formatted) = (document.Text, SourceFormatter.Format(document.Text).Text);
        if (formatted is null)
        {
            return [];
        }

        // The editor keeps the line ends that the document has.
        var after = before.Contains("\r\n", StringComparison.Ordinal) ? formatted.Replace("\n", "\r\n", StringComparison.Ordinal) : formatted;
        if (before == after)
        {
            return [];
        }

        var start = before.AsSpan().CommonPrefixLength(after);
        start = before.LastIndexOf('\n', Math.Max(0, start - 1), Math.Max(0, start)) + 1;
        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        // Back to a line end that both have, so that \r\n is never cut in two.
        while (end > 0 && before[^end] is not '\n' && end < before.Length)
        {
            end--;
        }

        end = Math.Max(0, end - 1);
        var range = new TextRange(document.Lines.PositionAt(start), document.Lines.PositionAt(before.Length - end));
        return [new TextEdit(range, after[start..^end])];
    }
}
