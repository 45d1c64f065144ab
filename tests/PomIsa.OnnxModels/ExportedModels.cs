using System.Collections.Immutable;
using PomIsa.OnnxModels.Gpt2;
using PomIsa.OnnxModels.Llama;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels;

/// <summary>Decoders with random weights as ONNX files, in the styles of those who export them.</summary>
/// <remarks>All styles of one shape hold the same network, so their logits agree within rounding (quantized ones with themselves).</remarks>
public static class ExportedModels
{
    public const string ModelName = "model.onnx";
    public const string WeightsName = "model.onnx_data";

    /// <summary>Names of all styles of Llama-like decoders.</summary>
    public static ImmutableArray<string> LlamaStyles { get; } =
    [
        "torchscript-eager", "torchscript-sdpa", "dynamo", "builder-gqa", "builder-gqa-packed", "builder-gqa-last", "builder-mha", "builder-int4", "builder-int8",
        "standard-causal", "standard-masked",
    ];

    /// <summary>Names of all styles of GPT-2.</summary>
    public static ImmutableArray<string> Gpt2Styles { get; } = ["gpt2-separate", "gpt2-separate-opset17", "gpt2-stacked"];

    /// <summary>A model with its weights inside.</summary>
    public static byte[] Llama(string style, LlamaShape shape) => Write(style, null, g => Build(style, g, LlamaWeights.Random(shape)));

    /// <inheritdoc cref="Llama(string, LlamaShape)"/>
    public static byte[] Gpt2(string style, Gpt2Shape shape) => Write(style, null, g => Build(style, g, shape));

    /// <summary>The small instance of a style.</summary>
    public static byte[] Tiny(string style) => Gpt2Styles.Contains(style) ? Gpt2(style, Gpt2Shape.Tiny) : Llama(style, LlamaShape.Tiny);

    /// <summary>A folder with model.onnx and its weights beside it.</summary>
    public static void WriteLlama(string folder, string style, LlamaWeights llama)
    {
        Directory.CreateDirectory(folder);
        using FileStream weights = File.Create(Path.Combine(folder, WeightsName));
        File.WriteAllBytes(Path.Combine(folder, ModelName), Write(style, weights, g => Build(style, g, llama)));
    }

    private static byte[] Write(string style, Stream? weights, Action<GraphWriter> build)
    {
        (string producer, int opset) = style switch
        {
            "torchscript-eager" => ("pytorch", 14),
            "torchscript-sdpa" => ("pytorch", 17),
            "dynamo" => ("pytorch", 18),
            "gpt2-separate" => ("pytorch", 13),
            "gpt2-separate-opset17" => ("pytorch", 17),
            "gpt2-stacked" => ("pytorch", 11),
            "standard-causal" => ("", 23),
            "standard-masked" => ("", 24),
            _ => ("onnxruntime-genai", 21),
        };
        var graph = new GraphWriter(producer, opset, weights, WeightsName) { ConstantNodes = style.StartsWith("torchscript", StringComparison.Ordinal) || style.StartsWith("gpt2", StringComparison.Ordinal) };
        build(graph);
        return graph.Model();
    }

    private static void Build(string style, GraphWriter g, LlamaWeights weights)
    {
        switch (style)
        {
            case "torchscript-eager":
                TorchScriptLlama.Eager(g, weights);
                break;
            case "torchscript-sdpa":
                TorchScriptLlama.Sdpa(g, weights);
                break;
            case "dynamo":
                DynamoLlama.Build(g, weights);
                break;
            case "builder-gqa":
                BuilderLlama.Build(g, weights, new BuilderOptions());
                break;
            case "builder-gqa-packed":
                BuilderLlama.Build(g, weights, new BuilderOptions(Packed: true));
                break;
            case "builder-gqa-last":
                BuilderLlama.Build(g, weights, new BuilderOptions(Packed: true, LastOnly: true));
                break;
            case "builder-mha":
                BuilderLlama.Build(g, weights, new BuilderOptions(Grouped: false));
                break;
            case "builder-int4":
                BuilderLlama.Build(g, weights, new BuilderOptions(Bits: 4));
                break;
            case "builder-int8":
                BuilderLlama.Build(g, weights, new BuilderOptions(Bits: 8));
                break;
            case "standard-causal":
                StandardLlama.Causal(g, weights);
                break;
            case "standard-masked":
                StandardLlama.Masked(g, weights);
                break;
            default:
                throw new ArgumentException($"no style of Llama is called '{style}'", nameof(style));
        }
    }

    private static void Build(string style, GraphWriter g, Gpt2Shape shape)
    {
        switch (style)
        {
            case "gpt2-separate" or "gpt2-separate-opset17":
                TorchScriptGpt2.Separate(g, shape);
                break;
            case "gpt2-stacked":
                TorchScriptGpt2.Stacked(g, shape);
                break;
            default:
                throw new ArgumentException($"no style of GPT-2 is called '{style}'", nameof(style));
        }
    }
}
