using System.Globalization;
using System.Text.Json;

namespace PomIsa.Text.Files;

/// <summary>A value of a JSON file of strangers; what is missing or of another kind is named with its place.</summary>
internal readonly record struct JsonPart(JsonElement Element, string Path)
{
    /// <summary>What <c>type</c> says.</summary>
    public string Kind => Need("type").Text;

    public string Text => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong("is not a text");

    public bool Flag => Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Wrong("is neither true nor false");

    public double Number => Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double value) && double.IsFinite(value)
        ? value
        : throw Wrong("is not a number");

    /// <summary>A token id.</summary>
    public int Id => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int value) && value is >= 0 and < TextLimits.Ids
        ? value
        : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is no token id, which is a whole number below {TextLimits.Ids}"));

    /// <summary>What a token is spelled like.</summary>
    public string Token => Text is { Length: > 0 and <= TextLimits.TokenChars } text
        ? text
        : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is no token: those have 1 to {TextLimits.TokenChars} characters"));

    public bool IsText => Element.ValueKind == JsonValueKind.String;

    public bool IsArray => Element.ValueKind == JsonValueKind.Array;

    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    public IEnumerable<JsonPart> Items
    {
        get
        {
            if (!IsArray)
            {
                throw Wrong("is not a list");
            }

            string path = Path;
            return Element.EnumerateArray().Select((one, i) => new JsonPart(one, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")));
        }
    }

    public IEnumerable<(string Name, JsonPart Value)> Members
    {
        get
        {
            if (!IsObject)
            {
                throw Wrong("is not an object");
            }

            string path = Path;
            return Element.EnumerateObject().Select(one => (one.Name, new JsonPart(one.Value, $"{path}.{one.Name}")));
        }
    }

    /// <summary>The member of that name; null where it is missing or JSON's null.</summary>
    public JsonPart? Find(string name) => IsObject && Element.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null
        ? new JsonPart(found, Path.Length == 0 ? name : $"{Path}.{name}")
        : null;

    public JsonPart Need(string name) => Find(name) ?? throw Wrong($"has no '{name}'");

    public bool FlagOr(string name, bool otherwise) => Find(name)?.Flag ?? otherwise;

    public string? TextOrNull(string name) => Find(name)?.Text;

    /// <summary>A complaint about this value.</summary>
    public InvalidDataException Wrong(string what) => new($"{(Path.Length == 0 ? "the file" : Path)} {what}.");
}
