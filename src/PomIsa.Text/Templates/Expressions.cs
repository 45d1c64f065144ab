namespace PomIsa.Text.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract class Expression(int line)
{
    public int Line => line;

    /// <exception cref="TemplateException">It has none, or a limit is reached.</exception>
    public object? Evaluate(Rendering rendering, Scope scope)
    {
        rendering.Step(line);
        return Of(rendering, scope);
    }

    protected abstract object? Of(Rendering rendering, Scope scope);
}

internal sealed class Literal(int line, object? value) : Expression(line)
{
    public object? Value => value;

    protected override object? Of(Rendering rendering, Scope scope) => value;
}

internal sealed class Name(int line, string text) : Expression(line)
{
    public string Text => text;

    protected override object? Of(Rendering rendering, Scope scope) => scope.Find(text);
}

internal sealed class ListOf(int line, List<Expression> items) : Expression(line)
{
    public List<Expression> Items => items;

    protected override object? Of(Rendering rendering, Scope scope) => items.Select(one => one.Evaluate(rendering, scope)).ToList();
}

internal sealed class MapOf(int line, List<(Expression Key, Expression Value)> items) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope)
    {
        var map = new Map();
        foreach ((Expression key, Expression value) in items)
        {
            map[Value.TextOf(rendering, Line, key.Evaluate(rendering, scope))] = value.Evaluate(rendering, scope);
        }

        return map;
    }
}

internal sealed class Conditional(int line, Expression test, Expression then, Expression? otherwise) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) => Value.IsTrue(test.Evaluate(rendering, scope))
        ? then.Evaluate(rendering, scope)
        : otherwise is null ? new Undefined("") : otherwise.Evaluate(rendering, scope);
}

/// <summary>and, or: the operand that decides.</summary>
internal sealed class Logic(int line, bool and, Expression left, Expression right) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope)
    {
        object? first = left.Evaluate(rendering, scope);
        return Value.IsTrue(first) == and ? right.Evaluate(rendering, scope) : first;
    }
}

internal sealed class Not(int line, Expression operand) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) => !Value.IsTrue(operand.Evaluate(rendering, scope));
}

/// <summary>One or more comparisons, each between neighbours.</summary>
internal sealed class Comparison(int line, Expression first, List<(string Operator, Expression Operand)> others) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope)
    {
        object? left = first.Evaluate(rendering, scope);
        foreach ((string symbol, Expression operand) in others)
        {
            object? right = operand.Evaluate(rendering, scope);
            if (!Operators.Holds(rendering, Line, symbol, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}

internal sealed class Arithmetic(int line, string symbol, Expression left, Expression right) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) =>
        Operators.Compute(rendering, Line, symbol, left.Evaluate(rendering, scope), right.Evaluate(rendering, scope));
}

internal sealed class Negation(int line, Expression operand, bool negative) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) => operand.Evaluate(rendering, scope) switch
    {
        long n when n > long.MinValue => (object)(negative ? -n : n),
        double d => negative ? -d : d,
        var other => throw new TemplateException(Line, $"{Value.KindOf(other)} has no sign"),
    };
}

/// <summary><c>a.b</c> and <c>a[b]</c>.</summary>
internal sealed class Member(int line, Expression of, Expression key) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) =>
        Access.Member(rendering, Line, of.Evaluate(rendering, scope), key.Evaluate(rendering, scope));
}

/// <summary><c>a[b:c:d]</c>.</summary>
internal sealed class Slice(int line, Expression of, Expression? from, Expression? to, Expression? by) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) => Access.Slice(
        rendering, Line, of.Evaluate(rendering, scope), from?.Evaluate(rendering, scope), to?.Evaluate(rendering, scope), by?.Evaluate(rendering, scope));
}

/// <summary>Arguments as they are written.</summary>
internal sealed class ArgumentList(List<Expression> places, List<(string Name, Expression Value)> names)
{
    public static readonly ArgumentList None = new([], []);

    public Arguments Of(Rendering rendering, Scope scope, string called, int line) => new(
        called,
        line,
        [.. places.Select(one => one.Evaluate(rendering, scope))],
        [.. names.Select(one => (one.Name, one.Value.Evaluate(rendering, scope)))]);
}

internal sealed class Call(int line, Expression function, string called, ArgumentList arguments) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) => function.Evaluate(rendering, scope) is Function known
        ? known(rendering, Line, arguments.Of(rendering, scope, called, Line))
        : throw new TemplateException(Line, $"{called} is no function");
}

/// <summary><c>a.method(…)</c>.</summary>
internal sealed class MethodCall(int line, Expression of, string name, ArgumentList arguments) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) =>
        Methods.Call(rendering, Line, of.Evaluate(rendering, scope), name, arguments.Of(rendering, scope, name, Line));
}

internal sealed class Filtered(int line, Expression of, string name, ArgumentList arguments) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) =>
        Filters.Apply(rendering, Line, name, of.Evaluate(rendering, scope), arguments.Of(rendering, scope, name, Line));
}

internal sealed class Tested(int line, Expression of, string name, bool not, ArgumentList arguments) : Expression(line)
{
    protected override object? Of(Rendering rendering, Scope scope) =>
        Tests.Holds(rendering, Line, name, of.Evaluate(rendering, scope), arguments.Of(rendering, scope, name, Line)) != not;
}
