using System.Text;
using System.Text.Json;
using PomIsa.Text.Files;

namespace PomIsa.Text.Tokens;

/// <summary>Byte-level BPE in its older form: <c>vocab.json</c> with the ids and <c>merges.txt</c> with a merge in each line, as GPT-2 came.</summary>
internal static class VocabularyFiles
{
    public const string VocabularyName = "vocab.json", MergesName = "merges.txt";

    public static bool Exist(string folder) => File.Exists(Path.Combine(folder, VocabularyName)) && File.Exists(Path.Combine(folder, MergesName));

    /// <summary>Reads both.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="config">Says which of the vocabulary's tokens are special.</param>
    /// <exception cref="InvalidDataException">One is not well formed.</exception>
    public static ITokenizer Load(string folder, TokenizerConfig config)
    {
        string vocabulary = Path.Combine(folder, VocabularyName), merges = Path.Combine(folder, MergesName);
        return BoundedFile.Told($"{vocabulary} with {MergesName}", () =>
        {
            using JsonDocument ids = JsonDocument.Parse(BoundedFile.Read(vocabulary, TextLimits.FileBytes));
            string[] lines = Encoding.UTF8.GetString(BoundedFile.Read(merges, TextLimits.FileBytes)).Split('\n');
            using JsonDocument file = JsonDocument.Parse(Write(ids.RootElement, lines.Select(static line => line.TrimEnd('\r')), config));
            return TokenizerJson.Read(new JsonPart(file.RootElement, ""));
        });
    }

    /// <summary>The same as a tokenizer.json.</summary>
    private static ReadOnlyMemory<byte> Write(JsonElement ids, IEnumerable<string> merges, TokenizerConfig config)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("added_tokens");
            foreach (string token in config.Tokens.Values.Distinct(StringComparer.Ordinal).Take(TextLimits.Steps))
            {
                if (ids.ValueKind == JsonValueKind.Object && ids.TryGetProperty(token, out JsonElement id))
                {
                    json.WriteStartObject();
                    json.WriteString("content", token);
                    json.WritePropertyName("id");
                    id.WriteTo(json);
                    json.WriteBoolean("special", true);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WritePropertyName("pre_tokenizer");
            json.WriteRawValue("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""");
            json.WritePropertyName("decoder");
            json.WriteRawValue("""{"type":"ByteLevel"}""");
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WritePropertyName("vocab");
            ids.WriteTo(json);
            json.WriteStartArray("merges");
            foreach (string line in merges.Where(static line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)))
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
