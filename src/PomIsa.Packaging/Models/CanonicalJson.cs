using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PomIsa.Packaging.Models;

/// <summary>JSON with one spelling: keys in ordinal order, two spaces, LF, a line break at the end.</summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people too: indented.</summary>
    public static byte[] Write(JsonNode value) => [.. Bytes(value, Pretty), (byte)'\n'];

    /// <summary>Without white space.</summary>
    public static byte[] WriteLine(JsonNode value) => Bytes(value, Line);

    private static byte[] Bytes(JsonNode value, JsonWriterOptions form)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, form))
        {
            Write(json, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                json.WriteStartObject();
                foreach ((string name, JsonNode? member) in members.OrderBy(static m => m.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    Write(json, member);
                }

                json.WriteEndObject();
                break;
            case JsonArray items:
                json.WriteStartArray();
                foreach (JsonNode? item in items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case null:
                json.WriteNullValue();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
