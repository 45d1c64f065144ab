using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Documents;

/// <summary>
/// Offsets, LSP positions and source places of one text. LSP ends a line at <c>\n</c>, <c>\r\n</c> or <c>\r</c>, the
/// assembler at <c>\n</c> only; both count UTF-16 units.
/// </summary>
internal sealed class LineIndex
{
    private readonly string _text;
    private readonly int[] _starts;
    private readonly int[] _sourceStarts;

    public LineIndex(string text)
    {
        _text = text;
        List<int> starts = [0], sourceStarts = [0];
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')))
            {
                starts.Add(at + 1);
            }

            if (text[at] == '\n')
            {
                sourceStarts.Add(at + 1);
            }
        }

        (_starts, _sourceStarts) = ([.. starts], [.. sourceStarts]);
    }

    public int LineCount => _starts.Length;

    public Position End => PositionAt(_text.Length);

    /// <summary>A line from 0, without its end; empty beyond the text.</summary>
    public string Line(int line)
    {
        if (line < 0 || line >= _starts.Length)
        {
            return "";
        }

        var end = line + 1 < _starts.Length ? _starts[line + 1] : _text.Length;
        return _text[_starts[line]..end].TrimEnd('\n', '\r');
    }

    /// <summary>The offset of a position; one beyond its line is the line's end, one beyond the text is the text's end.</summary>
    public int OffsetOf(Position position)
    {
        if (position.Line < 0)
        {
            return 0;
        }

        return position.Line >= _starts.Length ? _text.Length
            : _starts[position.Line] + Math.Clamp(position.Character, 0, Line(position.Line).Length);
    }

    public Position PositionAt(int offset)
    {
        var line = Before(_starts, offset);
        return new Position(line, offset - _starts[line]);
    }

    /// <summary>Line and column from 1 as the assembler counts.</summary>
    public (int Line, int Column) SourceOf(Position position)
    {
        var offset = OffsetOf(position);
        var line = Before(_sourceStarts, offset);
        return (line + 1, offset - _sourceStarts[line] + 1);
    }

    /// <summary>The range of a place; what is beyond the text is cut off.</summary>
    public TextRange RangeOf(SourcePlace place)
    {
        var start = place.Line < 1 ? 0 : place.Line > _sourceStarts.Length ? _text.Length
            : Math.Min(_text.Length, _sourceStarts[place.Line - 1] + Math.Max(0, place.Column - 1));
        var end = (int)Math.Min(_text.Length, (long)start + Math.Max(0, place.Length));
        return new TextRange(PositionAt(start), PositionAt(end));
    }

    /// <summary>From the beginning of one line to the end of another, lines from 1 as the assembler counts.</summary>
    public TextRange RangeOfLines(int first, int last)
    {
        var start = _sourceStarts[Math.Clamp(first, 1, _sourceStarts.Length) - 1];
        var end = last < _sourceStarts.Length ? _sourceStarts[Math.Max(1, last)] - 1 : _text.Length;
        return new TextRange(PositionAt(start), PositionAt(Math.Max(start, end)));
    }

    private static int Before(int[] starts, int offset)
    {
        var found = Array.BinarySearch(starts, offset);
        return found >= 0 ? found : ~found - 1;
    }
}
