using System.Collections.Immutable;
using System.Text.Json;

namespace PomIsa.Onnx.Decoders;

/// <summary>What files beside a model say of it: how many positions it has, which tokens begin and end a text.</summary>
/// <param name="Context">Positions, or null.</param>
/// <param name="End">Tokens that end an answer.</param>
/// <param name="Begin">The token that each prompt begins with, or null.</param>
public sealed record DecoderSettings(int? Context, ImmutableArray<int> End, int? Begin)
{
    private const long LongestFile = 16 << 20;

    /// <summary>Where nothing is said.</summary>
    public static DecoderSettings None { get; } = new(null, [], null);

    /// <summary>Reads generation_config.json, config.json and genai_config.json of a folder, as far as they are there and sound; what an earlier one says holds.</summary>
    public static DecoderSettings Of(string? folder)
    {
        DecoderSettings settings = None;
        foreach (string name in folder is null ? Array.Empty<string>() : ["generation_config.json", "config.json", "genai_config.json"])
        {
            if (Read(Path.Combine(folder!, name)) is { } more)
            {
                settings = new DecoderSettings(settings.Context ?? more.Context, settings.End.IsEmpty ? more.End : settings.End, settings.Begin ?? more.Begin);
            }
        }

        return settings;
    }

    private static DecoderSettings? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LongestFile)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            root = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.Object ? model : root;
            root = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("text_config", out JsonElement text) && text.ValueKind == JsonValueKind.Object ? text : root;
            return root.ValueKind != JsonValueKind.Object ? null : new DecoderSettings(
                Numbers(root, "max_position_embeddings", "n_positions", "n_ctx", "context_length").Select(static n => (int?)n).FirstOrDefault(static n => n > 0),
                Numbers(root, "eos_token_id"),
                Numbers(root, "bos_token_id") is [var begin, ..] ? begin : null);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whole numbers under the first of the names that has some: one, or a list.</summary>
    private static ImmutableArray<int> Numbers(JsonElement root, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (!root.TryGetProperty(name, out JsonElement value))
            {
                continue;
            }

            JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
            ImmutableArray<int> numbers = [.. items.Where(static i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out _)).Select(static i => i.GetInt32()).Where(static i => i >= 0).Take(1 << 10)];
            if (!numbers.IsEmpty)
            {
                return numbers;
            }
        }

        return [];
    }
}
