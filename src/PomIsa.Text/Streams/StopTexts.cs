namespace PomIsa.Text;

/// <summary>Ends a stream of text where it comes to one of some texts. What could still become one of them is held back.</summary>
public sealed class StopTexts
{
    private readonly string[] _texts;
    private string _held = "";

    /// <param name="texts">None of them empty.</param>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public StopTexts(IEnumerable<string> texts)
    {
        _texts = [.. texts];
        if (_texts.Any(static text => text.Length == 0))
        {
            throw new ArgumentException("A stop text is empty.", nameof(texts));
        }
    }

    /// <summary>The text that the stream came to, or null.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes text.</summary>
    /// <returns>What is certain to come before any of the texts.</returns>
    public string Add(string text)
    {
        if (Found is not null)
        {
            return "";
        }

        _held += text;
        int first = -1;
        foreach (string stop in _texts)
        {
            int at = _held.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
            {
                (first, Found) = (at, stop);
            }
        }

        int kept = Found is null ? _held.Length - _texts.Select(Begun).DefaultIfEmpty(0).Max() : first;
        string certain = _held[..kept];
        _held = Found is null ? _held[kept..] : "";
        return certain;
    }

    /// <summary>Ends the stream.</summary>
    /// <returns>What was held back.</returns>
    public string End()
    {
        string rest = _held;
        _held = "";
        return rest;
    }

    /// <summary>Length of the longest end of the held text that a stop text begins with.</summary>
    private int Begun(string stop)
    {
        for (int length = Math.Min(stop.Length - 1, _held.Length); length > 0; length--)
        {
            if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
