using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Gguf;

/// <summary>The tokenizer in a GGUF file's metadata, written out as the files that it came from.</summary>
internal static class GgufTokenizer
{
    /// <summary>Types of tokens, as <c>tokenizer.ggml.token_type</c> numbers them; SentencePiece's numbers are the same.</summary>
    internal const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    private const string Prefix = "tokenizer.ggml.";

    /// <summary>The files by name; none where there is no tokenizer, or one that is not known.</summary>
    /// <param name="head">What the file says.</param>
    /// <param name="note">Why there are none; null where there are.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files(GgufHead head, out string? note)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        string? model = head.Text(Prefix + "model");
        string[]? tokens = head.Texts(Prefix + "tokens");
        note = null;
        if (model is null || tokens is null)
        {
            note = "the file has no tokenizer";
            return files.ToImmutable();
        }

        switch (model)
        {
            case "gpt2":
                if (BytePairFile.Of(head, tokens, out note) is not { } json)
                {
                    return files.ToImmutable();
                }

                files["tokenizer.json"] = Encoding.UTF8.GetBytes(json.ToJsonString());
                break;
            case "llama":
                files["tokenizer.model"] = PieceFile.Of(head, tokens);
                break;
            default:
                note = $"the file's tokenizer is of the kind '{model}', which is not written out; known are gpt2 and llama";
                return files.ToImmutable();
        }

        files["tokenizer_config.json"] = Encoding.UTF8.GetBytes(Config(head, tokens).ToJsonString());
        return files.ToImmutable();
    }

    /// <summary>The token's type; of a token without one, normal.</summary>
    internal static int TypeOf(double[]? types, int token) => types is not null && token < types.Length ? (int)types[token] : Normal;

    private static JsonObject Config(GgufHead head, string[] tokens)
    {
        var config = new JsonObject();
        foreach (string kind in (string[])["bos", "eos", "unknown", "padding"])
        {
            if (head.Whole($"{Prefix}{kind}_token_id") is >= 0 and var id && id < tokens.Length)
            {
                config[(kind switch { "unknown" => "unk", "padding" => "pad", _ => kind }) + "_token"] = tokens[id];
            }
        }

        foreach (string kind in (string[])["bos", "eos"])
        {
            if (head.Flag($"{Prefix}add_{kind}_token") is { } adds)
            {
                config[$"add_{kind}_token"] = adds;
            }
        }

        if (head.Text("tokenizer.chat_template") is { } template)
        {
            config["chat_template"] = template;
        }

        return config;
    }
}
