using System.Globalization;

namespace PomIsa.Text.Templates;

/// <summary>Functions that every template finds.</summary>
internal static class Globals
{
    /// <param name="date">The day that <c>strftime_now</c> tells; without one there is no such function, and no clock is asked.</param>
    public static Scope With(DateOnly? date)
    {
        var scope = new Scope(null);
        scope.Set("range", (Function)Range);
        scope.Set("namespace", (Function)((_, _, arguments) => new Namespace(MapOf(arguments))));
        scope.Set("dict", (Function)((_, _, arguments) => MapOf(arguments)));
        scope.Set("raise_exception", (Function)((_, line, arguments) => throw new TemplateException(line, arguments.Text(0, "message"))));
        if (date is { } day)
        {
            scope.Set("strftime_now", (Function)((_, _, arguments) => Format(day, arguments)));
        }

        return scope;
    }

    private static List<object?> Range(Rendering rendering, int line, Arguments arguments)
    {
        arguments.Most(3);
        bool one = arguments.Places.Count < 2;
        long from = one ? 0 : arguments.Integer(0, "start", 0), to = arguments.Integer(one ? 0 : 1, "stop", 0), by = arguments.Integer(2, "step", 1);
        if (by == 0)
        {
            throw arguments.Wrong("has the step 0");
        }

        var numbers = new List<object?>();
        for (long at = from; by > 0 ? at < to : at > to; at += by)
        {
            if (numbers.Count > TemplateLimits.Items || Math.Abs(by) > int.MaxValue || Math.Abs(at) > int.MaxValue)
            {
                throw new TemplateException(line, "it makes too long a list");
            }

            numbers.Add(at);
        }

        return rendering.Sound(line, numbers);
    }

    private static Map MapOf(Arguments arguments)
    {
        var map = new Map();
        foreach (object? one in arguments.Places)
        {
            foreach ((string key, object? value) in (one as Map ?? throw arguments.Wrong("takes mappings and names")).Items)
            {
                map[key] = value;
            }
        }

        foreach ((string name, object? value) in arguments.Names)
        {
            map[name] = value;
        }

        return map;
    }

    private static string Format(DateOnly day, Arguments arguments)
    {
        var made = new System.Text.StringBuilder();
        string format = arguments.Text(0, "format");
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                made.Append(format[i]);
                continue;
            }

            bool plain = format[i + 1] == '-' && i + 2 < format.Length;
            i += plain ? 2 : 1;
            string part = format[i] switch
            {
                'd' => day.ToString("dd", CultureInfo.InvariantCulture),
                'm' => day.ToString("MM", CultureInfo.InvariantCulture),
                'Y' => day.ToString("yyyy", CultureInfo.InvariantCulture),
                'y' => day.ToString("yy", CultureInfo.InvariantCulture),
                'b' => day.ToString("MMM", CultureInfo.InvariantCulture),
                'B' => day.ToString("MMMM", CultureInfo.InvariantCulture),
                'a' => day.ToString("ddd", CultureInfo.InvariantCulture),
                'A' => day.ToString("dddd", CultureInfo.InvariantCulture),
                'H' or 'M' or 'S' => "00",
                '%' => "%",
                var other => throw arguments.Wrong($"does not know %{other}"),
            };
            made.Append(plain ? part.TrimStart('0') : part);
        }

        return made.ToString();
    }
}
