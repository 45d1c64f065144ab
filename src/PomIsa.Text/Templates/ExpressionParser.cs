using System.Globalization;

namespace PomIsa.Text.Templates;

/// <summary>Expressions, by Jinja's precedences.</summary>
internal sealed class ExpressionParser(LexemeReader from)
{
    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    /// <summary>An expression; several with commas between them are a list.</summary>
    public Expression ParseList()
    {
        int line = from.Line;
        Expression first = Parse();
        if (!from.Current.Is(","))
        {
            return first;
        }

        List<Expression> items = [first];
        while (from.TryTake(",") && from.Current.Kind is not (LexemeKind.BlockEnd or LexemeKind.OutputEnd))
        {
            items.Add(Parse());
        }

        return new ListOf(line, items);
    }

    public Expression Parse(bool conditional = true) => from.Deeper(() =>
    {
        int line = from.Line;
        Expression value = Or();
        for (int links = 0; conditional && from.TryTakeWord("if"); Count(ref links))
        {
            Expression test = Or();
            value = new Conditional(line, test, value, from.TryTakeWord("else") ? Parse() : null);
        }

        return value;
    });

    private Expression Or() => Chain(And, static word => word.IsWord("or"), static (line, _, a, b) => new Logic(line, and: false, a, b));

    private Expression And() => Chain(Negated, static word => word.IsWord("and"), static (line, _, a, b) => new Logic(line, and: true, a, b));

    private Expression Negated()
    {
        int line = from.Line;
        return from.TryTakeWord("not") ? from.Deeper(() => new Not(line, Negated())) : Compared();
    }

    private Expression Compared()
    {
        int line = from.Line;
        Expression first = Sum();
        var others = new List<(string, Expression)>();
        while (true)
        {
            if (from.Current.Kind == LexemeKind.Symbol && Comparisons.Contains(from.Current.Text))
            {
                others.Add((from.Take().Text, Sum()));
            }
            else if (from.TryTakeWord("in"))
            {
                others.Add(("in", Sum()));
            }
            else if (from.Current.IsWord("not") && from.Next.IsWord("in"))
            {
                from.Take();
                from.Take();
                others.Add(("not in", Sum()));
            }
            else
            {
                return others.Count == 0 ? first : new Comparison(line, first, others);
            }
        }
    }

    private Expression Sum() => Chain(Concatenation, static one => one.Is("+") || one.Is("-"), static (line, symbol, a, b) => new Arithmetic(line, symbol, a, b));

    private Expression Concatenation() => Chain(Product, static one => one.Is("~"), static (line, symbol, a, b) => new Arithmetic(line, symbol, a, b));

    private Expression Product() => Chain(Power, static one => one.Is("*") || one.Is("/") || one.Is("//") || one.Is("%"), static (line, symbol, a, b) => new Arithmetic(line, symbol, a, b));

    private Expression Power() => Chain(() => Signed(filtered: true), static one => one.Is("**"), static (line, symbol, a, b) => new Arithmetic(line, symbol, a, b));

    private Expression Chain(Func<Expression> operand, Func<Lexeme, bool> joins, Func<int, string, Expression, Expression, Expression> make)
    {
        Expression left = operand();
        int links = 0;
        while (joins(from.Current))
        {
            Lexeme symbol = from.Take();
            left = make(symbol.Line, symbol.Text, left, operand());
            Count(ref links);
        }

        return left;
    }

    private void Count(ref int links)
    {
        if (++links > TemplateLimits.Links)
        {
            throw from.Wrong("too much is joined in one expression");
        }
    }

    private Expression Signed(bool filtered)
    {
        int line = from.Line;
        bool negative = from.Current.Is("-");
        Expression value = negative || from.Current.Is("+") ? from.Deeper(() =>
        {
            from.Take();
            return new Negation(line, Signed(filtered: false), negative);
        })
        : Postfix(Primary());
        return filtered ? Filters(value) : value;
    }

    private Expression Filters(Expression value)
    {
        for (int links = 0; ; Count(ref links))
        {
            int line = from.Line;
            if (from.TryTake("|"))
            {
                string name = from.Name();
                value = new Filtered(line, value, name, from.Current.Is("(") ? Arguments() : ArgumentList.None);
            }
            else if (from.TryTakeWord("is"))
            {
                value = Test(line, value);
            }
            else
            {
                return value;
            }
        }
    }

    private Tested Test(int line, Expression value)
    {
        bool not = from.TryTakeWord("not");
        string name = from.Name();
        if (from.Current.Is("("))
        {
            return new Tested(line, value, name, not, Arguments());
        }

        Lexeme next = from.Current;
        bool argument = next.Kind is LexemeKind.String or LexemeKind.Integer or LexemeKind.Float || next.Is("[") || next.Is("{")
            || (next.Kind == LexemeKind.Name && next.Text is not ("else" or "or" or "and" or "if" or "is" or "in" or "not"));
        return new Tested(line, value, name, not, argument ? new ArgumentList([Postfix(Primary())], []) : ArgumentList.None);
    }

    private Expression Postfix(Expression value)
    {
        for (int links = 0; ; Count(ref links))
        {
            int line = from.Line;
            if (from.TryTake("."))
            {
                Lexeme part = from.Take();
                if (part.Kind == LexemeKind.Integer)
                {
                    value = new Member(line, value, new Literal(line, Integer(part)));
                    continue;
                }

                string name = part.Kind == LexemeKind.Name ? part.Text : throw new TemplateException(part.Line, "a name is expected behind the point");
                value = from.Current.Is("(") ? new MethodCall(line, value, name, Arguments()) : new Member(line, value, new Literal(line, name));
            }
            else if (from.TryTake("["))
            {
                value = Subscript(line, value);
            }
            else if (from.Current.Is("("))
            {
                value = new Call(line, value, value is Name name ? name.Text : "what is called", Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(int line, Expression of)
    {
        Expression? first = from.Current.Is(":") ? null : Parse();
        if (from.TryTake("]"))
        {
            return new Member(line, of, first!);
        }

        from.Expect(":");
        Expression? to = from.Current.Is(":") || from.Current.Is("]") ? null : Parse();
        Expression? by = from.TryTake(":") && !from.Current.Is("]") ? Parse() : null;
        from.Expect("]");
        return new Slice(line, of, first, to, by);
    }

    public ArgumentList Arguments()
    {
        from.Expect("(");
        var places = new List<Expression>();
        var names = new List<(string, Expression)>();
        while (!from.TryTake(")"))
        {
            if (from.Current.Kind == LexemeKind.Name && from.Next.Is("="))
            {
                string name = from.Take().Text;
                from.Take();
                names.Add((name, Parse()));
            }
            else
            {
                places.Add(names.Count == 0 ? Parse() : throw from.Wrong("an argument without a name comes behind one with a name"));
            }

            if (!from.Current.Is(")"))
            {
                from.Expect(",");
            }
        }

        return new ArgumentList(places, names);
    }

    private Expression Primary()
    {
        Lexeme one = from.Take();
        switch (one.Kind)
        {
            case LexemeKind.Name:
                return one.Text switch
                {
                    "true" or "True" => new Literal(one.Line, true),
                    "false" or "False" => new Literal(one.Line, false),
                    "none" or "None" => new Literal(one.Line, null),
                    _ => new Name(one.Line, one.Text),
                };
            case LexemeKind.String:
                string text = one.Text;
                while (from.Current.Kind == LexemeKind.String)
                {
                    text += from.Take().Text;
                }

                return new Literal(one.Line, text);
            case LexemeKind.Integer:
                return new Literal(one.Line, Integer(one));
            case LexemeKind.Float:
                return new Literal(one.Line, double.Parse(one.Text, CultureInfo.InvariantCulture));
            case LexemeKind.Symbol when one.Text == "(":
                return Parenthesis(one.Line);
            case LexemeKind.Symbol when one.Text == "[":
                return new ListOf(one.Line, Items("]"));
            case LexemeKind.Symbol when one.Text == "{":
                return Mapping(one.Line);
            default:
                throw new TemplateException(one.Line, one.Text.Length > 0 ? $"a value is expected, not '{one.Text}'" : "a value is expected");
        }
    }

    private Expression Parenthesis(int line)
    {
        if (from.TryTake(")"))
        {
            return new ListOf(line, []);
        }

        Expression first = Parse();
        if (from.TryTake(")"))
        {
            return first;
        }

        from.Expect(",");
        return new ListOf(line, [first, .. Items(")")]);
    }

    private List<Expression> Items(string close)
    {
        var items = new List<Expression>();
        while (!from.TryTake(close))
        {
            items.Add(Parse());
            if (!from.Current.Is(close))
            {
                from.Expect(",");
            }
        }

        return items;
    }

    private MapOf Mapping(int line)
    {
        var items = new List<(Expression, Expression)>();
        while (!from.TryTake("}"))
        {
            Expression key = Parse();
            from.Expect(":");
            items.Add((key, Parse()));
            if (!from.Current.Is("}"))
            {
                from.Expect(",");
            }
        }

        return new MapOf(line, items);
    }

    private static long Integer(Lexeme one) => long.TryParse(one.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw new TemplateException(one.Line, $"{one.Text} is too large");
}
