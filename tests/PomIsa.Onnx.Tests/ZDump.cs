using PomIsa.Onnx.Explaining;
using PomIsa.OnnxModels;
namespace PomIsa.Onnx.Tests;
public sealed class ZDump
{
    [Fact]
    public void Dump()
    {
        foreach (string s in ExportedModels.LlamaStyles.Concat(ExportedModels.Gpt2Styles))
        {
            Explanation? e = null;
            OnnxCompiler.TryCompile(ExportedModels.Tiny(s), new CompileOptions { Decoder = new DecoderOptions { Kind = ModelKind.Decoder }, Explain = x => e = x }, out _, out _);
            Directory.CreateDirectory("/tmp/g");
            File.WriteAllText($"/tmp/g/{s}.txt", e!.ToText());
            File.WriteAllText($"/tmp/g/{s}.svg", e!.ToSvg());
            File.WriteAllText($"/tmp/g/{s}.dot", e!.ToDot());
            File.WriteAllBytes($"/tmp/g/{s}.onnx", ExportedModels.Tiny(s));
        }
    }
}
