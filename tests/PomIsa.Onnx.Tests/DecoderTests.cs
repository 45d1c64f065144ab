using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.OnnxModels;

namespace PomIsa.Onnx.Tests;

/// <summary>Exported decoders become one step over states, and a driver.</summary>
public sealed class DecoderTests
{
    private static readonly int[] Prompt = [5, 17, 3, 90, 44, 44, 8, 61, 2];

    /// <summary>The decoder as one writes it by hand, a layer's instructions in order.</summary>
    private static readonly string[] Layer =
    [
        "rmsnorm", "matmul", "matmul", "matmul", "rope", "rope", "append", "append", "attention", "matmul", "vadd",
        "rmsnorm", "matmul", "matmul", "swiglu", "matmul", "vadd",
    ];

    public static TheoryData<string> Llamas => [.. ExportedModels.LlamaStyles];

    public static TheoryData<string> Styles => [.. ExportedModels.LlamaStyles, .. ExportedModels.Gpt2Styles];

    [Theory]
    [MemberData(nameof(Llamas))]
    public void A_Llama_becomes_what_one_writes_by_hand(string style)
    {
        CompiledModel compiled = DecoderRun.Compile(ExportedModels.Tiny(style));
        string[] step = [.. compiled.Module.Functions[0].Body.Select(static i => i.Row.Mnemonic)];
        int first = Array.IndexOf(step, "rmsnorm");
        if (Environment.GetEnvironmentVariable("HEADS_DUMP") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, style + ".pisa"), Disassembler.Disassemble(compiled.Module));
        }

        Assert.Equal(Counts([.. Layer, .. Layer, "tail", "rmsnorm", "matmul", "ret"]), Counts(step[first..]));
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void Logits_are_those_of_the_model_as_it_was_exported(string style)
    {
        byte[] model = ExportedModels.Tiny(style);
        float[] want = DecoderRun.AsFunction(model, Prompt), have = DecoderRun.AllRows(DecoderRun.Compile(model, allRows: true), Prompt);
        want = want.Length < have.Length ? want : want[^have.Length..];
        have = have[^want.Length..];
        float most = want.Max(Math.Abs), difference = want.Zip(have).Max(static z => Math.Abs(z.First - z.Second));
        Assert.True(difference <= 2e-5f * most, $"{difference} of {most}");
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void Reading_at_once_and_token_by_token_gives_the_same_bits(string style)
    {
        byte[] model = ExportedModels.Tiny(style);
        float[] once = DecoderRun.AllRows(DecoderRun.Compile(model, allRows: true), Prompt), steps = DecoderRun.OneByOne(DecoderRun.Compile(model), Prompt);
        Assert.Equal(once.Select(BitConverter.SingleToUInt32Bits), steps.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void An_answer_is_the_likeliest_token_after_each_and_ends_with_limit_context_or_end_token()
    {
        byte[] model = ExportedModels.Tiny("builder-gqa");
        CompiledModel all = DecoderRun.Compile(model, allRows: true);
        var text = new List<int>(Prompt);
        while (text.Count < 64)
        {
            float[] logits = DecoderRun.AllRows(all, [.. text])[^96..];
            text.Add(Array.IndexOf(logits, logits.Max()));
        }

        int[] answer = [.. text.Skip(Prompt.Length)];
        CompiledModel free = DecoderRun.Compile(model);
        Assert.Equal(answer[..7], DecoderRun.Answer(free, Prompt, 7));
        Assert.Equal([], DecoderRun.Answer(free, Prompt, 0));
        Assert.Equal(answer, DecoderRun.Answer(free, Prompt, 1000));
        int end = Array.FindIndex(answer, t => Array.IndexOf(answer, t) > 2);
        CompiledModel ended = DecoderRun.Compile(model, change: o => o with { Decoder = o.Decoder with { Settings = new(null, [95, answer[end]], null) } });
        Assert.Equal(answer[..end], DecoderRun.Answer(ended, Prompt, 1000));
    }

    private static string Counts(IEnumerable<string> mnemonics) => string.Join(", ", mnemonics.GroupBy(static m => m).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Count()} {g.Key}"));
}
