namespace PomIsa.Text.Templates;

/// <summary>Lexemes, one after the other, and how deep the parser is in them.</summary>
internal sealed class LexemeReader(List<Lexeme> lexemes)
{
    private int _at, _depth;

    public Lexeme Current => lexemes[_at];

    public Lexeme Next => lexemes[Math.Min(_at + 1, lexemes.Count - 1)];

    public int Line => Current.Line;

    public Lexeme Take() => lexemes[_at < lexemes.Count - 1 ? _at++ : _at];

    public bool TryTake(string symbol)
    {
        bool found = Current.Is(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    public bool TryTakeWord(string word)
    {
        bool found = Current.IsWord(word);
        _at += found ? 1 : 0;
        return found;
    }

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw Wrong($"'{symbol}' is expected");
        }
    }

    public void Expect(LexemeKind kind, string what)
    {
        if (Take().Kind != kind)
        {
            throw new TemplateException(lexemes[Math.Max(_at - 1, 0)].Line, $"{what} is expected");
        }
    }

    public string Name()
    {
        Lexeme name = Take();
        return name.Kind == LexemeKind.Name ? name.Text : throw new TemplateException(name.Line, "a name is expected");
    }

    /// <summary>Runs a part of the parser one level deeper.</summary>
    public T Deeper<T>(Func<T> parse)
    {
        if (++_depth > TemplateLimits.Depth)
        {
            throw Wrong("it is nested too deep");
        }

        T made = parse();
        _depth--;
        return made;
    }

    public TemplateException Wrong(string what) => new(Line, Current.Text.Length > 0 && Current.Kind is LexemeKind.Name or LexemeKind.Symbol ? $"{what}, not '{Current.Text}'" : what);
}
