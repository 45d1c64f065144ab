using System.Collections.Immutable;
using PomIsa.Architectures.Sources;

namespace PomIsa.Architectures.Gguf;

/// <summary>What a GGUF file says before its data.</summary>
/// <param name="Metadata">By key: a long, double, bool, string, string[] or double[].</param>
/// <param name="Tensors">In the file's order.</param>
/// <param name="DataStart">Where the data begins.</param>
internal sealed record GgufHead(IReadOnlyDictionary<string, object> Metadata, IReadOnlyList<GgufTensor> Tensors, long DataStart)
{
    public string? Text(string key) => Metadata.GetValueOrDefault(key) as string;

    public long? Whole(string key) => Metadata.GetValueOrDefault(key) as long?;

    public double? Real(string key) => Metadata.GetValueOrDefault(key) switch { double real => real, long whole => whole, _ => null };

    public bool? Flag(string key) => Metadata.GetValueOrDefault(key) as bool?;

    public string[]? Texts(string key) => Metadata.GetValueOrDefault(key) as string[];

    public double[]? Numbers(string key) => Metadata.GetValueOrDefault(key) as double[];

    public GgufTensor? Find(string name) => Tensors.FirstOrDefault(t => t.Name == name);
}

/// <summary>One tensor of a GGUF file.</summary>
/// <param name="Name">As the file calls it.</param>
/// <param name="Shape">Outermost dimension first.</param>
/// <param name="Type">ggml's number of its format.</param>
/// <param name="Offset">From the start of the data.</param>
internal sealed record GgufTensor(string Name, ImmutableArray<long> Shape, uint Type, long Offset)
{
    /// <summary>Formats by ggml's numbers; those without bytes are known by name only.</summary>
    private static readonly ImmutableDictionary<uint, string> Names = new Dictionary<uint, string>
    {
        [0] = "F32",
        [1] = "F16",
        [2] = "Q4_0",
        [3] = "Q4_1",
        [6] = "Q5_0",
        [7] = "Q5_1",
        [8] = "Q8_0",
        [9] = "Q8_1",
        [10] = "Q2_K",
        [11] = "Q3_K",
        [12] = "Q4_K",
        [13] = "Q5_K",
        [14] = "Q6_K",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [30] = "BF16",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
        [39] = "MXFP4",
    }.ToImmutableDictionary();

    /// <summary>How its values lie; null for a format that is not read.</summary>
    public StoredFormat? Format => StoredFormat.Known.FirstOrDefault(f => f.Name == FormatName);

    /// <summary>Name of its format.</summary>
    public string FormatName => Names.GetValueOrDefault(Type) ?? $"type {Type}";

    /// <summary>Bytes of its data; null for a format that is not read.</summary>
    /// <exception cref="ArchitectureException">Its rows do not fill whole blocks.</exception>
    public long? Bytes
    {
        get
        {
            if (Format is not { } format)
            {
                return null;
            }

            long row = Shape[^1], count = Shape.Aggregate(1L, static (a, b) => a * b);
            return row % format.BlockValues == 0 ? format.Bytes(count) : throw new ArchitectureException($"tensor {Name} has rows of {row} values, which {format.Name} has no blocks for");
        }
    }
}
