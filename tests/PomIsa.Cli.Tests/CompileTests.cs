using System.Text.Json;

namespace PomIsa.Cli.Tests;

public sealed class CompileTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_model_is_compiled_run_verified_and_its_outputs_written()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul());
        Said compiled = _shell.Run("compile", "m.onnx", "-o", "out", "--json");
        Assert.True(compiled.Code == 0, compiled.Error);
        Assert.Equal(("function", "m", "f32"), (Text(compiled.Json, "kind"), Text(compiled.Json, "name"), Text(compiled.Json, "weights")));

        // Row 0 of x is zero but for a one at 3, so that row 0 of y is row 3 of w.
        float[] x = new float[128];
        x[3] = 1;
        Said run = _shell.Run("run", "out", "--input", "x=" + string.Join(',', x), "--output", "results", "--json");
        Assert.True(run.Code == 0, run.Error);
        JsonElement y = run.Json.GetProperty("outputs")[0];
        Assert.Equal("y", Text(y, "name"));
        float[] row = [.. y.GetProperty("values").EnumerateArray().Take(48).Select(static v => v.GetSingle())];
        Assert.Equal(OnnxFile.Values(64 * 48)[(3 * 48)..(4 * 48)], row);

        // What was written is read again, here as the input of the same model turned round.
        byte[] npy = File.ReadAllBytes(_shell.Path("results", "y.npy"));
        Assert.Equal(128 + (4 * 96), npy.Length);
        Assert.Equal(row, Enumerable.Range(0, 48).Select(i => BitConverter.ToSingle(npy, 128 + (4 * i))));
        Assert.Contains("(2, 48)", System.Text.Encoding.ASCII.GetString(npy, 0, 128), StringComparison.Ordinal);
        Assert.Contains("holds float[2,48]", _shell.Run("run", "out", "--input", "x=@results/y.npy").WithoutTrace().Error, StringComparison.Ordinal);
        Said verified = _shell.Run("verify", run.Json.GetProperty("folder").GetString()!);
        Assert.StartsWith("ACCEPT", verified.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantized_weights_come_with_what_they_lost()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul());
        foreach (string kind in new[] { "w8", "w4" })
        {
            Said said = _shell.Run("compile", "m.onnx", "-o", "out", "--weights", kind);
            Assert.True(said.Code == 0, said.Error);
            Assert.Contains($"1 matrices in {kind}", said.Out, StringComparison.Ordinal);
            JsonElement lost = JsonDocument.Parse(File.ReadAllBytes(_shell.Path("out", "quantization.json"))).RootElement.GetProperty("matrices")[0];
            Assert.Equal(("w", kind), (Text(lost, "name"), Text(lost, "weights")));
            Assert.InRange(lost.GetProperty("relativeRms").GetDouble(), kind == "w8" ? 0.001 : 0.02, kind == "w8" ? 0.02 : 0.2);
        }

        File.Delete(_shell.Path("out", "publisher.pub"));
        Assert.Equal(3, _shell.Run("run", "out", "--input", "x=1").WithoutTrace().Code);
    }

    [Theory]
    [InlineData("cut", 1, "no ONNX model")]
    [InlineData("unknown", 1, "Frobnicate 'the_product': this operator is not supported")]
    [InlineData("open", 1, "leaves open 'batch'. Give it: --shape batch=…")]
    [InlineData("missing", 1, "lies in 'w.bin', which is not there")]
    [InlineData("short", 1, "'w.bin', which has 100")]
    [InlineData("outside", 1, "outside the model's folder")]
    [InlineData("nothing", 2, "There is no file")]
    [InlineData("text", 2, "neither an ONNX model")]
    [InlineData("file", 1, "is a file")]
    [InlineData("photos", 1, "not overwritten")]
    [InlineData("shape", 2, "has no input or open dimension 'z'")]
    [InlineData("bind", 2, "'cat' is no float")]
    [InlineData("weights", 2, "w3")]
    [InlineData("readonly", 3, "Cannot write /proc/out: ")]
    public void What_cannot_be_compiled_leaves_nothing(string what, int code, string why)
    {
        byte[] model = what switch
        {
            "cut" => OnnxFile.MatMul()[..9000],
            "unknown" => OnnxFile.MatMul(op: "Frobnicate"),
            "open" => OnnxFile.MatMul(dim: "batch"),
            "missing" or "short" => OnnxFile.MatMul(OnnxFile.External("w", [64, 48], "w.bin")),
            "outside" => OnnxFile.MatMul(OnnxFile.External("w", [64, 48], "../w.bin")),
            _ => OnnxFile.MatMul(),
        };
        string source = what switch { "nothing" => "nothing.onnx", "text" => "m.txt", _ => "m.onnx" };
        File.WriteAllBytes(_shell.Path("m.onnx"), model);
        File.WriteAllText(_shell.Path("m.txt"), "text");
        File.WriteAllBytes(_shell.Path("file"), [1]);
        Directory.CreateDirectory(_shell.Path("photos"));
        File.WriteAllBytes(_shell.Path("photos", "cat.jpg"), [1]);
        if (what == "short")
        {
            File.WriteAllBytes(_shell.Path("w.bin"), new byte[100]);
        }

        string[] more = what switch { "shape" => ["--shape", "z=1"], "bind" => ["--bind", "x=cat"], "weights" => ["--weights", "w3"], _ => [] };
        string output = what switch { "file" => "file", "photos" => "photos", "readonly" => "/proc/out", _ => "out" };
        string[] before = Everything();
        Said said = _shell.Run(["compile", source, "-o", output, .. more]).WithoutTrace();
        Assert.True(said.Code == code && said.Error.Contains(why, StringComparison.Ordinal), $"{said.Code} {said.Error}");
        Assert.Equal(before, Everything().Where(static f => !f.StartsWith(".pomisa", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_open_dimension_is_given_by_its_name_or_its_inputs()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul(dim: "batch"));
        foreach (string shape in new[] { "batch=5", "x=5,64" })
        {
            Said said = _shell.Run("compile", "m.onnx", "-o", "out", "--shape", shape);
            Assert.True(said.Code == 0, said.Error);
            Assert.Contains("y float[5,48]", said.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_became_of_the_graph_is_explained_also_when_it_is_refused()
    {
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul());
        Said said = _shell.Run("compile", "m.onnx", "-o", "out", "--explain");
        Assert.True(said.Code == 0 && said.Out.Contains("1 nodes became 1", StringComparison.Ordinal) && said.Out.Contains("Linear", StringComparison.Ordinal), said.Out + said.Error);
        Assert.Equal(0, _shell.Run("compile", "m.onnx", "-o", "out", "--explain=svg").Code);
        Assert.StartsWith("<svg", File.ReadAllText(_shell.Path("out.explain.svg")), StringComparison.Ordinal);
        Assert.Equal(2, _shell.Run("compile", "m.onnx", "-o", "out", "--explain=poem").WithoutTrace().Code);
        File.WriteAllBytes(_shell.Path("m.onnx"), OnnxFile.MatMul(OnnxFile.External("w", [64, 48], "w.bin")));
        said = _shell.Run("compile", "m.onnx", "-o", "out", "--explain").WithoutTrace();
        Assert.True(said.Code == 1 && said.Out.Contains("Linear", StringComparison.Ordinal), said.Out + said.Error);
    }

    private string[] Everything() =>
        [.. Directory.GetFileSystemEntries(_shell.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_shell.Folder, f)).Order(StringComparer.Ordinal)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
