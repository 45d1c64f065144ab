using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using PomIsa.OnnxModels;
using PomIsa.OnnxModels.Llama;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.Architectures.Tests;

/// <summary>A folder and an ONNX file of the same network say the same, each to its own machine.</summary>
public sealed class OnnxRuntimeTests
{
    private static readonly int[] Prompt = [5, 17, 80, 3, 3, 41, 9, 66, 12, 95];

    [Theory]
    [InlineData("torchscript-eager", false), InlineData("builder-gqa", true), InlineData("standard-causal", true)]
    public void Logits_are_those_of_ONNX_Runtime_within_rounding(string style, bool tied)
    {
        LlamaShape shape = LlamaShape.Tiny with { Tied = tied };
        using var folder = new TestFolder();
        Folder(LlamaWeights.Random(shape)).Write(folder.Path, two: true);
        float[][] ours = Runs.Logits(folder.Path, new ArchitectureOptions(), Prompt), theirs = Theirs(ExportedModels.Llama(style, shape), shape.Vocabulary);
        double largest = theirs.Max(static row => row.Max(Math.Abs));
        for (int t = 0; t < Prompt.Length; t++)
        {
            for (int v = 0; v < shape.Vocabulary; v++)
            {
                // Another machine, which adds in other orders: nothing says that its bits are these.
                Assert.True(Math.Abs(ours[t][v] - theirs[t][v]) < 1e-5 * largest, $"row {t}, token {v}: {ours[t][v]}, not {theirs[t][v]}");
            }
        }
    }

    private static TestModel Folder(LlamaWeights weights)
    {
        LlamaShape shape = weights.Shape;
        TestTensor Linear(string name, float[] matrix, int inputs, int outputs) => new(name + ".weight", [outputs, inputs], RandomWeights.Transposed(matrix, inputs, outputs));
        List<TestTensor> tensors =
        [
            new("model.embed_tokens.weight", [shape.Vocabulary, shape.Dim], weights.Embedding()),
            new("model.norm.weight", [shape.Dim], weights.Norm("norm")),
        ];
        if (!shape.Tied)
        {
            tensors.Add(Linear("lm_head", weights.Head(), shape.Dim, shape.Vocabulary));
        }

        for (int i = 0; i < shape.Layers; i++)
        {
            string at = $"model.layers.{i}.";
            tensors.AddRange(
            [
                new(at + "input_layernorm.weight", [shape.Dim], weights.Norm($"{i}.norm1")),
                new(at + "post_attention_layernorm.weight", [shape.Dim], weights.Norm($"{i}.norm2")),
                Linear(at + "self_attn.q_proj", weights.Query(i), shape.Dim, shape.Dim),
                Linear(at + "self_attn.k_proj", weights.Key(i), shape.Dim, shape.KvDim),
                Linear(at + "self_attn.v_proj", weights.Value(i), shape.Dim, shape.KvDim),
                Linear(at + "self_attn.o_proj", weights.Out(i), shape.Dim, shape.Dim),
                Linear(at + "mlp.gate_proj", weights.Gate(i), shape.Dim, shape.Hidden),
                Linear(at + "mlp.up_proj", weights.Up(i), shape.Dim, shape.Hidden),
                Linear(at + "mlp.down_proj", weights.Down(i), shape.Hidden, shape.Dim),
            ]);
        }

        return new TestModel("onnx", new JsonObject
        {
            ["model_type"] = "llama",
            ["hidden_size"] = shape.Dim,
            ["intermediate_size"] = shape.Hidden,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.KvHeads,
            ["vocab_size"] = shape.Vocabulary,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000,
            ["max_position_embeddings"] = shape.Context,
            ["tie_word_embeddings"] = shape.Tied,
        }, tensors);
    }

    private static float[][] Theirs(byte[] model, int vocabulary)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        foreach ((string name, NodeMetadata input) in session.InputMetadata)
        {
            long[] values = name switch
            {
                "input_ids" => [.. Prompt.Select(static id => (long)id)],
                "attention_mask" => [.. Prompt.Select(static _ => 1L)],
                "position_ids" => [.. Enumerable.Range(0, Prompt.Length).Select(static p => (long)p)],
                _ => [],
            };
            inputs[name] = values.Length > 0
                ? OrtValue.CreateTensorValueFromMemory(values, [1, values.Length])
                : OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [.. input.Dimensions.Zip(input.SymbolicDimensions, static (d, s) => d >= 0 ? d : s == "batch_size" ? 1L : 0)]);
        }

        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, ["logits"]);
        return [.. results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(vocabulary)];
    }
}
