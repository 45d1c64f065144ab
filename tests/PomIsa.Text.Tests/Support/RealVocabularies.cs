using System.IO.Compression;
using System.Reflection;
using System.Text;

namespace PomIsa.Text.Tests.Support;

/// <summary>Vocabularies that ship with the tokenizer package's data, as tokenizer.json files.</summary>
internal static class RealVocabularies
{
    public static Lazy<ITokenizer> Gpt2 { get; } = new(() => Json.Load(Json.File(
        Model("Gpt2", takesWhole: false),
        preTokenizer: """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
        decoder: """{"type":"ByteLevel"}""")));

    public static Lazy<ITokenizer> Llama3Like { get; } = new(() => Json.Load(Json.File(
        Model("Cl100kBase", takesWhole: true),
        preTokenizer: """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""",
        decoder: """{"type":"ByteLevel"}""")));

    private static string Model(string name, bool takesWhole)
    {
        List<byte[]> tokens = Read(name);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] spelled = [.. tokens.Select(t => string.Concat(t.Select(b => ByteAlphabet.Of[b])))];
        for (int i = 0; i < spelled.Length; i++)
        {
            ids.Add(spelled[i], i);
        }

        // The merge that made a token: what merges of lower ranks leave of it.
        var merges = new List<(string, string)>();
        foreach (string token in spelled.Where(t => t.Length > 1))
        {
            List<string> parts = [.. token.Select(c => c.ToString())];
            while (parts.Count > 2)
            {
                int best = -1, rank = ids[token];
                for (int i = 0; i + 1 < parts.Count; i++)
                {
                    if (ids.TryGetValue(parts[i] + parts[i + 1], out int found) && found < rank)
                    {
                        (best, rank) = (i, found);
                    }
                }

                if (best < 0)
                {
                    break;
                }

                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }

            if (parts.Count == 2)
            {
                merges.Add((parts[0], parts[1]));
            }
        }

        return Json.Bpe(spelled, merges, pairs: takesWhole, more: takesWhole ? ",\"ignore_merges\":true" : "");
    }

    private static List<byte[]> Read(string name)
    {
        Assembly data = Assembly.Load($"Microsoft.ML.Tokenizers.Data.{name}");
        using Stream packed = data.GetManifestResourceStream(data.GetManifestResourceNames().Single(n => n.EndsWith(".deflate", StringComparison.Ordinal)))!;
        using var lines = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        var tokens = new List<byte[]>();
        while (lines.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith("Capacity", StringComparison.Ordinal))
            {
                tokens.Add(Convert.FromBase64String(line.Split(' ')[0]));
            }
        }

        return tokens;
    }
}
