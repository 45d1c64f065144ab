using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using PomIsa.Text;

namespace PomIsa.Training.Tokens;

/// <summary>A byte-level BPE tokenizer, kept as <c>tokenizer.json</c> in Hugging Face's form.</summary>
/// <remarks>Numbers are split into single digits, so that a model copies them digit by digit.</remarks>
public sealed class TextTokenizer
{
    /// <summary>Ends a prompt and begins a summary.</summary>
    public const string SummaryToken = "<|summary|>";

    /// <summary>Ends a summary.</summary>
    public const string EndToken = "<|end|>";

    /// <summary>How text is cut into words before merging; a digit is a word of its own, with the space before it.</summary>
    public const string WordPattern = @" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+";

    private const long LargestFile = 16 << 20;

    private readonly BpeTokenizer _tokenizer;

    private TextTokenizer(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> merges)
    {
        Vocabulary = vocabulary.Count;
        Summary = vocabulary[SummaryToken];
        End = vocabulary[EndToken];
        var special = new Dictionary<string, int> { [SummaryToken] = Summary, [EndToken] = End };
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = merges,
            ByteLevel = true,
            SpecialTokens = special,
            PreTokenizer = new RegexPreTokenizer(new Regex(WordPattern, RegexOptions.CultureInvariant), special),
        });
    }

    /// <summary>Number of tokens.</summary>
    public int Vocabulary { get; }

    /// <summary>Id of <see cref="SummaryToken"/>.</summary>
    public int Summary { get; }

    /// <summary>Id of <see cref="EndToken"/>.</summary>
    public int End { get; }

    /// <summary>Token ids of <paramref name="text"/>; text that spells a special token is not taken for one.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        string plain = text.Replace("<|", "< |", StringComparison.Ordinal);
        return _tokenizer.EncodeToIds(plain);
    }

    /// <summary>The prompt of the model: the text, then the token that asks for its summary.</summary>
    public ImmutableArray<int> EncodePrompt(string text) => [.. Encode(text), Summary];

    /// <summary>Text of <paramref name="ids"/>; special tokens are left out.</summary>
    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode(ids.Where(id => id != Summary && id != End)) ?? "";

    /// <summary>Writes tokenizer.json for <paramref name="merges"/>: 256 bytes, then merges, then the two special tokens.</summary>
    public static string ToJson(IReadOnlyList<(string Left, string Right)> merges)
    {
        string[] tokens =
        [
            .. ByteAlphabet.Of.Select(c => c.ToString()), .. merges.Select(m => m.Left + m.Right), SummaryToken, EndToken,
        ];
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteStartArray("added_tokens");
            WriteSpecial(json, SummaryToken, tokens.Length - 2);
            WriteSpecial(json, EndToken, tokens.Length - 1);
            json.WriteEndArray();
            json.WriteNull("normalizer");
            json.WritePropertyName("pre_tokenizer");
            json.WriteRawValue($$$"""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":{{{JsonSerializer.Serialize(WordPattern)}}}},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""");
            json.WritePropertyName("decoder");
            json.WriteRawValue("""{"type":"ByteLevel"}""");
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WriteStartObject("vocab");
            for (int i = 0; i < tokens.Length; i++)
            {
                json.WriteNumber(tokens[i], i);
            }

            json.WriteEndObject();
            json.WriteStartArray("merges");
            foreach ((string left, string right) in merges)
            {
                json.WriteStringValue(left + " " + right);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Reads tokenizer.json.</summary>
    /// <exception cref="InvalidDataException">The file is not a byte-level BPE tokenizer with the two special tokens.</exception>
    public static TextTokenizer Load(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
        {
            throw new InvalidDataException($"{path}: larger than {LargestFile} bytes; this is no tokenizer of ours.");
        }

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: not a byte-level BPE tokenizer.json ({e.Message}).", e);
        }
    }

    /// <summary>Reads the text of a tokenizer.json.</summary>
    public static TextTokenizer Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement model = document.RootElement.GetProperty("model");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty token in model.GetProperty("vocab").EnumerateObject())
        {
            vocabulary.Add(token.Name, token.Value.GetInt32());
        }

        return new TextTokenizer(vocabulary, [.. model.GetProperty("merges").EnumerateArray().Select(m => m.GetString()!)]);
    }

    private static void WriteSpecial(Utf8JsonWriter json, string token, int id)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("content", token);
        json.WriteBoolean("special", true);
        json.WriteBoolean("single_word", false);
        json.WriteBoolean("lstrip", false);
        json.WriteBoolean("rstrip", false);
        json.WriteBoolean("normalized", false);
        json.WriteEndObject();
    }
}
