using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>Decoders compiled with quantized weights, measured on a text.</summary>
public sealed class QualityTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Perplexity_and_agreement_are_told_beside_those_of_f32()
    {
        ChatModel.Write(_shell.Path("model"));
        File.WriteAllText(_shell.Path("text.txt"), string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog. ", 9)));
        JsonElement w8 = Compile("w8"), f32 = Compile("f32");
        Assert.Equal(f32.GetProperty("perplexity").GetDouble(), w8.GetProperty("perplexityF32").GetDouble());
        Assert.Equal(f32.GetProperty("perplexity").GetDouble(), f32.GetProperty("perplexityF32").GetDouble());
        Assert.NotEqual(w8.GetProperty("perplexity").GetDouble(), w8.GetProperty("perplexityF32").GetDouble());
        Assert.InRange(w8.GetProperty("agreement").GetDouble(), 0.5, 1);
        Assert.Equal(1, f32.GetProperty("agreement").GetDouble());

        // 405 bytes are as many tokens, in windows of 256, and the first of each window is not predicted.
        Assert.Equal(403, w8.GetProperty("tokens").GetInt32());

        // With random weights nothing is learnt: the text is about as likely as any other of 260 tokens.
        Assert.InRange(f32.GetProperty("perplexity").GetDouble(), 100, 700);
    }

    [Fact]
    public void A_text_needs_a_decoder_with_a_tokenizer()
    {
        ChatModel.Write(_shell.Path("model"));
        File.Delete(_shell.Path("model", "tokenizer.json"));
        File.WriteAllText(_shell.Path("text.txt"), "text");
        Assert.Contains("--text needs a tokenizer", _shell.Run("compile", "model", "-o", "out", "--text", "text.txt").WithoutTrace().Error, StringComparison.Ordinal);
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul());
        Assert.Contains("--text is for decoders", _shell.Run("compile", "m.onnx", "-o", "out", "--text", "text.txt").WithoutTrace().Error, StringComparison.Ordinal);
    }

    private JsonElement Compile(string weights)
    {
        Said said = _shell.Run("compile", "model", "-o", "out", "--weights", weights, "--text", "text.txt", "--json");
        Assert.True(said.Code == 0, said.Error);
        return said.Json.GetProperty("text");
    }
}
