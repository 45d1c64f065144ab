using PomIsa.OnnxModels.Llama;

namespace PomIsa.OnnxModels.Tests;

/// <summary>The generated files are decoders: ONNX Runtime takes them, their caches do what they are for, and all styles hold one network.</summary>
public sealed class ExportTests
{
    private const double Tolerance = 1e-4;

    private static readonly long[] Text = [5, 17, 80, 3, 3, 41, 9, 66, 12, 95];

    public static TheoryData<string> Styles => [.. ExportedModels.LlamaStyles, .. ExportedModels.Gpt2Styles];

    [Theory, MemberData(nameof(Styles))]
    public void Token_by_token_gives_what_the_whole_text_gives(string style)
    {
        using var model = new OrtSteps(ExportedModels.Tiny(style));
        float[][] whole = model.Step(Text);
        model.Reset();
        float[] last = [];
        for (int i = 0; i < Text.Length; i++)
        {
            last = model.Step(Text[i])[^1];
            if (whole.Length == Text.Length)
            {
                Near(whole[i], last);
            }
        }

        Near(whole[^1], last);
    }

    [Theory, MemberData(nameof(Styles))]
    public void A_prompt_and_then_tokens_give_what_the_whole_text_gives(string style)
    {
        using var model = new OrtSteps(ExportedModels.Tiny(style));
        float[] whole = model.Step(Text)[^1];
        model.Reset();
        model.Step(Text.AsSpan(0, 7));
        float[] last = [];
        foreach (long token in Text[7..])
        {
            last = model.Step(token)[^1];
        }

        Near(whole, last);
    }

    /// <summary>But for the builder's mask for MultiHeadAttention, which knows no such steps.</summary>
    [Theory, MemberData(nameof(Styles))]
    public void Several_tokens_after_a_past_give_what_the_whole_text_gives(string style)
    {
        if (style == "builder-mha")
        {
            return;
        }

        using var model = new OrtSteps(ExportedModels.Tiny(style));
        float[] whole = model.Step(Text)[^1];
        model.Reset();
        model.Step(Text.AsSpan(0, 4));
        Near(whole, model.Step(Text.AsSpan(4))[^1]);
    }

    [Fact]
    public void All_styles_hold_the_same_network()
    {
        using var first = new OrtSteps(ExportedModels.Tiny(ExportedModels.LlamaStyles[0]));
        float[] want = first.Step(Text)[^1];
        foreach (string style in ExportedModels.LlamaStyles.Where(static s => !s.Contains("int", StringComparison.Ordinal)))
        {
            using var other = new OrtSteps(ExportedModels.Tiny(style));
            Near(want, other.Step(Text)[^1]);
        }
    }

    [Fact]
    public void Tied_and_ungrouped_decoders_are_written_alike()
    {
        LlamaShape shape = LlamaShape.Tiny with { KvHeads = 4, Tied = true };
        using var first = new OrtSteps(ExportedModels.Llama(ExportedModels.LlamaStyles[0], shape));
        float[] want = first.Step(Text)[^1];
        foreach (string style in ExportedModels.LlamaStyles.Where(static s => !s.Contains("int", StringComparison.Ordinal)))
        {
            using var other = new OrtSteps(ExportedModels.Llama(style, shape));
            Near(want, other.Step(Text)[^1]);
        }
    }

    [Fact]
    public void A_style_is_written_the_same_each_time()
    {
        foreach (string style in (string[])[.. ExportedModels.LlamaStyles, .. ExportedModels.Gpt2Styles])
        {
            Assert.Equal(ExportedModels.Tiny(style), ExportedModels.Tiny(style));
        }
    }

    private static void Near(float[] want, float[] have)
    {
        Assert.Equal(want.Length, have.Length);
        double greatest = want.Max(Math.Abs);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs((double)want[i] - have[i]) <= Tolerance * greatest, $"logit {i} is {have[i]}, not {want[i]}");
        }
    }
}
