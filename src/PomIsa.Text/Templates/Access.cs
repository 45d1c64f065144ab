namespace PomIsa.Text.Templates;

/// <summary>Parts of values.</summary>
internal static class Access
{
    /// <summary>A member by name or place; undefined where there is none.</summary>
    public static object? Member(Rendering rendering, int line, object? of, object? key)
    {
        switch (of, key)
        {
            case (Map map, string name):
                return map.TryGet(name, out object? value) ? value : new Undefined(name);
            case (Namespace space, string name):
                return space.Members.TryGet(name, out object? set) ? set : new Undefined(name);
            case (List<object?> list, long at):
                return at < list.Count && at >= -list.Count ? list[(int)(at < 0 ? at + list.Count : at)] : new Undefined($"item {at}");
            case (string text, long at) when IsPlain(text):
                return at < text.Length && at >= -text.Length ? text[(int)(at < 0 ? at + text.Length : at)].ToString() : new Undefined($"item {at}");
            case (string text, long at):
                List<object?> letters = Value.ItemsOf(rendering, line, text);
                return Member(rendering, line, letters, at);
            case (Undefined missing, _):
                throw new TemplateException(line, missing.Name.Length == 0 ? "a part of an undefined value is asked for" : $"'{missing.Name}' is undefined, and a part of it is asked for");
            default:
                return new Undefined(key as string ?? "");
        }
    }

    /// <summary>A part of a list or of a text, by Python's rules.</summary>
    public static object? Slice(Rendering rendering, int line, object? of, object? from, object? to, object? by)
    {
        if (of is string whole && by is null or 1L && IsPlain(whole))
        {
            int begin = from is null ? 0 : Place(line, from, whole.Length), stop = to is null ? whole.Length : Place(line, to, whole.Length);
            return rendering.Sound(line, begin < stop ? whole[begin..stop] : "");
        }

        List<object?> items = of is List<object?> or string ? Value.ItemsOf(rendering, line, of) : throw new TemplateException(line, $"{Value.KindOf(of)} can't be sliced");
        long step = by is null ? 1 : Integer(by), length = items.Count;
        if (step == 0)
        {
            throw new TemplateException(line, "a slice has the step 0");
        }

        long least = step > 0 ? 0 : -1, most = step > 0 ? length : length - 1;
        long at = from is null ? (step > 0 ? least : most) : Bound(Integer(from));
        long end = to is null ? (step > 0 ? most : least) : Bound(Integer(to));
        var part = new List<object?>();
        for (; step > 0 ? at < end : at > end; at = checked(at + Math.Clamp(step, -length - 1, length + 1)))
        {
            part.Add(items[(int)at]);
        }

        return of is string ? string.Concat(part) : part;

        long Bound(long value) => Math.Clamp(value < 0 ? Math.Max(value, -length - 1) + length : value, least, most);

        long Integer(object? value) => Whole(line, value);
    }

    /// <summary>Whether each UTF-16 unit is a character.</summary>
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    private static int Place(int line, object? bound, int length)
    {
        long place = Whole(line, bound);
        return (int)Math.Clamp(place < 0 ? Math.Max(place, -length) + length : place, 0, length);
    }

    private static long Whole(int line, object? value) => Value.IntegerOf(value) ?? throw new TemplateException(line, $"a slice has {Value.KindOf(value)} as its bound");
}
