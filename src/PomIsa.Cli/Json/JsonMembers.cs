using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using PomIsa.Shards;

namespace PomIsa.Cli.Json;

/// <summary>The members of a JSON object, each asked for by name; what nobody asked for is a fault.</summary>
internal sealed class JsonMembers
{
    private readonly JsonTree _object;
    private readonly List<string> _asked = [];

    /// <exception cref="JsonException">It is no object.</exception>
    public JsonMembers(JsonTree value) =>
        _object = value.Kind == JsonValueKind.Object ? value : throw new JsonException($"{value.Kind} stands where an object is expected.");

    public string Text(string name) => TextOrNull(name) ?? throw Lacks(name);

    /// <summary>Null where it is missing or null.</summary>
    public string? TextOrNull(string name) => Find(name) is not { } value ? null : TextOf(value, name);

    public ulong Number(string name) => NumberOrNull(name) ?? throw Lacks(name);

    public ulong? NumberOrNull(string name) => Find(name) is not { } value ? null
        : value.Kind == JsonValueKind.Number && ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : throw Wrong(name);

    public uint Word(string name) => Number(name) is <= uint.MaxValue and var number ? (uint)number : throw Wrong(name);

    public int? IntegerOrNull(string name) => Find(name) is not { } value ? null : Integer(value, name);

    public double? RealOrNull(string name) => Find(name) is not { } value ? null
        : value.Kind == JsonValueKind.Number && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(name);

    /// <summary>False where it is missing.</summary>
    public bool Flag(string name) => Find(name) is { } value
        && (value.Kind == JsonValueKind.True || (value.Kind == JsonValueKind.False ? false : throw Wrong(name)));

    public ImmutableArray<int> Integers(string name)
    {
        IReadOnlyList<JsonTree> items = Array(name) ?? throw Lacks(name);
        var numbers = new int[items.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Integer(items[i], name);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
    }

    /// <summary>Empty where it is missing.</summary>
    public ImmutableArray<string> Texts(string name) => Items(name, one => TextOf(one, name));

    /// <summary>Objects of an array, empty where it is missing.</summary>
    public ImmutableArray<T> Each<T>(string name, Func<JsonMembers, T> read)
        where T : class => Items(name, one => read(new JsonMembers(one)));

    /// <summary>An object; null where it is missing or null.</summary>
    public JsonMembers? ObjectOrNull(string name) => Find(name) is { } value ? new JsonMembers(value) : null;

    /// <summary>Texts by name, of an object whose members are not known; null where it is missing.</summary>
    public SortedDictionary<string, string>? TextsByName(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<string> names = (value.Kind == JsonValueKind.Object ? value : throw Wrong(name)).Names;
        IReadOnlyList<JsonTree> items = value.Items;
        for (int i = 0; i < names.Count; i++)
        {
            texts.Add(names[i], TextOf(items[i], names[i]));
        }

        return texts;
    }

    /// <summary>Says that nothing else is expected.</summary>
    /// <exception cref="JsonException">There is something else.</exception>
    public void End()
    {
        foreach (string name in _object.Names)
        {
            if (!_asked.Contains(name))
            {
                throw new JsonException($"'{name}' is not known.");
            }
        }
    }

    private ImmutableArray<T> Items<T>(string name, Func<JsonTree, T> read)
        where T : class
    {
        if (Array(name) is not { } items)
        {
            return [];
        }

        var all = new T[items.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = read(items[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    private IReadOnlyList<JsonTree>? Array(string name) => Find(name) is not { } value ? null : value.Kind == JsonValueKind.Array ? value.Items : throw Wrong(name);

    private JsonTree? Find(string name)
    {
        _asked.Add(name);
        return _object.Find(name) is { Kind: not JsonValueKind.Null } value ? value : null;
    }

    private static string TextOf(JsonTree value, string name) => value.Kind == JsonValueKind.String ? value.Text : throw Wrong(name);

    private static int Integer(JsonTree value, string name) =>
        value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw Wrong(name);

    private static JsonException Lacks(string name) => new($"'{name}' is missing.");

    private static JsonException Wrong(string name) => new($"'{name}' is not what is expected there.");
}
