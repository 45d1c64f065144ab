namespace PomIsa.Cli.Compiling;

/// <summary>The files by which a model's text becomes tokens, as they lie beside it.</summary>
internal static class TokenizerFiles
{
    /// <summary>Larger than any tokenizer; what is beyond it is something else.</summary>
    private const long LongestFile = 256L << 20;

    private static readonly string[] Names =
    [
        "added_tokens.json", "chat_template.jinja", "chat_template.json", "config.json", "generation_config.json", "merges.txt", "special_tokens_map.json",
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json", "vocab.txt",
    ];

    private static readonly string[] Vocabularies = ["tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"];

    /// <summary>The files of a folder, or of the one above where it is called <c>onnx</c>; none where there is no vocabulary.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> For(string folder)
    {
        string place = Place(folder);
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (string name in Has(place) ? Names : [])
        {
            var file = new FileInfo(Path.Combine(place, name));
            if (file.Exists)
            {
                files[name] = file.Length <= LongestFile ? File.ReadAllBytes(file.FullName) : throw CliException.Refused($"{file.FullName} is too large for a tokenizer's file.");
            }
        }

        return files;
    }

    /// <summary>The folder with the files about a model: its own, or the one above where that is called <c>onnx</c> and has none.</summary>
    public static string Place(string folder) =>
        Has(folder) || Path.GetFileName(folder) != "onnx" ? folder : Path.GetDirectoryName(folder) ?? folder;

    private static bool Has(string folder) => Vocabularies.Any(name => File.Exists(Path.Combine(folder, name)));
}
