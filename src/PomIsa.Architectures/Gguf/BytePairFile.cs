using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Gguf;

/// <summary>A vocabulary with merges as Hugging Face's <c>tokenizer.json</c>.</summary>
internal static class BytePairFile
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";

    /// <summary>Patterns that cut a text into words, by <c>tokenizer.ggml.pre</c>.</summary>
    private static readonly ImmutableDictionary<string, string> Patterns = new Dictionary<string, string>
    {
        ["llama-bpe"] = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Rest,
        ["qwen2"] = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Rest,
        ["gpt-4o"] = $@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{Lower}+{Contractions}?|[^\r\n\p{{L}}\p{{N}}]?{Upper}+{Lower}*{Contractions}?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    }.ToImmutableDictionary();

    /// <summary>The file; null where words are cut in a way that is not known.</summary>
    public static JsonObject? Of(GgufHead head, string[] tokens, out string? note)
    {
        string pre = head.Text("tokenizer.ggml.pre") ?? "default";
        note = null;
        if (Cutting(pre) is not { } cutting)
        {
            note = $"the file's tokenizer cuts texts as '{pre}' does, which is not known; known are default, gpt-2, smollm, {string.Join(", ", Patterns.Keys.Order(StringComparer.Ordinal))}";
            return null;
        }

        double[]? types = head.Numbers("tokenizer.ggml.token_type");
        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (int id = 0; id < tokens.Length; id++)
        {
            int type = GgufTokenizer.TypeOf(types, id);
            if (type is GgufTokenizer.Control or GgufTokenizer.UserDefined)
            {
                added.Add(new JsonObject
                {
                    ["id"] = id,
                    ["content"] = tokens[id],
                    ["single_word"] = false,
                    ["lstrip"] = false,
                    ["rstrip"] = false,
                    ["normalized"] = false,
                    ["special"] = type == GgufTokenizer.Control,
                });
            }
            else if (!vocabulary.TryAdd(tokens[id], id))
            {
                note = $"the file's tokenizer has the token '{tokens[id]}' twice";
                return null;
            }
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = pre == "qwen2" ? new JsonObject { ["type"] = "NFC" } : null,
            ["pre_tokenizer"] = cutting,
            ["post_processor"] = Frame(head, tokens),
            ["decoder"] = ByteLevel(false),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["ignore_merges"] = pre == "llama-bpe",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. (head.Texts("tokenizer.ggml.merges") ?? []).Select(static m => (JsonNode)m)]),
            },
        };
    }

    private static JsonObject? Cutting(string pre) => pre switch
    {
        "default" or "gpt-2" or "gpt2" => ByteLevel(true),
        "smollm" => Sequence(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, ByteLevel(true)),
        _ => Patterns.TryGetValue(pre, out string? pattern)
            ? Sequence(
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false },
                ByteLevel(false))
            : null,
    };

    private static JsonObject Sequence(params JsonNode[] steps) => new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(steps) };

    private static JsonObject ByteLevel(bool cuts) => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = cuts };

    /// <summary>Puts the first token before a text where the file says so.</summary>
    private static JsonObject? Frame(GgufHead head, string[] tokens)
    {
        if (head.Flag("tokenizer.ggml.add_bos_token") != true || head.Whole("tokenizer.ggml.bos_token_id") is not (>= 0 and var id) || id >= tokens.Length)
        {
            return null;
        }

        static JsonObject Text(string kind, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = kind, ["type_id"] = type } };
        JsonObject First() => new() { ["SpecialToken"] = new JsonObject { ["id"] = tokens[id], ["type_id"] = 0 } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(First(), Text("A", 0)),
            ["pair"] = new JsonArray(First(), Text("A", 0), Text("B", 1)),
            ["special_tokens"] = new JsonObject { [tokens[id]] = new JsonObject { ["id"] = tokens[id], ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(tokens[id]) } },
        };
    }
}
