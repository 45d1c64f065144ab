using System.Collections.Immutable;
using System.Text;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Families;
using PomIsa.Architectures.Sources;

namespace PomIsa.Architectures.Gguf;

/// <summary>A GGUF file as a model that can be compiled.</summary>
internal static class GgufFile
{
    private const int MostFactors = 1 << 16;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ArchitectureException">It is not one that can be compiled; says why.</exception>
    public static SourceModel Open(string path)
    {
        GgufHead head = GgufReader.Read(path);
        string name = Path.GetFileName(path);
        ModelConfig config = HuggingFaceFolder.Parse(Encoding.UTF8.GetBytes(GgufConfig.Of(head, tensor => Small(path, head, tensor)).ToJsonString()), name);
        string architecture = head.Text("general.architecture")!;
        var tensors = new GgufTensors(path, head, architecture, architecture is "llama" or "smollm3" ? Interleaved(config) : 0);
        return new SourceModel
        {
            Format = "gguf",
            Name = head.Text("general.name") is { Length: > 0 and <= 200 } own && !own.Any(char.IsControl) ? own : Path.GetFileNameWithoutExtension(path),
            Config = config,
            Family = FamilyTable.Of(config),
            Tensors = tensors,
            End = Ends(head),
            Begin = head.Flag("tokenizer.ggml.add_bos_token") == true ? Id(head, "bos") : null,
            Files = [path],
            Tokenizer = GgufTokenizer.Files(head, out string? note),
            Notes = note is null ? [] : [note],
        };
    }

    /// <summary>Width of a head, whose pairs the converter puts side by side for these architectures.</summary>
    private static int Interleaved(ModelConfig config)
    {
        int head = config.Whole("head_dim", null, 2, Isa.Limits.HeadDim);
        if (head % 2 != 0)
        {
            config.Refuse("head_dim", $"is {head}; it must be even");
            head++;
        }

        return head;
    }

    private static ImmutableArray<int> Ends(GgufHead head) =>
        [.. ((string[])["eos", "eot", "eom"]).Select(kind => Id(head, kind)).OfType<int>().Distinct()];

    private static int? Id(GgufHead head, string kind) =>
        head.Whole($"tokenizer.ggml.{kind}_token_id") is >= 0 and <= ModelConfig.LargestDimension and var id ? (int)id : null;

    /// <summary>A small tensor that belongs to the configuration.</summary>
    private static float[] Small(string path, GgufHead head, string name)
    {
        if (head.Find(name) is not { Shape.Length: 1 } tensor || tensor.Format is not { } format || tensor.Shape[0] > MostFactors)
        {
            throw new ArchitectureException($"tensor {name} must be a short list of F32");
        }

        var values = new float[tensor.Shape[0]];
        using var file = File.OpenHandle(path);
        new TensorPlace(file, path, head.DataStart + tensor.Offset, format, values.Length).ReadRows(0, values);
        return values;
    }
}
