namespace PomIsa.Text.Templates;

/// <summary>A part of a template that does something.</summary>
internal abstract class Statement(int line)
{
    public int Line => line;

    /// <summary>Does it.</summary>
    /// <returns>Whether a loop goes on behind it as always, or is left or continued.</returns>
    /// <exception cref="TemplateException">It is not possible, or a limit is reached.</exception>
    public Flow Run(Rendering rendering, Scope scope)
    {
        rendering.Step(line);
        return Do(rendering, scope);
    }

    public static Flow RunAll(List<Statement> statements, Rendering rendering, Scope scope)
    {
        foreach (Statement one in statements)
        {
            if (one.Run(rendering, scope) is not Flow.On and var flow)
            {
                return flow;
            }
        }

        return Flow.On;
    }

    protected abstract Flow Do(Rendering rendering, Scope scope);
}

/// <summary>What comes after a statement.</summary>
internal enum Flow
{
    On,

    Break,

    Continue,
}

internal sealed class TextOut(int line, string text) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        rendering.Write(Line, text);
        return Flow.On;
    }
}

internal sealed class ValueOut(int line, Expression value) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        rendering.Write(Line, Value.TextOf(rendering, Line, value.Evaluate(rendering, scope)));
        return Flow.On;
    }
}

internal sealed class If(int line, List<(Expression Test, List<Statement> Body)> branches, List<Statement> otherwise) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        foreach ((Expression test, List<Statement> body) in branches)
        {
            if (Value.IsTrue(test.Evaluate(rendering, scope)))
            {
                return RunAll(body, rendering, scope);
            }
        }

        return RunAll(otherwise, rendering, scope);
    }
}

/// <summary>A part that is rendered as it is: what marks the assistant's words for training means nothing here.</summary>
internal sealed class Group(int line, List<Statement> body) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope) => RunAll(body, rendering, scope);
}

internal sealed class Jump(int line, Flow flow) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope) => flow;
}

/// <summary>Names on the left of a <c>set</c> or <c>for</c>.</summary>
internal sealed class Targets(int line, List<string> names)
{
    public void Set(Rendering rendering, Scope scope, object? value)
    {
        if (names.Count == 1)
        {
            scope.Set(names[0], value);
            return;
        }

        List<object?> parts = Value.ItemsOf(rendering, line, value);
        if (parts.Count != names.Count)
        {
            throw new TemplateException(line, FormattableString.Invariant($"{parts.Count} values are given to {names.Count} names"));
        }

        for (int i = 0; i < names.Count; i++)
        {
            scope.Set(names[i], parts[i]);
        }
    }
}

internal sealed class Set(int line, Targets targets, Expression value) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        targets.Set(rendering, scope, value.Evaluate(rendering, scope));
        return Flow.On;
    }
}

/// <summary><c>set space.name = value</c>.</summary>
internal sealed class SetMember(int line, string space, string name, Expression value) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        Map members = scope.Find(space) is Namespace found ? found.Members : throw new TemplateException(Line, $"{space} is no namespace, so its parts can't be set");
        members[name] = value.Evaluate(rendering, scope);
        return members.Items.Count <= TemplateLimits.Items ? Flow.On : throw new TemplateException(Line, "a namespace has too many names");
    }
}

/// <summary><c>set name</c> … <c>endset</c>.</summary>
internal sealed class SetBlock(int line, string name, List<Statement> body) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        var inner = new Scope(scope);
        scope.Set(name, rendering.Capture(Line, () => RunAll(body, rendering, inner)));
        return Flow.On;
    }
}

internal sealed class For(int line, Targets targets, Expression items, Expression? filter, List<Statement> body, List<Statement> otherwise) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        List<object?> list = [.. Value.ItemsOf(rendering, Line, items.Evaluate(rendering, scope))];
        if (filter is not null)
        {
            list = [.. list.Where(one =>
            {
                var inner = new Scope(scope);
                targets.Set(rendering, inner, one);
                return Value.IsTrue(filter.Evaluate(rendering, inner));
            })];
        }

        if (list.Count == 0)
        {
            return RunAll(otherwise, rendering, scope);
        }

        var loop = new Map();
        for (int i = 0; i < list.Count; i++)
        {
            rendering.Step(Line);
            var inner = new Scope(scope);
            Note(loop, list, i);
            inner.Set("loop", loop);
            targets.Set(rendering, inner, list[i]);
            if (RunAll(body, rendering, inner) == Flow.Break)
            {
                break;
            }
        }

        return Flow.On;
    }

    private static void Note(Map loop, List<object?> list, int i)
    {
        loop["index"] = i + 1L;
        loop["index0"] = (long)i;
        loop["revindex"] = (long)list.Count - i;
        loop["revindex0"] = list.Count - i - 1L;
        loop["first"] = i == 0;
        loop["last"] = i == list.Count - 1;
        loop["length"] = (long)list.Count;
        loop["previtem"] = i > 0 ? list[i - 1] : new Undefined("previtem");
        loop["nextitem"] = i + 1 < list.Count ? list[i + 1] : new Undefined("nextitem");
    }
}

internal sealed class Macro(int line, string name, List<(string Name, Expression? Otherwise)> parameters, List<Statement> body) : Statement(line)
{
    protected override Flow Do(Rendering rendering, Scope scope)
    {
        scope.Set(name, (Function)Call);
        return Flow.On;

        object? Call(Rendering during, int at, Arguments arguments)
        {
            arguments.Most(parameters.Count);
            var inner = new Scope(scope);
            for (int i = 0; i < parameters.Count; i++)
            {
                (string parameter, Expression? otherwise) = parameters[i];
                object? given = arguments.At(i, parameter, new Undefined(parameter));
                inner.Set(parameter, given is Undefined && otherwise is not null ? otherwise.Evaluate(during, inner) : given);
            }

            return during.Sound(at, during.Capture(at, () => RunAll(body, during, inner)));
        }
    }
}
