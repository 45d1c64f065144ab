using System.Collections.Immutable;
using System.Text.Json;

namespace PomIsa.Cli.Runs;

/// <summary>The members of a JSON object, each asked for by name; what nobody asked for is a fault.</summary>
internal sealed class JsonMembers
{
    private readonly JsonElement _object;
    private readonly List<string> _asked = [];

    /// <exception cref="JsonException">It is no object.</exception>
    public JsonMembers(JsonElement value) =>
        _object = value.ValueKind == JsonValueKind.Object ? value : throw new JsonException($"{value.ValueKind} stands where an object is expected.");

    public string Text(string name) => TextOrNull(name) ?? throw Lacks(name);

    /// <summary>Null where it is missing or null.</summary>
    public string? TextOrNull(string name) => !TryFind(name, out JsonElement value) ? null : TextOf(value, name);

    public ulong Number(string name) => NumberOrNull(name) ?? throw Lacks(name);

    public ulong? NumberOrNull(string name) => !TryFind(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : throw Wrong(name);

    public uint Word(string name) => Number(name) is <= uint.MaxValue and var number ? (uint)number : throw Wrong(name);

    public int? IntegerOrNull(string name) => !TryFind(name, out JsonElement value) ? null : Integer(value, name);

    public double? RealOrNull(string name) => !TryFind(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : throw Wrong(name);

    /// <summary>False where it is missing.</summary>
    public bool Flag(string name) => TryFind(name, out JsonElement value)
        && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.False ? false : throw Wrong(name)));

    public ImmutableArray<int> Integers(string name)
    {
        JsonElement array = Array(name) ?? throw Lacks(name);
        var numbers = new int[array.GetArrayLength()];
        int at = 0;
        foreach (JsonElement one in array.EnumerateArray())
        {
            numbers[at++] = Integer(one, name);
        }

        return [.. numbers];
    }

    /// <summary>Empty where it is missing.</summary>
    public ImmutableArray<string> Texts(string name) => Items(name, one => TextOf(one, name));

    /// <summary>Objects of an array, empty where it is missing.</summary>
    public ImmutableArray<T> Each<T>(string name, Func<JsonMembers, T> read)
        where T : class => Items(name, one => read(new JsonMembers(one)));

    /// <summary>An object; null where it is missing or null.</summary>
    public JsonMembers? ObjectOrNull(string name) => TryFind(name, out JsonElement value) ? new JsonMembers(value) : null;

    /// <summary>Texts by name, of an object whose members are not known; null where it is missing.</summary>
    public SortedDictionary<string, string>? TextsByName(string name)
    {
        if (!TryFind(name, out JsonElement value))
        {
            return null;
        }

        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty one in (value.ValueKind == JsonValueKind.Object ? value : throw Wrong(name)).EnumerateObject())
        {
            texts.Add(one.Name, TextOf(one.Value, one.Name));
        }

        return texts;
    }

    /// <summary>Says that nothing else is expected.</summary>
    /// <exception cref="JsonException">There is something else.</exception>
    public void End()
    {
        foreach (JsonProperty one in _object.EnumerateObject())
        {
            if (!_asked.Contains(one.Name))
            {
                throw new JsonException($"'{one.Name}' is not known.");
            }
        }
    }

    private ImmutableArray<T> Items<T>(string name, Func<JsonElement, T> read)
        where T : class
    {
        if (Array(name) is not { } array)
        {
            return [];
        }

        var all = new T[array.GetArrayLength()];
        int at = 0;
        foreach (JsonElement one in array.EnumerateArray())
        {
            all[at++] = read(one);
        }

        return [.. all];
    }

    private JsonElement? Array(string name) => !TryFind(name, out JsonElement value) ? null : value.ValueKind == JsonValueKind.Array ? value : throw Wrong(name);

    private bool TryFind(string name, out JsonElement value)
    {
        _asked.Add(name);
        return _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string TextOf(JsonElement value, string name) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name);

    private static int Integer(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(name);

    private static JsonException Lacks(string name) => new($"'{name}' is missing.");

    private static JsonException Wrong(string name) => new($"'{name}' is not what is expected there.");
}
