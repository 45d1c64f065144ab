using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Documents;

/// <summary>An open document at one version; changes give a new one.</summary>
internal sealed class TextDocument(string uri, int version, string text)
{
    private LineIndex? _lines;

    /// <summary>As the client spells it.</summary>
    public string Uri => uri;

    public int Version => version;

    public string Text => text;

    /// <summary>Full path of its file; null for a document that is none.</summary>
    public string? Path { get; } = DocumentUri.ToPath(uri);

    public LineIndex Lines => _lines ??= new LineIndex(text);

    /// <summary>The document after changes, one after the other.</summary>
    public TextDocument Apply(IEnumerable<ContentChange> changes, int? newVersion)
    {
        var document = this;
        foreach (var change in changes)
        {
            document = new TextDocument(uri, newVersion ?? version, document.With(change));
        }

        return document;
    }

    private string With(ContentChange change)
    {
        if (change.Range is not { } range)
        {
            return change.Text;
        }

        var (start, end) = (Lines.OffsetOf(range.Start), Lines.OffsetOf(range.End));
        return start <= end ? string.Concat(text.AsSpan(0, start), change.Text, text.AsSpan(end)) : text;
    }
}
