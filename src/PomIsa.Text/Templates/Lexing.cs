namespace PomIsa.Text.Templates;

/// <summary>What a lexeme is.</summary>
internal enum LexemeKind
{
    /// <summary>Text between tags, as it is.</summary>
    Text,

    /// <summary>Begins <c>{{ … }}</c>.</summary>
    OutputBegin,

    OutputEnd,

    /// <summary>Begins <c>{% … %}</c>.</summary>
    BlockBegin,

    BlockEnd,

    Name,

    String,

    Integer,

    Float,

    Symbol,

    End,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says; of a string its value.</param>
/// <param name="Line">Where it begins.</param>
internal readonly record struct Lexeme(LexemeKind Kind, string Text, int Line)
{
    public bool Is(string symbol) => Kind == LexemeKind.Symbol && Text == symbol;

    public bool IsWord(string name) => Kind == LexemeKind.Name && Text == name;
}
