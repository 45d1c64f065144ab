namespace PomIsa.Text.Templates;

/// <summary>Operators between two values.</summary>
internal static class Operators
{
    public static bool Holds(Rendering rendering, int line, string symbol, object? left, object? right) => symbol switch
    {
        "==" => Value.AreEqual(rendering, line, left, right),
        "!=" => !Value.AreEqual(rendering, line, left, right),
        "in" => Contains(rendering, line, right, left),
        "not in" => !Contains(rendering, line, right, left),
        "<" => Compare(line, left, right) < 0,
        "<=" => Compare(line, left, right) <= 0,
        ">" => Compare(line, left, right) > 0,
        ">=" => Compare(line, left, right) >= 0,
        _ => throw new System.Diagnostics.UnreachableException(symbol),
    };

    public static int Compare(int line, object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        _ when Value.NumberOf(left) is { } a && Value.NumberOf(right) is { } b => a.CompareTo(b),
        _ => throw new TemplateException(line, $"{Value.KindOf(left)} and {Value.KindOf(right)} have no order"),
    };

    public static object? Compute(Rendering rendering, int line, string symbol, object? left, object? right)
    {
        if (symbol == "~")
        {
            return rendering.Sound(line, Value.TextOf(rendering, line, left) + Value.TextOf(rendering, line, right));
        }

        switch (symbol, left, right)
        {
            case ("+", string a, string b):
                return rendering.Sound(line, a + b);
            case ("+", List<object?> a, List<object?> b):
                return rendering.Sound(line, [.. a, .. b]);
            case ("*", string a, long n):
                return a.Length * Math.Max(n, 0) is > TemplateLimits.OutputChars or < 0 || n > TemplateLimits.OutputChars
                    ? throw new TemplateException(line, "it makes too long a text")
                    : rendering.Sound(line, string.Concat(Enumerable.Repeat(a, (int)Math.Max(n, 0))));
        }

        try
        {
            if (Value.IntegerOf(left) is { } x && Value.IntegerOf(right) is { } y && symbol != "/")
            {
                return Integers(line, symbol, x, y);
            }
        }
        catch (OverflowException)
        {
            throw new TemplateException(line, "a number is too large");
        }

        return Value.NumberOf(left) is { } c && Value.NumberOf(right) is { } d
            ? Numbers(line, symbol, c, d)
            : throw new TemplateException(line, $"'{symbol}' is not possible between {Value.KindOf(left)} and {Value.KindOf(right)}");
    }

    private static bool Contains(Rendering rendering, int line, object? within, object? what) => within switch
    {
        string text => what is string part ? rendering.Sound(line, text).Contains(part, StringComparison.Ordinal) : throw new TemplateException(line, $"a text holds no {Value.KindOf(what)}"),
        List<object?> list => list.Any(one => Value.AreEqual(rendering, line, one, what)),
        Map map => what is string key && map.TryGet(key, out _),
        Undefined => false,
        _ => throw new TemplateException(line, $"{Value.KindOf(within)} has no items"),
    };

    private static object Integers(int line, string symbol, long x, long y) => symbol switch
    {
        "+" => (object)checked(x + y), // of an arm that is a double all would become one
        "-" => checked(x - y),
        "*" => checked(x * y),
        "//" when y != 0 => checked(x / y - (x % y != 0 && x < 0 != y < 0 ? 1 : 0)),
        "%" when y != 0 => y == -1 ? 0L : (x % y + y) % y,
        "//" or "%" => throw new TemplateException(line, "a number is divided by zero"),
        "**" when y is >= 0 and < 64 => Power(x, y),
        _ => Numbers(line, symbol, x, y),
    };

    private static long Power(long x, long y)
    {
        long power = 1;
        for (long i = 0; i < y; i++)
        {
            power = checked(power * x);
        }

        return power;
    }

    private static double Numbers(int line, string symbol, double x, double y) => symbol switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" when y != 0 => x / y,
        "//" when y != 0 => Math.Floor(x / y),
        "%" when y != 0 => x - Math.Floor(x / y) * y,
        "**" => Math.Pow(x, y),
        _ => throw new TemplateException(line, "a number is divided by zero"),
    };
}
