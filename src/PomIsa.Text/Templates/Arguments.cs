namespace PomIsa.Text.Templates;

/// <summary>What a filter, test, method or function is given.</summary>
internal sealed class Arguments(string called, int line, List<object?> places, List<(string Name, object? Value)> names)
{
    public static Arguments None(string called, int line) => new(called, line, [], []);

    public List<object?> Places => places;

    public IReadOnlyList<(string Name, object? Value)> Names => names;

    /// <summary>The argument at a place, or by its name; <paramref name="otherwise"/> where it was not given.</summary>
    public object? At(int place, string name, object? otherwise) =>
        place < places.Count ? places[place]
        : names.FirstOrDefault(one => one.Name == name) is { Name: not null } found ? found.Value
        : otherwise;

    public string Text(int place, string name, string? otherwise = null) => At(place, name, otherwise) switch
    {
        string text => text,
        var other => throw Wrong($"takes a text, not {Value.KindOf(other)}"),
    };

    public long Integer(int place, string name, long otherwise) => At(place, name, otherwise) is var given && Value.IntegerOf(given) is { } number
        ? number
        : throw Wrong($"takes a whole number, not {Value.KindOf(given)}");

    /// <summary>Refuses more arguments than a call can have.</summary>
    public void Most(int count)
    {
        if (places.Count + names.Count > count)
        {
            throw Wrong("is given too much");
        }
    }

    public TemplateException Wrong(string what) => new(line, $"{called} {what}");
}
