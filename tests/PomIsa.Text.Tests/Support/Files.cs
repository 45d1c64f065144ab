using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Text.Tokens;

namespace PomIsa.Text.Tests.Support;

/// <summary>Writes tokenizer files and reads them back.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pomisa-text-").FullName;

    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A tokenizer.json in parts.</summary>
internal static class Json
{
    public static string File(string model, string? normalizer = null, string? preTokenizer = null, string? postProcessor = null, string? decoder = null, string added = "[]") =>
        $$"""{"version":"1.0","added_tokens":{{added}},"normalizer":{{normalizer ?? "null"}},"pre_tokenizer":{{preTokenizer ?? "null"}},"post_processor":{{postProcessor ?? "null"}},"decoder":{{decoder ?? "null"}},"model":{{model}}}""";

    public static string Bpe(IEnumerable<string> tokens, IEnumerable<(string Left, string Right)> merges, bool pairs = false, string more = "")
    {
        string vocab = JsonSerializer.Serialize(tokens.Select((t, i) => (t, i)).ToDictionary(x => x.t, x => x.i));
        string list = JsonSerializer.Serialize(merges.Select(m => pairs ? (object)new[] { m.Left, m.Right } : m.Left + " " + m.Right));
        return $$"""{"type":"BPE","vocab":{{vocab}},"merges":{{list}}{{more}}}""";
    }

    public static string WordPiece(string[] tokens, string more = "") =>
        $$"""{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{{JsonSerializer.Serialize(tokens.Select((t, i) => (t, i)).ToDictionary(x => x.t, x => x.i))}}{{more}}}""";

    public static string Unigram(IEnumerable<(string Token, double Score)> tokens, int unknown = 0, string more = "")
    {
        var list = new JsonArray([.. tokens.Select(t => (JsonNode)new JsonArray(t.Token, t.Score))]);
        return $$"""{"type":"Unigram","unk_id":{{unknown}},"vocab":{{list.ToJsonString()}}{{more}}}""";
    }

    public static string Special(params (string Content, int Id)[] tokens) => new JsonArray([.. tokens.Select(t => (JsonNode)new JsonObject
    {
        ["id"] = t.Id,
        ["content"] = t.Content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    })]).ToJsonString();

    public static string Added(string content, int id, string more) => $$"""[{"id":{{id}},"content":{{JsonSerializer.Serialize(content)}},{{more}}}]""";

    public static ITokenizer Load(string json)
    {
        using var folder = new Folder();
        return TokenizerJson.Load(folder.Write("tokenizer.json", json));
    }

    public static string Refusal(string json) => Assert.Throws<InvalidDataException>(() => Load(json)).Message;

    /// <summary>The tokens of a text, as they are spelled.</summary>
    public static string[] Tokens(this ITokenizer tokenizer, string text, bool special = false) => [.. tokenizer.Encode(text, special).Select(id => tokenizer.Spelling(id)!)];

    public static string Decoded(this ITokenizer tokenizer, IEnumerable<int> ids, bool special = false)
    {
        ITokenStream stream = tokenizer.Decode(special);
        return string.Concat(ids.Select(stream.Add)) + stream.End();
    }
}
