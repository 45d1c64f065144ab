using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;

namespace PomIsa.Conformance.Vectors;

/// <summary>Answers beside what a case expects: the first difference, or null.</summary>
internal static class Answers
{
    public static string? CompareFault(VectorCase one, JsonElement? fault)
    {
        if (one.Fault == FaultCode.None || fault is null)
        {
            return one.Fault == FaultCode.None && fault is null ? null
                : $"fault: expected {(one.Fault == FaultCode.None ? "none" : one.Fault)}, got {fault?.GetRawText() ?? "none"}";
        }

        JsonElement have = fault.Value;
        string stage = FaultText.NameOf(one.Fault.Stage());
        bool right = have.TryField("stage") is { ValueKind: JsonValueKind.String } s && s.Unicode() == stage
            && have.TryField("code") is { ValueKind: JsonValueKind.String } c && c.Unicode() == one.Fault.ToString();
        return !right ? $"fault: expected {stage} {one.Fault}, got {have.GetRawText()}"
            : Compare(have, one.Json, [.. ((string[])["function", "at"]).Where(f => one.Json.TryField(f) is not null)]) is { } place ? "fault." + place
            : null;
    }

    public static string? CompareBounds(JsonElement json, JsonElement loaded)
    {
        if (json.TryField("bounds") is not { } bounds)
        {
            return null;
        }

        JsonElement have = loaded.Field("bounds");
        return bounds.EnumerateObject()
            .Where(bound => bound.Name != "arenaBytes" || have.TryField(bound.Name) is not null)
            .Select(bound => Difference.Of("bounds." + bound.Name, bound.Value, have.TryField(bound.Name)))
            .FirstOrDefault(static difference => difference is not null);
    }

    public static string? Compare(JsonElement have, JsonElement want, ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (Difference.Of(field, want.TryField(field), have.TryField(field)) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    public static string? ErrorOf(JsonElement answer) =>
        answer.TryField("error") is { } error ? $"error: {(error.ValueKind == JsonValueKind.String ? error.Unicode() : error.GetRawText())}" : null;
}
