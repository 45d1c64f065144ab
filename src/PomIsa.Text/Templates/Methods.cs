using System.Globalization;
using System.Text;

namespace PomIsa.Text.Templates;

/// <summary>Methods of texts and mappings, by Python's names. None changes what it is called on.</summary>
internal static class Methods
{
    public static object? Call(Rendering rendering, int line, object? of, string name, Arguments arguments)
    {
        rendering.Step(line);
        return of switch
        {
            string text => OfText(rendering, line, text, name, arguments),
            Map map when map.TryGet(name, out object? own) && own is Function function => function(rendering, line, arguments),
            Map map => OfMap(line, map, name, arguments),
            Namespace space when space.Members.TryGet(name, out object? set) && set is Function function => function(rendering, line, arguments),
            Undefined missing => throw new TemplateException(line, $"'{missing.Name}' is undefined, and its method {name} is called"),
            _ => throw new TemplateException(line, $"{Value.KindOf(of)} has no method {name} here"),
        };
    }

    private static object OfText(Rendering rendering, int line, string text, string name, Arguments arguments)
    {
        rendering.Step(line, text.Length / 64);
        switch (name)
        {
            case "strip":
                return Trim(text, arguments, left: true, right: true);
            case "lstrip":
                return Trim(text, arguments, left: true, right: false);
            case "rstrip":
                return Trim(text, arguments, left: false, right: true);
            case "upper":
                return text.ToUpperInvariant();
            case "lower":
                return text.ToLowerInvariant();
            case "title":
                return Title(text);
            case "capitalize":
                return Capitalize(text);
            case "startswith":
                return Ends(arguments, end => text.StartsWith(end, StringComparison.Ordinal));
            case "endswith":
                return Ends(arguments, end => text.EndsWith(end, StringComparison.Ordinal));
            case "split":
                return rendering.Sound(line, Split(text, arguments));
            case "splitlines":
                return rendering.Sound(line, [.. (text.EndsWith('\n') ? text[..^1] : text).Split('\n').Where(_ => text.Length > 0)]);
            case "replace":
                return rendering.Sound(line, Replace(text, arguments));
            case "find":
                return (long)text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal);
            case "count":
                return (long)text.AsSpan().Count(arguments.Text(0, "sub") is { Length: > 0 } sub ? sub : throw arguments.Wrong("counts an empty text"));
            case "join":
                return rendering.Sound(line, string.Join(text, Value.ItemsOf(rendering, line, arguments.At(0, "items", null)).Select(one => one as string ?? throw arguments.Wrong("joins something that is no text"))));
            case "isdigit":
                return text.Length > 0 && text.All(char.IsDigit);
            case "isalpha":
                return text.Length > 0 && text.All(char.IsLetter);
            case "isspace":
                return text.Length > 0 && text.All(char.IsWhiteSpace);
            default:
                throw new TemplateException(line, $"a text has no method {name} here");
        }
    }

    private static object? OfMap(int line, Map map, string name, Arguments arguments) => name switch
    {
        "items" => map.Items.Select(static one => (object?)new List<object?> { one.Key, one.Value }).ToList(),
        "keys" => map.Items.Select(static one => (object?)one.Key).ToList(),
        "values" => map.Items.Select(static one => one.Value).ToList(),
        "get" => arguments.At(0, "key", null) is string key && map.TryGet(key, out object? value) ? value : arguments.At(1, "default", null),
        _ => throw new TemplateException(line, $"a mapping has no method {name} here"),
    };

    public static string Replace(string text, Arguments arguments)
    {
        string old = arguments.Text(0, "old"), made = arguments.Text(1, "new");
        if (old.Length == 0)
        {
            throw arguments.Wrong("replaces an empty text");
        }

        long longest = text.Length + (long)(text.Length / old.Length) * made.Length;
        return longest > 4L * TemplateLimits.OutputChars ? throw arguments.Wrong("makes too long a text") : text.Replace(old, made, StringComparison.Ordinal);
    }

    public static string Title(string text)
    {
        var made = new StringBuilder(text.Length);
        bool within = false;
        foreach (char c in text)
        {
            made.Append(within ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            within = char.IsLetter(c);
        }

        return made.ToString();
    }

    public static string Capitalize(string text) => text.Length == 0 ? "" : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..].ToLowerInvariant();

    public static string Trim(string text, Arguments arguments, bool left, bool right)
    {
        char[]? letters = arguments.At(0, "chars", null) is string given ? given.ToCharArray() : null;
        text = left ? (letters is null ? text.TrimStart() : text.TrimStart(letters)) : text;
        return right ? (letters is null ? text.TrimEnd() : text.TrimEnd(letters)) : text;
    }

    private static bool Ends(Arguments arguments, Func<string, bool> ends) => arguments.At(0, "prefix", null) switch
    {
        string end => ends(end),
        List<object?> several => several.OfType<string>().Any(ends),
        var other => throw arguments.Wrong($"takes a text, not {Value.KindOf(other)}"),
    };

    private static List<object?> Split(string text, Arguments arguments)
    {
        long most = arguments.Integer(1, "maxsplit", -1);
        int count = most < 0 || most >= int.MaxValue ? int.MaxValue : (int)most + 1;
        if (arguments.At(0, "sep", null) is string by)
        {
            return by.Length > 0 ? [.. text.Split(by, count)] : throw arguments.Wrong("splits by an empty text");
        }

        return [.. text.Split((char[]?)null, count, StringSplitOptions.RemoveEmptyEntries | (count == int.MaxValue ? 0 : StringSplitOptions.TrimEntries))];
    }
}
