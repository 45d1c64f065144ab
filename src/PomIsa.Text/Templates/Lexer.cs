using System.Text;

namespace PomIsa.Text.Templates;

/// <summary>Cuts a template into lexemes, white space around tags as the tags say.</summary>
/// <remarks>
/// As Hugging Face renders them: the first line break behind a block tag or a comment goes (trim_blocks), and so does white space between a line's
/// beginning and such a tag (lstrip_blocks). A <c>-</c> takes all white space on its side, a <c>+</c> keeps it.
/// </remarks>
internal sealed class Lexer
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "=", "<", ">", "+", "-", "*", "/", "%", "~"];

    private readonly string _source;
    private readonly List<Lexeme> _lexemes = [];
    private int _at, _line = 1;
    private bool _trimsAll, _trimsLine;

    private Lexer(string source) => _source = source;

    /// <exception cref="TemplateException">A tag or a string has no end, or a character has no meaning.</exception>
    public static List<Lexeme> Cut(string source)
    {
        // Line breaks are LF, and a last one is not part of the template.
        string text = source.ReplaceLineEndings("\n");
        var lexer = new Lexer(text.EndsWith('\n') ? text[..^1] : text);
        lexer.Run();
        return lexer._lexemes;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            int tag = NextTag();
            Text(tag);
            if (tag < _source.Length)
            {
                Tag(tag);
            }
        }

        _lexemes.Add(new Lexeme(LexemeKind.End, "", _line));
    }

    private int NextTag()
    {
        for (int at = _at; (at = _source.IndexOf('{', at)) >= 0 && at + 1 < _source.Length; at++)
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return _source.Length;
    }

    private void Text(int end)
    {
        string text = _source[_at..end];
        int line = _line;
        _line += text.AsSpan().Count('\n');
        bool ownLine = false;
        if (_trimsAll)
        {
            text = text.TrimStart();
        }
        else if (_trimsLine && text.StartsWith('\n'))
        {
            text = text[1..];
            line++;
        }

        (_trimsAll, _trimsLine) = (false, false);
        if (end < _source.Length)
        {
            char mark = end + 2 < _source.Length ? _source[end + 2] : ' ';
            ownLine = _source[end + 1] != '{' && mark != '+';
            text = mark == '-' ? text.TrimEnd() : ownLine ? WithoutIndent(text, end) : text;
        }

        if (text.Length > 0)
        {
            _lexemes.Add(new Lexeme(LexemeKind.Text, text, line));
        }

        _at = end;
    }

    /// <summary>The text without the white space between the beginning of the tag's line and the tag.</summary>
    private string WithoutIndent(string text, int tag)
    {
        int from = text.Length;
        while (from > 0 && text[from - 1] != '\n' && char.IsWhiteSpace(text[from - 1]))
        {
            from--;
        }

        // What lies before the text in its line is another tag, unless the line begins within it.
        bool atLine = from > 0 ? text[from - 1] == '\n' : tag - text.Length == 0 || _source[tag - text.Length - 1] == '\n';
        return atLine ? text[..from] : text;
    }

    private void Tag(int at)
    {
        char kind = _source[at + 1];
        int line = _line;
        _at = at + 2;
        if (kind == '#')
        {
            int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new TemplateException(line, "a comment has no end");
            }

            _line += _source.AsSpan(_at, end - _at).Count('\n');
            (_trimsAll, _trimsLine) = (end > _at && _source[end - 1] == '-', _source[end - 1] != '+');
            _at = end + 2;
            return;
        }

        _at += _at < _source.Length && _source[_at] is '-' or '+' && !IsClosing(_at + 1, kind) ? 1 : 0;
        _lexemes.Add(new Lexeme(kind == '{' ? LexemeKind.OutputBegin : LexemeKind.BlockBegin, "", line));
        Inside(kind, line);
    }

    private bool IsClosing(int at, char kind) => at + 1 < _source.Length && _source[at] == (kind == '{' ? '}' : '%') && _source[at + 1] == '}';

    private void Inside(char kind, int line)
    {
        int braces = 0;
        while (_at < _source.Length)
        {
            char c = _source[_at];
            bool marked = c is '-' or '+' && IsClosing(_at + 1, kind);
            if (braces == 0 && (marked || IsClosing(_at, kind)))
            {
                _trimsAll = marked && c == '-';
                _trimsLine = kind == '%' && !(marked && c == '+');
                _lexemes.Add(new Lexeme(kind == '{' ? LexemeKind.OutputEnd : LexemeKind.BlockEnd, "", _line));
                _at += marked ? 3 : 2;
                return;
            }

            if (char.IsWhiteSpace(c))
            {
                _line += c == '\n' ? 1 : 0;
                _at++;
            }
            else if (c is '"' or '\'')
            {
                Quoted(c);
            }
            else if (char.IsAsciiDigit(c))
            {
                Number();
            }
            else if (char.IsLetter(c) || c == '_')
            {
                int from = _at;
                while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
                {
                    _at++;
                }

                _lexemes.Add(new Lexeme(LexemeKind.Name, _source[from.._at], _line));
            }
            else
            {
                string symbol = Symbols.FirstOrDefault(s => _source.AsSpan(_at).StartsWith(s, StringComparison.Ordinal))
                    ?? throw new TemplateException(_line, $"'{c}' has no meaning here");
                braces += symbol is "{" or "(" or "[" ? 1 : symbol is "}" or ")" or "]" ? -1 : 0;
                _lexemes.Add(new Lexeme(LexemeKind.Symbol, symbol, _line));
                _at += symbol.Length;
            }
        }

        throw new TemplateException(line, "a tag has no end");
    }

    private void Number()
    {
        int from = _at;
        bool point = false;
        while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || (!point && _source[_at] == '.' && _at + 1 < _source.Length && char.IsAsciiDigit(_source[_at + 1]))))
        {
            point |= _source[_at++] == '.';
        }

        _lexemes.Add(new Lexeme(point ? LexemeKind.Float : LexemeKind.Integer, _source[from.._at], _line));
    }

    private void Quoted(char quote)
    {
        var text = new StringBuilder();
        int line = _line;
        for (_at++; _at < _source.Length && _source[_at] != quote; _at++)
        {
            char c = _source[_at];
            _line += c == '\n' ? 1 : 0;
            if (c == '\\' && _at + 1 < _source.Length)
            {
                Escape(_source[++_at], text);
            }
            else
            {
                text.Append(c);
            }
        }

        if (_at >= _source.Length)
        {
            throw new TemplateException(line, "a text has no end");
        }

        _at++;
        _lexemes.Add(new Lexeme(LexemeKind.String, text.ToString(), line));
    }

    private void Escape(char letter, StringBuilder text)
    {
        int digits = letter switch
        {
            'x' => 2,
            'u' => 4,
            _ => 0,
        };
        if (digits > 0 && _at + digits < _source.Length
            && int.TryParse(_source.AsSpan(_at + 1, digits), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out int code))
        {
            text.Append((char)code);
            _at += digits;
            return;
        }

        _ = letter switch
        {
            'n' => text.Append('\n'),
            't' => text.Append('\t'),
            'r' => text.Append('\r'),
            '\\' or '\'' or '"' => text.Append(letter),
            '\n' => text,
            _ => text.Append('\\').Append(letter),
        };
    }
}
