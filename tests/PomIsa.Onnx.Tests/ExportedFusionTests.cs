using PomIsa.Onnx.Explaining;
using PomIsa.OnnxModels;
using PomIsa.OnnxModels.Gpt2;
using PomIsa.OnnxModels.Llama;

namespace PomIsa.Onnx.Tests;

/// <summary>One network, exported in many styles, comes down to the same norms, products and activations, its sizes staying open.</summary>
public sealed class ExportedFusionTests
{
    public static TheoryData<string> LlamaStyles { get; } = [.. ExportedModels.LlamaStyles];

    public static TheoryData<string> Gpt2Styles { get; } = [.. ExportedModels.Gpt2Styles];

    [Theory]
    [MemberData(nameof(LlamaStyles))]
    public void A_llama_has_its_norms_gates_and_products(string style)
    {
        IReadOnlyDictionary<string, int> after = After(style).Operators;
        int layers = LlamaShape.Tiny.Layers;
        Assert.Equal((2 * layers) + 1, after.GetValueOrDefault("RmsNorm"));
        Assert.Equal(layers, after.GetValueOrDefault("SwiGlu"));
        Assert.DoesNotContain("Sigmoid", after.Keys);
        Assert.DoesNotContain("Pow", after.Keys);
        if (style is not ("builder-int4" or "builder-int8"))
        {
            Assert.DoesNotContain("Gemm", after.Keys);
            Assert.True(after.GetValueOrDefault("Linear") >= (5 * layers) + 1, string.Join(" ", after));
        }
    }

    [Theory]
    [MemberData(nameof(Gpt2Styles))]
    public void A_gpt2_has_its_norms_activations_and_products(string style)
    {
        IReadOnlyDictionary<string, int> after = After(style).Operators;
        int layers = Gpt2Shape.Tiny.Layers;
        Assert.Equal((2 * layers) + 1, after.GetValueOrDefault("LayerNorm"));
        Assert.Equal(layers, after.GetValueOrDefault("GeluTanh"));
        Assert.DoesNotContain("Tanh", after.Keys);
        Assert.DoesNotContain("Gemm", after.Keys);
        Assert.Equal((6 * layers) + 1, after.GetValueOrDefault("Linear"));
    }

    private static GraphOutline After(string style)
    {
        Explanation? explanation = null;
        OnnxCompiler.TryCompile(ExportedModels.Tiny(style), new CompileOptions { Explain = e => explanation = e }, out _, out _);
        Assert.Empty(explanation!.Missed.Select(static m => $"{m.Pass}: {m.Text}: {m.Nodes[0]}"));
        return explanation.After;
    }
}
