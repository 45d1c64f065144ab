using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>JSON as text that reads well in a diff: short values on one line, long lists of scalars in filled lines.</summary>
internal static class JsonLayout
{
    private const int Width = 120;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode root)
    {
        var text = new StringBuilder();
        Write(text, root, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode node, int indent)
    {
        if (Inline(node, Width - indent) is { } line)
        {
            text.Append(line);
            return;
        }

        switch (node)
        {
            case JsonObject fields:
                Lines(text, '{', '}', indent, [.. fields], static (text, field, indent) =>
                {
                    text.Append(Quoted(field.Key)).Append(": ");
                    Write(text, field.Value!, indent);
                });
                break;
            case JsonArray items when items.All(i => i is JsonValue):
                Fill(text, items, indent);
                break;
            case JsonArray items:
                Lines(text, '[', ']', indent, [.. items], static (text, item, indent) => Write(text, item!, indent));
                break;
            default:
                text.Append(Scalar(node));
                break;
        }
    }

    private static void Lines<T>(StringBuilder text, char open, char close, int indent, T[] items, Action<StringBuilder, T, int> write)
    {
        text.Append(open);
        for (int i = 0; i < items.Length; i++)
        {
            text.Append(i > 0 ? ",\n" : "\n").Append(' ', indent + 2);
            write(text, items[i], indent + 2);
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }

    private static void Fill(StringBuilder text, JsonArray items, int indent)
    {
        text.Append('[');
        int column = Width;
        for (int i = 0; i < items.Count; i++)
        {
            string item = Scalar(items[i]!);
            if (column + item.Length + 2 > Width)
            {
                text.Append(i > 0 ? ",\n" : "\n").Append(' ', indent + 2);
                column = indent + 2;
            }
            else
            {
                text.Append(", ");
                column += 2;
            }

            text.Append(item);
            column += item.Length;
        }

        text.Append('\n').Append(' ', indent).Append(']');
    }

    /// <summary>The node on one line, or null if it takes more than <paramref name="room"/>.</summary>
    private static string? Inline(JsonNode node, int room)
    {
        if (node is JsonArray { Count: > 40 } || room < 2)
        {
            return null;
        }

        string? line = node switch
        {
            JsonArray items => Join('[', ']', items.Select(i => Inline(i!, room))),
            JsonObject fields => Join('{', '}', fields.Select(f => Inline(f.Value!, room) is { } value ? Quoted(f.Key) + ": " + value : null)),
            _ => Scalar(node),
        };
        return line?.Length <= room ? line : null;
    }

    private static string? Join(char open, char close, IEnumerable<string?> parts)
    {
        string?[] all = [.. parts];
        return all.Contains(null) ? null : open + string.Join(", ", all) + close;
    }

    private static string Scalar(JsonNode node) => node.ToJsonString(Plain);

    private static string Quoted(string key) => JsonSerializer.Serialize(key, Plain);
}
