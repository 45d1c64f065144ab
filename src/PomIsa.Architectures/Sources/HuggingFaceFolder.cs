using System.Collections.Immutable;
using System.Text.Json;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Families;
using PomIsa.Shards;

namespace PomIsa.Architectures.Sources;

/// <summary>A folder as Hugging Face has it: <c>config.json</c>, safetensors files, and perhaps a tokenizer.</summary>
internal static class HuggingFaceFolder
{
    /// <summary>What makes a folder one.</summary>
    public const string ConfigName = "config.json";

    private const string GenerationName = "generation_config.json", TokenizerConfigName = "tokenizer_config.json";

    private const int LongestConfig = 4 << 20, LongestTokenizer = 128 << 20;

    /// <summary>Files of tokenizers, by the names that transformers gives them.</summary>
    private static readonly ImmutableArray<string> TokenizerNames =
    [
        "added_tokens.json", "chat_template.jinja", "chat_template.json", GenerationName, "merges.txt", "special_tokens_map.json",
        "tokenizer.json", "tokenizer.model", TokenizerConfigName, "vocab.json",
    ];

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ArchitectureException">It is not one that can be compiled; says why.</exception>
    public static SourceModel Open(string folder)
    {
        ModelConfig config = Config(folder, ConfigName) ?? throw new ArchitectureException($"{folder} has no {ConfigName}");
        DecoderFamily family = FamilyTable.Of(config);
        ModelConfig? generation = Config(folder, GenerationName), tokenizer = Config(folder, TokenizerConfigName);
        SafetensorsFolder tensors = SafetensorsFolder.Open(folder, family.InputsFirst);
        return new SourceModel
        {
            Format = "huggingface",
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Config = config,
            Family = family,
            Tensors = tensors,
            End = End(generation) ?? End(config) ?? End(config.Object("text_config")) ?? [],
            Begin = tokenizer?.Flag("add_bos_token") == true ? Begin(generation) ?? Begin(config) : null,
            Files = [.. ((string[])[ConfigName, GenerationName]).Where(n => File.Exists(Path.Combine(folder, n))).Concat(SafetensorsFolder.Names(folder))
                .Order(StringComparer.Ordinal).Select(n => Path.Combine(folder, n))],
            Tokenizer = TokenizerNames
                .Select(name => (Name: name, Bytes: FileBytes.TryReadSmall(folder, name, LongestTokenizer)))
                .Where(static file => file.Bytes is not null)
                .ToImmutableSortedDictionary(static file => file.Name, static file => (ReadOnlyMemory<byte>)file.Bytes, StringComparer.Ordinal),
        };
    }

    /// <summary>A configuration file, or null if there is none.</summary>
    /// <exception cref="ArchitectureException">It is no JSON object.</exception>
    public static ModelConfig? Config(string folder, string name) =>
        FileBytes.TryReadSmall(folder, name, LongestConfig) is { } bytes ? Parse(bytes, name) : null;

    /// <summary>A configuration from its bytes, which may be hostile.</summary>
    /// <exception cref="ArchitectureException">It is no JSON object.</exception>
    public static ModelConfig Parse(ReadOnlyMemory<byte> json, string name) =>
        HostileJson.TryParse(json, out JsonDocument? document) && document.RootElement.ValueKind == JsonValueKind.Object
            ? new ModelConfig(document.RootElement.Clone(), $"{name}: ", [])
            : throw new ArchitectureException($"{name} is no JSON object of unique names");

    private static ImmutableArray<int>? End(ModelConfig? config) => config?.Wholes("eos_token_id", 0, ModelConfig.LargestDimension);

    private static int? Begin(ModelConfig? config) => config?.Has("bos_token_id") == true ? config.Whole("bos_token_id", null, 0) : null;
}
