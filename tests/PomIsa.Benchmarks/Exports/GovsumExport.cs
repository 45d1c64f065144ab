using System.Collections.Immutable;
using PomIsa.Bench.Runs;
using PomIsa.Cli.Models;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Weights;
using PomIsa.OnnxModels.Llama;
using PomIsa.OnnxModels.Writing;
using PomIsa.Training.Model;
using PomIsa.Training.Recipe;

namespace PomIsa.Benchmarks.Exports;

/// <summary>The example model's own weights as a decoder to export: what its program calls l0.wq is 0.q, and so on.</summary>
internal static class GovsumExport
{
    /// <summary>Its weights, read from the published shards; the program that is bound to them must outlive this.</summary>
    public static LlamaWeights Weights(ModelFolder model, BoundProgram program)
    {
        DecoderShape of = model.Recipe.Shape;
        var shape = new LlamaShape(of.Dim, of.Layers, of.Heads, of.KvHeads, of.Ffn, of.Vocabulary, of.Context, Tied: true);
        Dictionary<string, BoundWeight> weights = program.Weights.ToDictionary(static w => w.Entry.Name, StringComparer.Ordinal);
        return new LlamaWeights(shape, name => name switch
        {
            "embed_tokens" => RandomWeights.Transposed(Rows(weights["embed"]), shape.Dim, shape.Vocabulary),
            "cos" or "sin" => weights["rope." + name].F32.ToArray(),
            "norm" => weights[name].F32.ToArray(),
            _ => Rows(weights[OurName(name)]),
        });
    }

    /// <summary>Runs the example's own program, written by hand, and follows it with ONNX Runtime on the exported file.</summary>
    /// <exception cref="ResultsDifferException">They are not the same network.</exception>
    public static ExportAgreement Compare(ModelFolder model, BoundProgram program, string path)
    {
        ImmutableArray<int> prompt = model.Tokenizer.EncodePrompt(TrainingData.Text(TrainingData.EvaluationWindow(5, 0)).Prompt);
        using var ort = new OrtExport(path, threads: 1, model.Recipe.Shape.Context);
        return ExportAgreement.Of(prompt, program, new RunRequest { Prompt = prompt }, ort).Required("govsum");
    }

    private static string OurName(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string part = name[(dot + 1)..];
        return $"l{name[..dot]}.{(part is "q" or "k" or "v" or "o" ? "w" + part : part)}";
    }

    private static float[] Rows(BoundWeight weight)
    {
        if (weight.Entry.Shape.Length == 1)
        {
            return weight.F32.ToArray();
        }

        (int depth, int columns) = (weight.Entry.Shape[0], weight.Entry.Shape[1]);
        var rows = new float[depth * columns];
        Panels.Unpack(weight.F32, depth, columns, rows);
        return rows;
    }
}
