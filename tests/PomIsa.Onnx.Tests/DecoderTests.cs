using PomIsa.Assembly;
using PomIsa.OnnxModels;

namespace PomIsa.Onnx.Tests;

/// <summary>Exported decoders become one step and a driver.</summary>
public sealed class DecoderTests
{
    public static TheoryData<string> Styles => [.. ExportedModels.LlamaStyles, .. ExportedModels.Gpt2Styles];

    private static CompileOptions Options(bool allRows) => new() { Decoder = new DecoderOptions { Kind = ModelKind.Decoder, AllRows = allRows } };

    [Theory]
    [MemberData(nameof(Styles))]
    public void Exports_of_every_style_become_a_decoder(string style)
    {
        bool done = OnnxCompiler.TryCompile(ExportedModels.Tiny(style), Options(false), out CompiledModel? compiled, out OnnxProblem? problem);
        Assert.True(done, problem?.ToString());
        if (Environment.GetEnvironmentVariable("HEADS_DUMP") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, style + ".pisa"), Disassembler.Disassemble(compiled!.Module));
        }
    }
}
