using System.Globalization;
using System.Text.Json;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Vectors;

/// <summary>Where two JSON values first differ. Every bit counts; a field that is missing, null and an empty list are one.</summary>
internal static class Difference
{
    /// <summary>The first difference with its place, or null.</summary>
    public static string? Of(string place, JsonElement? expected, JsonElement? actual)
    {
        if (IsNothing(expected) || IsNothing(actual))
        {
            return IsNothing(expected) && IsNothing(actual) ? null : $"{place}: expected {Shown(expected)}, got {Shown(actual)}";
        }

        JsonElement want = expected!.Value, have = actual!.Value;
        return (want.ValueKind, have.ValueKind) switch
        {
            (JsonValueKind.Array, JsonValueKind.Array) => OfLists(place, want, have),
            (JsonValueKind.Object, JsonValueKind.Object) => OfObjects(place, want, have),
            // A count may be a number or, beyond 53 bits, its decimal text.
            (JsonValueKind.Number, JsonValueKind.String) or (JsonValueKind.String, JsonValueKind.Number) when Plain(want) == Plain(have) => null,
            (JsonValueKind.String, JsonValueKind.String) => want.Unicode() == have.Unicode() ? null : $"{place}: expected {Shown(want)}, got {Shown(have)}",
            _ => JsonElement.DeepEquals(want, have) ? null : $"{place}: expected {Shown(want)}, got {Shown(have)}",
        };
    }

    private static string? OfLists(string place, JsonElement want, JsonElement have)
    {
        int length = Math.Min(want.GetArrayLength(), have.GetArrayLength());
        for (int i = 0; i < length; i++)
        {
            if (Of(string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), want[i], have[i]) is { } difference)
            {
                return difference;
            }
        }

        return want.GetArrayLength() == have.GetArrayLength() ? null
            : string.Create(CultureInfo.InvariantCulture, $"{place}: expected {want.GetArrayLength()} items, got {have.GetArrayLength()}");
    }

    private static string? OfObjects(string place, JsonElement want, JsonElement have)
    {
        foreach (string name in want.EnumerateObject().Concat(have.EnumerateObject()).Select(static p => p.Name).Distinct(StringComparer.Ordinal))
        {
            JsonElement? expected = want.TryGetProperty(name, out JsonElement w) ? w : null, actual = have.TryGetProperty(name, out JsonElement h) ? h : null;
            if (Of($"{place}.{name}", expected, actual) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static bool IsNothing(JsonElement? json) =>
        json is not { } value || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static string Plain(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.Unicode() : json.GetRawText();

    private static string Shown(JsonElement? json)
    {
        string text = IsNothing(json) ? "nothing" : json!.Value.GetRawText();
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
