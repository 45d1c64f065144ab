using System.Globalization;
using System.Text.Json;

namespace PomIsa.Conformance.Protocol;

/// <summary>Fields of requests, answers and vector files. What is missing or of the wrong kind is a <see cref="RequestException"/> that names it.</summary>
internal static class JsonFields
{
    /// <summary>A field, or null where it is missing or null.</summary>
    public static JsonElement? TryField(this JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException("An object is expected where there is something else.");
        }

        return json.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null ? field : null;
    }

    public static JsonElement Field(this JsonElement json, string name) =>
        json.TryField(name) ?? throw new RequestException($"'{name}' is missing.");

    public static string Text(this JsonElement json, string name) =>
        json.Field(name) is { ValueKind: JsonValueKind.String } text ? text.Unicode() : throw new RequestException($"'{name}' is no text.");

    /// <summary>The text of a string, which JSON lets hold half a surrogate pair.</summary>
    public static string Unicode(this JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RequestException("A text is no Unicode.");
        }
    }

    /// <summary>The items of a list; none where it is missing.</summary>
    public static T[] List<T>(this JsonElement json, string name, Func<JsonElement, T> of)
    {
        if (json.TryField(name) is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new RequestException($"'{name}' is no list.");
        }

        var items = new T[list.GetArrayLength()];
        int at = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            items[at++] = of(item);
        }

        return items;
    }

    /// <summary>A whole number from 0 to 2^31 - 1.</summary>
    public static int Number(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int value) && value >= 0
            ? value
            : throw new RequestException($"{Shown(json)} is no whole number from 0 to {int.MaxValue}.");

    public static int Number(this JsonElement json, string name) => json.Field(name).Number();

    /// <summary>An i32, as a number.</summary>
    public static int Signed(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int value) ? value : throw new RequestException($"{Shown(json)} is no i32.");

    /// <summary>An i64, as decimal text or as a number that JSON holds exactly.</summary>
    public static long Long(this JsonElement json)
    {
        bool read = json.ValueKind switch
        {
            JsonValueKind.String => long.TryParse(json.Unicode(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long _),
            JsonValueKind.Number => json.TryGetInt64(out long _),
            _ => false,
        };
        return !read ? throw new RequestException($"{Shown(json)} is no i64.")
            : json.ValueKind == JsonValueKind.Number ? json.GetInt64()
            : long.Parse(json.Unicode(), CultureInfo.InvariantCulture);
    }

    /// <summary>A u64, as decimal text or as a number that JSON holds exactly.</summary>
    public static ulong Unsigned(this JsonElement json) =>
        json.ValueKind == JsonValueKind.String && ulong.TryParse(json.Unicode(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value
        : json.ValueKind == JsonValueKind.Number && json.TryGetUInt64(out value) ? value
        : throw new RequestException($"{Shown(json)} is no u64.");

    /// <summary>Bits of an element, in exactly two hex digits for each of its <paramref name="bytes"/>.</summary>
    public static ulong Bits(this JsonElement json, int bytes) =>
        json.ValueKind == JsonValueKind.String && json.Unicode() is { } text && text.Length == 2 * bytes
        && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new RequestException($"{Shown(json)} is not {2 * bytes} hex digits.");

    /// <summary>Bytes as hex.</summary>
    public static byte[] Hex(this JsonElement json, string name)
    {
        string text = json.Text(name);
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new RequestException($"'{name}' is no hex.");
        }
    }

    private static string Shown(JsonElement json)
    {
        string raw = json.GetRawText();
        return raw.Length <= 40 ? raw : raw[..40] + "…";
    }
}
