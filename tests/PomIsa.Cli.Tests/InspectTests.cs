using System.Text.Json;

namespace PomIsa.Cli.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void An_onnx_model_is_told_with_what_it_would_become()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul(dim: "batch"));
        JsonElement told = Inspect("m.onnx");
        Assert.Equal(("x", "batch", "MatMul"), (Text(told.GetProperty("inputs")[0], "name"), told.GetProperty("inputs")[0].GetProperty("shape")[0].GetString(), Text(told.GetProperty("operators")[0], "operator")));
        Assert.Equal(64 * 48 * 4, told.GetProperty("constants")[0].GetProperty("bytes").GetInt64());
        Assert.Equal(["batch=1"], told.GetProperty("tried").EnumerateArray().Select(static t => t.GetString()));
        Assert.True(told.GetProperty("compiles").GetBoolean());
        Assert.Equal(64 * 48, told.GetProperty("bounds").GetProperty("multiplyAdds").GetInt64());
        Assert.Equal(7 * 64 * 48, Inspect("m.onnx", "--shape", "x=7,64").GetProperty("bounds").GetProperty("multiplyAdds").GetInt64());
    }

    [Fact]
    public void What_would_not_compile_is_told_with_all_unknown_operators()
    {
        byte[] model = OnnxFile.Model(OnnxFile.Node("Frobnicate", "f", ["x"], ["y"]), OnnxFile.Input("x", null, 4));
        File.WriteAllBytes(_shell.Path("m.onnx"), model);
        JsonElement told = Inspect("m.onnx");
        Assert.False(told.GetProperty("compiles").GetBoolean());
        Assert.Equal(("Frobnicate", "f"), (Text(told.GetProperty("unsupported")[0], "operator"), Text(told.GetProperty("problem"), "node")));
        Assert.Contains("Frobnicate   not supported", _shell.Run("inspect", "m.onnx").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_data_are_missing_is_told_all_the_same()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul(OnnxFile.External("w", [64, 48], "w.bin")));
        JsonElement told = Inspect("m.onnx");
        Assert.False(told.GetProperty("compiles").GetBoolean());
        Assert.Equal("w.bin", told.GetProperty("missing")[0].GetString());
        Assert.True(told.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public void A_compiled_model_is_checked_with_its_signatures()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul());
        Assert.Equal(0, _shell.Run("compile", "m.onnx", "-o", "out", "--weights", "w8").Code);
        JsonElement told = Inspect("out");
        Assert.Equal(("sound", "w8", "function"), (Text(told, "provenance"), Text(told, "stored"), Text(told, "kind")));
        Assert.Equal("I8", Text(Inspect(Path.Combine("out", "weights")).GetProperty("tensors")[0], "dtype"));
        Assert.Equal(1, Inspect(Path.Combine("out", "model.pisab")).GetProperty("weights").GetProperty("tensors").GetInt32());

        // The description says something else than what was signed for.
        string description = _shell.Path("out", "model.json");
        File.WriteAllText(description, File.ReadAllText(description).Replace("\"name\": \"m\"", "\"name\": \"n\"", StringComparison.Ordinal));
        Assert.Equal("signed, but for another model.json than is here", Text(Inspect("out"), "provenance"));
        File.WriteAllText(description, "{");
        Said said = _shell.Run("inspect", "out").WithoutTrace();
        Assert.True(said.Code == 1 && said.Error.Contains("model.json is no JSON object", StringComparison.Ordinal), said.Error);
    }

    [Fact]
    public void What_is_nothing_of_all_that_is_refused()
    {
        Assert.Equal(2, _shell.Run("inspect", "nothing").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("inspect", ".").WithoutTrace().Code);
        File.WriteAllText(_shell.Path("m.onnx"), "text, not a model");
        Assert.Equal(1, _shell.Run("inspect", "m.onnx").WithoutTrace().Code);
    }

    private JsonElement Inspect(params string[] arguments)
    {
        Said said = _shell.Run(["inspect", .. arguments, "--json"]).WithoutTrace();
        Assert.True(said.Code == 0, said.Error);
        return said.Json;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
