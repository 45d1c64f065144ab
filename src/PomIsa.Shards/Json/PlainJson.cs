using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>A value that <see cref="PlainJsonReader"/> took.</summary>
internal sealed class PlainJson : JsonTree
{
    private static readonly List<JsonTree> s_noValues = [];
    private static readonly List<string> s_noNames = [];

    private readonly string _text;
    private readonly List<JsonTree> _values;
    private readonly List<string> _names;

    private PlainJson(JsonValueKind kind, string text, List<JsonTree> values, List<string> names) => (Kind, _text, _values, _names) = (kind, text, values, names);

    public PlainJson(JsonValueKind kind, string text)
        : this(kind, text, s_noValues, s_noNames)
    {
    }

    public override JsonValueKind Kind { get; }

    public override string Text => _text;

    public override IReadOnlyList<JsonTree> Items => _values;

    public override IReadOnlyList<string> Names => _names;

    public override JsonTree? Find(string name)
    {
        int at = _names.IndexOf(name);
        return at < 0 ? null : _values[at];
    }

    /// <summary>An array, or an object, that has nothing in it yet.</summary>
    public static PlainJson Empty(JsonValueKind kind) => new(kind, "", [], kind == JsonValueKind.Object ? [] : s_noNames);

    public void Add(JsonTree item) => _values.Add(item);

    /// <summary>False where an object has that name already.</summary>
    public bool TryAdd(string name, JsonTree value)
    {
        if (_names.Contains(name))
        {
            return false;
        }

        _names.Add(name);
        _values.Add(value);
        return true;
    }
}
