using System.Globalization;

namespace PomIsa.Text.Templates;

/// <summary>Filters: <c>value | name(…)</c>.</summary>
internal static class Filters
{
    public static object? Apply(Rendering rendering, int line, string name, object? value, Arguments arguments)
    {
        switch (name)
        {
            case "trim":
                return Methods.Trim(Text(), arguments, left: true, right: true);
            case "upper":
                return Text().ToUpperInvariant();
            case "lower":
                return Text().ToLowerInvariant();
            case "title":
                return Methods.Title(Text());
            case "capitalize":
                return Methods.Capitalize(Text());
            case "replace":
                return rendering.Sound(line, Methods.Replace(Text(), arguments));
            case "string" or "safe":
                return Text();
            case "escape" or "e":
                return rendering.Sound(line, Text().Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
                    .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal));
            case "indent":
                return rendering.Sound(line, Indent(Text(), arguments));
            case "tojson":
                return rendering.Sound(line, JsonText.Of(rendering, line, value, arguments));
            case "default" or "d":
                bool empty = Value.IsTrue(arguments.At(1, "boolean", false));
                return value is Undefined || (empty && !Value.IsTrue(value)) ? arguments.At(0, "default_value", "") : value;
            case "length" or "count":
                return value is Map map ? map.Items.Count : value is string ? Text().EnumerateRunes().LongCount() : (long)Items().Count;
            case "first":
                return Items() is [var first, ..] ? first : new Undefined("first");
            case "last":
                return Items() is [.., var last] ? last : new Undefined("last");
            case "list":
                return Items().ToList();
            case "reverse":
                return value is string ? string.Concat(Items().AsEnumerable().Reverse()) : Items().AsEnumerable().Reverse().ToList();
            case "join":
                return rendering.Sound(line, string.Join(arguments.Text(0, "d", ""), Chosen(1).Select(one => Value.TextOf(rendering, line, one))));
            case "items":
                return Methods.Call(rendering, line, value, "items", Arguments.None("items", line));
            case "dictsort":
                return ((Methods.Call(rendering, line, value, "items", Arguments.None("items", line)) as List<object?>)!)
                    .OrderBy(static one => ((List<object?>)one!)[0] as string, StringComparer.OrdinalIgnoreCase).ToList();
            case "int":
                return Integer();
            case "float":
                return Value.NumberOf(value) ?? (value is string t && double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double f) ? f : arguments.At(0, "default", 0.0));
            case "abs":
                return value is long n and > long.MinValue ? (object)Math.Abs(n) : value is double d ? Math.Abs(d) : throw new TemplateException(line, $"abs: {Value.KindOf(value)} has no sign");
            case "map":
                return rendering.Sound(line, Mapped());
            case "select" or "reject":
                return Items().Where(one => Passes(one, 0, arguments) == (name == "select")).ToList();
            case "selectattr" or "rejectattr":
                string part = arguments.Text(0, "attribute");
                return Items().Where(one => Passes(Access.Member(rendering, line, one, part), 1, arguments) == (name == "selectattr")).ToList();
            case "sort" or "unique" or "min" or "max" or "sum":
                return Ordered();
            default:
                throw new TemplateException(line, $"there is no filter '{name}' here");
        }

        string Text() => rendering.Sound(line, Value.TextOf(rendering, line, value));

        List<object?> Items() => Value.ItemsOf(rendering, line, value);

        // join and map can take a part of each item.
        List<object?> Chosen(int place) => arguments.At(place, "attribute", null) is string part ? [.. Items().Select(one => Access.Member(rendering, line, one, part))] : Items();

        bool Passes(object? one, int place, Arguments given) => given.Places.Count <= place
            ? Value.IsTrue(one)
            : Tests.Holds(rendering, line, given.Text(place, "test"), one, new Arguments(given.Text(place, "test"), line, [.. given.Places.Skip(place + 1)], []));

        object Integer() => value switch
        {
            double d when Math.Abs(d) < 9e15 => (long)d,
            string t when long.TryParse(t.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed) => parsed,
            _ => Value.IntegerOf(value) ?? arguments.At(0, "default", 0L) ?? 0L,
        };

        List<object?> Mapped()
        {
            if (arguments.Names.Any(static one => one.Name == "attribute"))
            {
                string part = arguments.Text(9, "attribute");
                object? otherwise = arguments.At(9, "default", null);
                return [.. Items().Select(one => Access.Member(rendering, line, one, part) is var found && found is Undefined && otherwise is not null ? otherwise : found)];
            }

            string filter = arguments.Text(0, "filter");
            return [.. Items().Select(one => Apply(rendering, line, filter, one, new Arguments(filter, line, [.. arguments.Places.Skip(1)], [])))];
        }

        object? Ordered()
        {
            List<object?> items = Items();
            var order = Comparer<object?>.Create((a, b) =>
            {
                rendering.Step(line);
                return Operators.Compare(line, a, b);
            });
            switch (name)
            {
                case "sort":
                    bool down = Value.IsTrue(arguments.At(0, "reverse", false));
                    Func<object?, object?> key = arguments.At(2, "attribute", null) is string part ? one => Access.Member(rendering, line, one, part) : static one => one;
                    return (down ? items.OrderByDescending(key, order) : items.OrderBy(key, order)).ToList();
                case "unique":
                    var kept = new List<object?>();
                    foreach (object? one in items)
                    {
                        if (!kept.Any(other => Value.AreEqual(rendering, line, one, other)))
                        {
                            kept.Add(one);
                        }
                    }

                    return kept;
                case "sum":
                    return items.Aggregate((object?)0L, (sum, one) => Operators.Compute(rendering, line, "+", sum, one));
                default:
                    return items.Count == 0 ? new Undefined(name) : name == "min" ? items.Min(order) : items.Max(order);
            }
        }
    }

    private static string Indent(string text, Arguments arguments)
    {
        long width = arguments.Integer(0, "width", 4);
        if (width is < 0 or > 256)
        {
            throw arguments.Wrong("indents too far");
        }

        string space = new(' ', (int)width);
        bool first = Value.IsTrue(arguments.At(1, "first", false)), blank = Value.IsTrue(arguments.At(2, "blank", false));
        return string.Join('\n', text.Split('\n').Select((one, i) => (i > 0 || first) && (blank || one.Length > 0) ? space + one : one));
    }
}
