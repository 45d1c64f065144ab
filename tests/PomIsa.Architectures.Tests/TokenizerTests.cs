using System.Text;
using PomIsa.Packaging.Weights;
using PomIsa.Text;
using PomIsa.Text.Tokens;

namespace PomIsa.Architectures.Tests;

/// <summary>A GGUF file's tokenizer comes out as files that the tokenizers' reader takes.</summary>
public sealed class TokenizerTests
{
    [Theory]
    [InlineData("gpt-2", "ab ab12\n", new[] { 5, 7, 11, 10 })]
    [InlineData("smollm", "ab ab12\n", new[] { 5, 7, 8, 9, 10 })]
    [InlineData("qwen2", "ab ab12\n", new[] { 5, 7, 8, 9, 10 })]
    [InlineData("llama-bpe", "ab ab12\n", new[] { 5, 7, 11, 10 })]
    [InlineData("gpt-4o", "ab ab12\n", new[] { 5, 7, 11, 10 })]
    public void Merges_become_a_tokenizer_json(string pre, string text, int[] expected)
    {
        using var folder = new TestFolder();
        ArchitectureResult result = Compile(folder, file =>
        {
            file.Add("tokenizer.ggml.model", "gpt2");
            file.Add("tokenizer.ggml.pre", pre);
            file.Add("tokenizer.ggml.tokens", ["<s>", "</s>", "<tool>", "a", "b", "ab", "\u0120", "\u0120ab", "1", "2", "\u010a", "12", .. Enumerable.Range(12, 28).Select(static i => $"t{i}")]);
            file.Add("tokenizer.ggml.token_type", [3, 3, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, .. Enumerable.Repeat(1, 28)]);
            file.Add("tokenizer.ggml.merges", ["a b", "\u0120 ab", "1 2"]);
            file.Add("tokenizer.ggml.bos_token_id", 0u);
            file.Add("tokenizer.ggml.eos_token_id", 1u);
            file.Add("tokenizer.ggml.eot_token_id", 2u);
            file.Add("tokenizer.ggml.add_bos_token", true);
            file.Add("tokenizer.chat_template", "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}");
        });
        ITokenizer tokenizer = Load(folder, result);
        Assert.Equal([0, .. expected], tokenizer.Encode(text, special: true).ToArray());
        Assert.Equal(text, Text(tokenizer, expected));
        Assert.Equal([5, 2, 5], tokenizer.Encode("ab<tool>ab", special: false).ToArray());
        Assert.Equal([1, 2], result.Program.Decoder!.End.ToArray());
        Assert.Equal(0, result.Program.Decoder.Begin);
        Assert.Contains("{{ bos_token }}", TokenizerConfig.Load(folder.At("tokenizer")).ChatTemplate, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_become_a_tokenizer_model()
    {
        using var folder = new TestFolder();
        string[] bytes = [.. Enumerable.Range(0, 256).Select(static b => $"<0x{b:X2}>")];
        ArchitectureResult result = Compile(
            folder,
            file =>
            {
                file.Add("tokenizer.ggml.model", "llama");
                file.Add("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>", .. bytes, "\u2581", "a", "b", "ab", "\u2581ab"]);
                file.Add("tokenizer.ggml.scores", [0, 0, 0, .. Enumerable.Repeat(0f, 256), -10, -10, -10, -1, -2]);
                file.Add("tokenizer.ggml.token_type", [2, 3, 3, .. Enumerable.Repeat(6, 256), 1, 1, 1, 1, 1]);
                file.Add("tokenizer.ggml.bos_token_id", 1u);
                file.Add("tokenizer.ggml.eos_token_id", 2u);
                file.Add("tokenizer.ggml.unknown_token_id", 0u);
                file.Add("tokenizer.ggml.add_bos_token", true);
            });
        ITokenizer tokenizer = Load(folder, result);
        Assert.Equal([1, 263, 263, 3 + 0xc3, 3 + 0xa9], tokenizer.Encode("ab ab\u00e9", special: true).ToArray());
        Assert.Equal("ab ab\u00e9", Text(tokenizer, [263, 263, 3 + 0xc3, 3 + 0xa9]));
        Assert.Equal([2], result.Program.Decoder!.End.ToArray());
    }

    [Theory]
    [InlineData("bert", "the file's tokenizer is of the kind 'bert', which is not written out; known are gpt2 and llama")]
    [InlineData("gpt2", "the file's tokenizer cuts texts as 'tekken' does, which is not known; known are default, gpt-2, smollm, gpt-4o, llama-bpe, qwen2")]
    [InlineData(null, "the file has no tokenizer")]
    public void A_tokenizer_that_is_not_known_is_noted(string? model, string note)
    {
        using var folder = new TestFolder();
        ArchitectureResult result = Compile(folder, file =>
        {
            if (model is not null)
            {
                file.Add("tokenizer.ggml.model", model);
                file.Add("tokenizer.ggml.pre", "tekken");
                file.Add("tokenizer.ggml.tokens", ["a"]);
            }
        });
        Assert.Empty(result.Tokenizer);
        Assert.Equal([note], result.Notes);
    }

    [Fact]
    public void The_files_of_a_folder_s_tokenizer_go_along()
    {
        using var folder = new TestFolder();
        TestModel.Named("smollm2").Write(folder.Path);
        File.WriteAllText(folder.At("tokenizer.json"), "{}");
        File.WriteAllText(folder.At("tokenizer_config.json"), """{"add_bos_token":true}""");
        File.WriteAllText(folder.At("README.md"), "");
        ArchitectureResult result = ArchitectureCompiler.Compile(folder.Path, new ArchitectureOptions(), new MemoryWeights());
        Assert.Equal(["tokenizer.json", "tokenizer_config.json"], result.Tokenizer.Keys);
        Assert.Equal(["config.json", "model.safetensors"], result.Source.Files.Select(static f => f.Name));
        Assert.Equal(1, result.Program.Decoder!.Begin);
        Assert.Equal([39, 38], result.Program.Decoder.End.ToArray());
    }

    private static ArchitectureResult Compile(TestFolder folder, Action<GgufWriter> tokenizer)
    {
        GgufWriter file = GgufModel.Write(GgufModel.Of("smollm2"), GgufWriter.F32);
        tokenizer(file);
        File.WriteAllBytes(folder.At("model.gguf"), file.ToArray());
        return ArchitectureCompiler.Compile(folder.At("model.gguf"), new ArchitectureOptions(), new MemoryWeights());
    }

    private static string Text(ITokenizer tokenizer, int[] ids)
    {
        ITokenStream stream = tokenizer.Decode();
        return string.Concat(ids.Select(stream.Add)) + stream.End();
    }

    private static ITokenizer Load(TestFolder folder, ArchitectureResult result)
    {
        Directory.CreateDirectory(folder.At("tokenizer"));
        foreach ((string name, ReadOnlyMemory<byte> bytes) in result.Tokenizer)
        {
            File.WriteAllBytes(Path.Combine(folder.At("tokenizer"), name), bytes.ToArray());
        }

        return TokenizerFolder.Load(folder.At("tokenizer"), TokenizerConfig.Load(folder.At("tokenizer")));
    }
}
