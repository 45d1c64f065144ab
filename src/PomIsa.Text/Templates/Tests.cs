namespace PomIsa.Text.Templates;

/// <summary>Tests: <c>value is name</c>.</summary>
internal static class Tests
{
    public static bool Holds(Rendering rendering, int line, string name, object? value, Arguments arguments)
    {
        return name switch
        {
            "defined" => value is not Undefined,
            "undefined" => value is Undefined,
            "none" => value is null,
            "string" => value is string,
            "mapping" => value is Map,
            "sequence" or "iterable" => value is string or List<object?> or Map,
            "number" => value is long or double,
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "callable" => value is Function,
            "odd" => Integer() % 2 != 0,
            "even" => Integer() % 2 == 0,
            "divisibleby" => arguments.Integer(0, "num", 0) is var by and not 0 ? Integer() % by == 0 : throw arguments.Wrong("divides by zero"),
            "eq" or "equalto" or "==" or "sameas" => Operators.Holds(rendering, line, "==", value, Other()),
            "ne" or "!=" => Operators.Holds(rendering, line, "!=", value, Other()),
            "lt" or "lessthan" or "<" => Operators.Holds(rendering, line, "<", value, Other()),
            "le" or "<=" => Operators.Holds(rendering, line, "<=", value, Other()),
            "gt" or "greaterthan" or ">" => Operators.Holds(rendering, line, ">", value, Other()),
            "ge" or ">=" => Operators.Holds(rendering, line, ">=", value, Other()),
            "in" => Operators.Holds(rendering, line, "in", value, Other()),
            "lower" => value is string l && string.Equals(l, l.ToLowerInvariant(), StringComparison.Ordinal),
            "upper" => value is string u && string.Equals(u, u.ToUpperInvariant(), StringComparison.Ordinal),
            _ => throw new TemplateException(line, $"there is no test '{name}' here"),
        };

        long Integer() => Value.IntegerOf(value) ?? throw new TemplateException(line, $"{Value.KindOf(value)} is no whole number");

        object? Other() => arguments.Places is [var one] ? one : throw arguments.Wrong("takes one value");
    }
}
