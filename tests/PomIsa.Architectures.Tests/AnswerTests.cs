using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Tests;

public sealed class AnswerTests
{
    private static readonly int[] Prompt = [3, 17, 39, 0, 8, 8];

    public static TheoryData<string> Names => [.. TestModel.All.Select(static m => m.Name)];

    /// <summary>A driver that reads six tokens one at a time and puts out the logits behind each.</summary>
    private const string OneByOne = """
        .repeat i 0..6
            .input t{i} i32[1]
        .end
        .driver main
            .repeat i 0..6
                input word, t{i}
                call forward, word -> logits
                output logits, i
            .end
            halt
        .end
        .entry main
        """;

    [Theory]
    [MemberData(nameof(Names))]
    public void Reading_a_prompt_at_once_gives_the_bits_of_reading_it_token_by_token(string name)
    {
        using var folder = new TestFolder();
        TestModel.Named(name).Write(folder.Path);
        float[][] atOnce = Runs.Logits(folder.Path, new ArchitectureOptions { Context = 20 }, Prompt);

        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(folder.Path, new ArchitectureOptions { Context = 20 }, weights);
        string source = result.Assembly.Replace(".include \"answer.pisa\"", OneByOne, StringComparison.Ordinal);
        AssemblyResult assembled = Assembler.Assemble(source, "test.pisa", static (_, file) => new IncludedSource(file, ArchitectureCompiler.Description(file)));
        Assert.Empty(assembled.Diagnostics);
        int[] index = [.. assembled.Module!.Weights.Select(w => weights.Entries.Select(static e => e.Name).ToList().IndexOf(w.Name))];
        var contents = assembled.Module.Weights.Select((w, i) => weights.Contents[index[i] >= 0 ? index[i] : weights.Entries.Select(static e => e.Name).ToList().IndexOf("embed")]).ToImmutableArray();
        Module bound = assembled.Module with { Weights = [.. assembled.Module.Weights.Select((w, i) => w with { Digest = Digest.Of(contents[i]) })] };
        RunOutcome outcome = Runs.Run(bound, contents, [Runs.Tokens(Prompt), .. Prompt.Select(static id => Runs.Tokens(id))]);
        for (int t = 0; t < Prompt.Length; t++)
        {
            Assert.Equal(Bits(atOnce[t]), Bits(Runs.Rows(outcome.Outputs[t]!, 1)[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_is_the_likeliest_token_each_time(string name)
    {
        using var folder = new TestFolder();
        TestModel.Named(name).Write(folder.Path);
        var options = new ArchitectureOptions { Context = 16 };
        ImmutableArray<int> answer = Runs.Answer(folder.Path, options, 100, Prompt);
        Assert.InRange(answer.Length, 0, 10);
        float[][] rows = Runs.Logits(folder.Path, options, [.. Prompt, .. answer]);
        for (int i = 0; i < answer.Length; i++)
        {
            Assert.Equal(Likeliest(rows[Prompt.Length - 1 + i]), answer[i]);
        }

        // Without an end token the context is filled.
        Assert.True(answer.Length == 10 || Likeliest(rows[^1]) is 39 or 38, $"{answer.Length} tokens");
    }

    [Fact]
    public void The_limit_the_context_and_the_end_tokens_end_an_answer()
    {
        TestModel model = TestModel.Named("llama-1");
        using var folder = new TestFolder();
        model.Config["eos_token_id"] = null;
        model.Write(folder.Path);
        var options = new ArchitectureOptions { Context = 16 };
        ImmutableArray<int> answer = Runs.Answer(folder.Path, options, 100, Prompt);
        Assert.Equal(10, answer.Length);
        Assert.Equal(answer.Take(4), Runs.Answer(folder.Path, options, 4, Prompt));
        Assert.Empty(Runs.Answer(folder.Path, options, 0, Prompt));
        Assert.Empty(Runs.Answer(folder.Path, options, -5, Prompt));

        File.WriteAllText(folder.At("generation_config.json"), $$"""{"eos_token_id": {{answer[6]}}}""");
        Assert.Equal(answer.TakeWhile(t => t != answer[6]), Runs.Answer(folder.Path, options, 100, Prompt));
    }

    [Theory]
    [InlineData(WeightKind.W8, 0.1)]
    [InlineData(WeightKind.W4, 0.5)]
    public void Quantized_weights_are_stored_with_what_they_lost(WeightKind kind, double most)
    {
        using var folder = new TestFolder();
        TestModel.Named("qwen3").Write(folder.Path);
        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(folder.Path, new ArchitectureOptions { Weights = kind }, weights);
        Assert.Equal(1 + (3 * 7), result.Quantized.Count); // the embedding is the output matrix too
        Assert.All(result.Quantized, m => Assert.InRange(m.Error.RelativeRms, 1e-4, most));
        Assert.All(weights.Entries.Where(static e => e.Name.Contains("norm", StringComparison.Ordinal)), static e => Assert.Equal(DType.F32, e.Element));
        Assert.Equal(6, Runs.Logits(folder.Path, new ArchitectureOptions { Weights = kind }, Prompt).Length);
    }

    [Fact]
    public void Formats_of_16_bits_and_files_with_an_index_give_the_same_program_and_weights()
    {
        using var folder = new TestFolder();
        TestModel model = TestModel.Named("phi4-mini");
        model.Write(folder.At("model"));
        string[] digests = Digests(folder.At("model"));
        Directory.Delete(folder.At("model"), recursive: true);
        model.Write(folder.At("model"), "BF16", two: true);
        Assert.Equal(digests, Digests(folder.At("model")));
    }

    [Theory]
    [InlineData("llama-1"), InlineData("smollm2"), InlineData("gemma2")]
    public void Embeddings_in_two_weights_give_the_bits_of_one(string name)
    {
        using var folder = new TestFolder();
        TestModel.Named(name).Write(folder.Path);
        int[] all = [.. Enumerable.Range(0, TestModel.Vocabulary)];
        float[][] one = Runs.Logits(folder.Path, new ArchitectureOptions(), all);
        float[][] two = Runs.Logits(folder.Path, new ArchitectureOptions { WeightBytes = 4 * TestModel.Dim * 32 }, all);
        Assert.Equal(one.SelectMany(Bits), two.SelectMany(Bits));
    }

    [Theory]
    [InlineData("language_model.model.", "gemma3"), InlineData("model.language_model.", "gemma3"), InlineData("", "gemma3_text")]
    public void The_text_part_of_a_model_that_sees_is_compiled_alone(string prefix, string type)
    {
        using var folder = new TestFolder();
        TestModel model = TestModel.Named("gemma3");
        model.Write(folder.At("text"));
        var config = (JsonObject)JsonNode.Parse(model.Config.ToJsonString())!;
        var seeing = new TestModel(
            "seeing",
            type == "gemma3" ? new JsonObject { ["model_type"] = type, ["text_config"] = config, ["vision_config"] = new JsonObject() } : config,
            [
                .. model.Tensors.Select(t => t with { Name = prefix + t.Name["model.".Length..] }),
                new TestTensor("vision_tower.patch.weight", [4, 4], new float[16]),
                new TestTensor("multi_modal_projector.norm.weight", [4], new float[4]),
            ]);
        seeing.Write(folder.At("all"));
        float[][] text = Runs.Logits(folder.At("text"), new ArchitectureOptions(), Prompt), all = Runs.Logits(folder.At("all"), new ArchitectureOptions(), Prompt);
        Assert.Equal(text.SelectMany(Bits), all.SelectMany(Bits));
    }

    private static string[] Digests(string path)
    {
        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(path, new ArchitectureOptions(), weights);
        return [result.Program.Module.ProgramDigest().ToString(), .. weights.Entries.Select(static e => $"{e.Name} {e.Digest}")];
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static int Likeliest(float[] row) => Array.IndexOf(row, row.Max());
}
