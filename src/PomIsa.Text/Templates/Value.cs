using System.Globalization;
using System.Text;

namespace PomIsa.Text.Templates;

/// <summary>A name that stands for nothing.</summary>
internal sealed record Undefined(string Name);

/// <summary>A mapping, in the order in which it was made.</summary>
internal sealed class Map
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, object?>> _items = [];

    public IReadOnlyList<KeyValuePair<string, object?>> Items => _items;

    public object? this[string key]
    {
        set
        {
            if (_places.TryGetValue(key, out int at))
            {
                _items[at] = KeyValuePair.Create(key, value);
            }
            else
            {
                _places.Add(key, _items.Count);
                _items.Add(KeyValuePair.Create(key, value));
            }
        }
    }

    public bool TryGet(string key, out object? value)
    {
        bool found = _places.TryGetValue(key, out int at);
        value = found ? _items[at].Value : null;
        return found;
    }
}

/// <summary>What <c>namespace()</c> makes: the only thing whose parts can be set.</summary>
internal sealed record Namespace(Map Members);

/// <summary>Something that can be called.</summary>
internal delegate object? Function(Rendering rendering, int line, Arguments arguments);

/// <summary>What template code says of values: Python's rules, for None, booleans, whole and other numbers, texts, lists and mappings.</summary>
internal static class Value
{
    private const int Depth = 64;

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        string s => s.Length > 0,
        List<object?> l => l.Count > 0,
        Map m => m.Items.Count > 0,
        _ => true,
    };

    public static string KindOf(object? value) => value switch
    {
        null => "None",
        Undefined u => $"'{u.Name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        string => "a text",
        List<object?> => "a list",
        Map => "a mapping",
        Namespace => "a namespace",
        _ => "a function",
    };

    /// <summary>How a value is written.</summary>
    public static string TextOf(Rendering rendering, int line, object? value)
    {
        if (value is string text)
        {
            return text;
        }

        var made = new StringBuilder();
        Spell(rendering, line, value, made, 0);
        return made.ToString();
    }

    public static bool AreEqual(Rendering rendering, int line, object? a, object? b, int depth = 0)
    {
        rendering.Step(line);
        if (depth > Depth)
        {
            throw new TemplateException(line, "values are nested too deep");
        }

        return (a, b) switch
        {
            (null, null) => true,
            (Undefined, Undefined) => true,
            (string x, string y) => x.Length == y.Length && string.Equals(rendering.Sound(line, x), y, StringComparison.Ordinal),
            (List<object?> x, List<object?> y) => x.Count == y.Count && x.Zip(y).All(pair => AreEqual(rendering, line, pair.First, pair.Second, depth + 1)),
            (Map x, Map y) => x.Items.Count == y.Items.Count
                && x.Items.All(one => y.TryGet(one.Key, out object? other) && AreEqual(rendering, line, one.Value, other, depth + 1)),
            _ when NumberOf(a) is { } x && NumberOf(b) is { } y => x == y,
            _ => ReferenceEquals(a, b),
        };
    }

    /// <summary>A boolean counts as 0 or 1.</summary>
    public static double? NumberOf(object? value) => value switch
    {
        bool b => b ? 1 : 0,
        long n => n,
        double d => d,
        _ => null,
    };

    public static long? IntegerOf(object? value) => value switch
    {
        bool b => b ? 1 : 0,
        long n => n,
        _ => null,
    };

    /// <summary>What a loop goes through.</summary>
    public static List<object?> ItemsOf(Rendering rendering, int line, object? value) => rendering.Sound(line, value switch
    {
        List<object?> list => list,
        Map map => [.. map.Items.Select(static one => one.Key)],
        string text => [.. text.EnumerateRunes().Select(static rune => rune.ToString())],
        Undefined => [],
        _ => throw new TemplateException(line, $"{KindOf(value)} has no items"),
    });

    private static void Spell(Rendering rendering, int line, object? value, StringBuilder made, int depth)
    {
        rendering.Step(line);
        if (depth > Depth || made.Length > TemplateLimits.OutputChars)
        {
            throw new TemplateException(line, "a value is nested too deep, or too long");
        }

        switch (value)
        {
            case Undefined:
                break;
            case null:
                made.Append("None");
                break;
            case bool b:
                made.Append(b ? "True" : "False");
                break;
            case long n:
                made.Append(n.ToString(CultureInfo.InvariantCulture));
                break;
            case double d:
                made.Append(NumberText(d));
                break;
            case string s:
                Quote(s, made);
                break;
            case List<object?> list:
                Listed(list, '[', ']', one => Spell(rendering, line, one, made, depth + 1), made);
                break;
            case Map map:
                Listed(map.Items, '{', '}', one =>
                {
                    Quote(one.Key, made);
                    made.Append(": ");
                    Spell(rendering, line, one.Value, made, depth + 1);
                }, made);
                break;
            default:
                throw new TemplateException(line, $"{KindOf(value)} can't be written");
        }
    }

    public static string NumberText(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e16
        ? value.ToString("F1", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    private static void Listed<T>(IReadOnlyList<T> items, char open, char close, Action<T> write, StringBuilder made)
    {
        made.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            made.Append(i > 0 ? ", " : "");
            write(items[i]);
        }

        made.Append(close);
    }

    /// <summary>As Python writes a text within a list.</summary>
    private static void Quote(string text, StringBuilder made)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        made.Append(quote);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => made.Append("\\n"),
                '\r' => made.Append("\\r"),
                '\t' => made.Append("\\t"),
                '\\' => made.Append("\\\\"),
                _ when c == quote => made.Append('\\').Append(c),
                _ => made.Append(c),
            };
        }

        made.Append(quote);
    }
}
