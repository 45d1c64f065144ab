namespace PomIsa.Text.Templates;

/// <summary>A template's statements.</summary>
internal sealed class StatementParser
{
    private readonly LexemeReader _from;
    private readonly ExpressionParser _expressions;

    private StatementParser(List<Lexeme> lexemes)
    {
        _from = new LexemeReader(lexemes);
        _expressions = new ExpressionParser(_from);
    }

    /// <exception cref="TemplateException">It is not well formed, or uses what is not known here.</exception>
    public static List<Statement> Parse(string source)
    {
        var parser = new StatementParser(Lexer.Cut(source));
        List<Statement> all = parser.Body();
        return parser._from.Current.Kind == LexemeKind.End ? all : throw parser._from.Wrong("this block closes nothing");
    }

    /// <summary>Statements up to a block that is none of them.</summary>
    private List<Statement> Body(params ReadOnlySpan<string> ends)
    {
        var statements = new List<Statement>();
        while (true)
        {
            Lexeme one = _from.Current;
            switch (one.Kind)
            {
                case LexemeKind.Text:
                    statements.Add(new TextOut(one.Line, _from.Take().Text));
                    break;
                case LexemeKind.OutputBegin:
                    _from.Take();
                    statements.Add(new ValueOut(one.Line, _expressions.ParseList()));
                    _from.Expect(LexemeKind.OutputEnd, "the end of the tag");
                    break;
                case LexemeKind.BlockBegin when ends.Contains(_from.Next.Text) || _from.Next.Text.StartsWith("end", StringComparison.Ordinal) || _from.Next.Text is "else" or "elif":
                    return statements;
                case LexemeKind.BlockBegin:
                    _from.Take();
                    statements.Add(_from.Deeper(Block));
                    break;
                default:
                    return statements;
            }
        }
    }

    private Statement Block()
    {
        int line = _from.Line;
        string kind = _from.Name();
        switch (kind)
        {
            case "if":
                return If(line);
            case "for":
                return For(line);
            case "set":
                return Set(line);
            case "macro":
                return Macro(line);
            case "generation":
                Close();
                List<Statement> body = Body();
                End("endgeneration");
                return new Group(line, body);
            case "break" or "continue":
                Close();
                return new Jump(line, kind == "break" ? Flow.Break : Flow.Continue);
            default:
                throw new TemplateException(line, $"there is no block '{kind}' here");
        }
    }

    private If If(int line)
    {
        var branches = new List<(Expression, List<Statement>)>();
        List<Statement> otherwise = [];
        do
        {
            Expression test = _expressions.Parse();
            Close();
            branches.Add((test, Body()));
        }
        while (TryBlock("elif"));
        if (TryBlock("else"))
        {
            Close();
            otherwise = Body();
        }

        End("endif");
        return new If(line, branches, otherwise);
    }

    private For For(int line)
    {
        var targets = new Targets(line, Names());
        if (!_from.TryTakeWord("in"))
        {
            throw _from.Wrong("'in' is expected");
        }

        Expression items = _expressions.Parse(conditional: false);
        Expression? filter = _from.TryTakeWord("if") ? _expressions.Parse() : null;
        Close();
        List<Statement> body = Body(), otherwise = [];
        if (TryBlock("else"))
        {
            Close();
            otherwise = Body();
        }

        End("endfor");
        return new For(line, targets, items, filter, body, otherwise);
    }

    private Statement Set(int line)
    {
        if (_from.Next.Is("."))
        {
            string space = _from.Name();
            _from.Take();
            string member = _from.Name();
            _from.Expect("=");
            Expression given = _expressions.ParseList();
            Close();
            return new SetMember(line, space, member, given);
        }

        List<string> names = Names();
        if (_from.TryTake("="))
        {
            Expression value = _expressions.ParseList();
            Close();
            return new Set(line, new Targets(line, names), value);
        }

        Close();
        List<Statement> body = Body();
        End("endset");
        return names.Count == 1 ? new SetBlock(line, names[0], body) : throw new TemplateException(line, "a block is set to one name");
    }

    private Macro Macro(int line)
    {
        string name = _from.Name();
        var parameters = new List<(string, Expression?)>();
        _from.Expect("(");
        while (!_from.TryTake(")"))
        {
            string parameter = _from.Name();
            parameters.Add((parameter, _from.TryTake("=") ? _expressions.Parse() : null));
            if (!_from.Current.Is(")"))
            {
                _from.Expect(",");
            }
        }

        Close();
        List<Statement> body = Body();
        End("endmacro");
        return new Macro(line, name, parameters, body);
    }

    private List<string> Names()
    {
        bool open = _from.TryTake("(");
        List<string> names = [_from.Name()];
        while (_from.TryTake(","))
        {
            names.Add(_from.Name());
        }

        if (open)
        {
            _from.Expect(")");
        }

        return names;
    }

    private void Close() => _from.Expect(LexemeKind.BlockEnd, "the end of the block");

    private bool TryBlock(string word)
    {
        if (_from.Current.Kind != LexemeKind.BlockBegin || !_from.Next.IsWord(word))
        {
            return false;
        }

        _from.Take();
        _from.Take();
        return true;
    }

    private void End(string word)
    {
        if (!TryBlock(word))
        {
            throw _from.Wrong($"'{word}' is expected");
        }

        Close();
    }
}
