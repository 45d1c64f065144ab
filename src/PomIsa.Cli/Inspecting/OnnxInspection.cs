using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Compiling;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Weights;

namespace PomIsa.Cli.Inspecting;

/// <summary>ONNX files: what they say of themselves, and what of them would not compile.</summary>
internal static class OnnxInspection
{
    public static Inspection Of(CompileRequest request, IProgress<string> progress, CancellationToken stop)
    {
        ModelInfo info = OnnxSource.Read(request.Source);
        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Source))!;
        var to = new Inspection("an ONNX model", Path.GetFullPath(request.Source));
        to.Line("size", Inspection.Size(new FileInfo(request.Source).Length));
        to.Line("made by", $"{(info.Producer.Length > 0 ? info.Producer : "nobody who says so")}, IR version {info.IrVersion}");
        to.Line("opsets", string.Join(", ", info.Opsets.Select(static o => $"{o.Key} {o.Value}")));
        to.List("inputs", Inspection.Number(info.Inputs.Length), [.. info.Inputs.Select(Describe)]);
        to.List("outputs", Inspection.Number(info.Outputs.Length), [.. info.Outputs.Select(Describe)]);
        to.List("constants", Inspection.Size(info.Initializers.Sum(static i => i.Bytes)), [.. info.Initializers.Select(static i =>
            string.Create(CultureInfo.InvariantCulture, $"{i.Count,7:N0}  {OnnxTypes.NameOf(i.Type),-9} {i.Elements:N0} elements, {i.Bytes:N0} bytes"))]);
        (string Name, long Bytes)[] files = [.. info.ExternalFiles.Select(f => (f, new FileInfo(Path.Combine(folder, f)) is { Exists: true } file ? file.Length : -1))];
        if (files.Length > 0)
        {
            to.List("beside it", $"{files.Length} {(files.Length == 1 ? "file" : "files")}", [.. files.Select(static f => $"{f.Name}  {(f.Bytes < 0 ? "not there" : Inspection.Size(f.Bytes))}")]);
        }

        to.List("operators", $"{info.Operators.Length} kinds, {Inspection.Number(info.Nodes)} nodes{(info.Functions > 0 ? $", {info.Functions} functions" : "")}", [.. info.Operators.Select(static o =>
            string.Create(CultureInfo.InvariantCulture, $"{o.Count,7:N0}  {o.Operator}{(o.IsKnown ? "" : "   not supported")}"))]);
        Facts(to, info, files);
        Trial(to, request, info, progress, stop);
        return to;
    }

    private static void Facts(Inspection to, ModelInfo info, (string Name, long Bytes)[] files)
    {
        to.Json["bytes"] = new FileInfo(to.Json["path"]!.GetValue<string>()).Length;
        to.Json["producer"] = info.Producer;
        to.Json["irVersion"] = info.IrVersion;
        to.Json["opsets"] = new JsonObject(info.Opsets.Select(static o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value)));
        to.Json["inputs"] = Ports(info.Inputs);
        to.Json["outputs"] = Ports(info.Outputs);
        to.Json["nodes"] = info.Nodes;
        to.Json["functions"] = info.Functions;
        to.Json["operators"] = new JsonArray([.. info.Operators.Select(static o =>
            (JsonNode)new JsonObject { ["operator"] = o.Operator, ["count"] = o.Count, ["supported"] = o.IsKnown, ["first"] = o.First })]);
        to.Json["constants"] = new JsonArray([.. info.Initializers.Select(static i =>
            (JsonNode)new JsonObject { ["type"] = OnnxTypes.NameOf(i.Type), ["tensors"] = i.Count, ["elements"] = i.Elements, ["bytes"] = i.Bytes })]);
        to.Json["external"] = new JsonArray([.. files.Select(static f => (JsonNode)new JsonObject { ["file"] = f.Name, ["bytes"] = f.Bytes < 0 ? null : f.Bytes })]);
    }

    /// <summary>Compiles it without keeping the weights, to see what it becomes or why it is refused.</summary>
    private static void Trial(Inspection to, CompileRequest request, ModelInfo info, IProgress<string> progress, CancellationToken stop)
    {
        OperatorCount[] unknown = [.. info.Operators.Where(static o => !o.IsKnown)];
        CompiledModel? compiled = OnnxSource.TryCompile(request, info, new CountedWeights(), progress, stop, out OnnxProblem? problem);
        string[] tried = [];
        if (compiled is null && problem!.Operator.Length == 0 && OnnxInputs.Guesses(info, request.Shapes) is { Length: > 0 } guesses)
        {
            tried = guesses;
            compiled = OnnxSource.TryCompile(request with { Shapes = [.. request.Shapes, .. guesses] }, info, new CountedWeights(), progress, stop, out problem);
        }

        string sizes = tried.Length == 0 ? "" : $", with {string.Join(" ", tried.Select(static t => "--shape " + t))}";
        to.Json["unsupported"] = new JsonArray([.. unknown.Select(static o => (JsonNode)new JsonObject { ["operator"] = o.Operator, ["count"] = o.Count, ["first"] = o.First })]);
        to.Json["compiles"] = compiled is not null && to.Json["external"]!.AsArray().All(static f => f!["bytes"] is not null);
        to.Json["tried"] = new JsonArray([.. tried.Select(static t => (JsonNode)t)]);
        if (compiled is null)
        {
            to.Json["problem"] = new JsonObject
            {
                ["operator"] = problem!.Operator,
                ["node"] = problem.Node,
                ["reason"] = problem.Reason,
                ["bind"] = new JsonArray([.. problem.Unknown.Order(StringComparer.Ordinal).Select(static n => (JsonNode)n)]),
            };
            to.List("compiles", $"no{sizes}", [problem.ToString(), .. unknown.Where(o => o.Operator != problem.Operator).Select(static o => $"{o.Operator} '{o.First}': this operator is not supported ({o.Count} nodes)")]);
            return;
        }

        string[] missing = [.. to.Json["external"]!.AsArray().Where(static f => f!["bytes"] is null).Select(static f => f!["file"]!.GetValue<string>())];
        to.Line("compiles", missing.Length == 0 ? $"yes{sizes}" : $"not without {string.Join(", ", missing)}; with {(missing.Length == 1 ? "it" : "them")} yes{sizes}");
        to.Json["missing"] = new JsonArray([.. missing.Select(static m => (JsonNode)m)]);
        to.Json["outputsCompiled"] = new JsonArray([.. compiled.Outputs.Select(static o => (JsonNode)$"{o.Name} {OnnxTypes.NameOf(o.Type)}[{string.Join(",", o.Shape.Select(static d => d == ModelPort.Open ? "P" : d.ToString(CultureInfo.InvariantCulture)))}]")]);
        if (compiled.Decoder is { } decoder)
        {
            to.Line("decoder", string.Create(CultureInfo.InvariantCulture, $"of text: context {decoder.Context:N0}, vocabulary {decoder.Vocabulary:N0}"));
            to.Json["decoder"] = new JsonObject { ["context"] = decoder.Context, ["vocabulary"] = decoder.Vocabulary };
        }

        ProgramInspection.Add(to, compiled.Module);
    }

    private static string Describe(PortInfo port) =>
        $"{port.Name} {(port.Type == OnnxType.None ? "no tensor" : OnnxTypes.NameOf(port.Type))}{(port.Shape.IsDefault ? "" : $"[{string.Join(",", port.Shape)}]")}";

    private static JsonArray Ports(IEnumerable<PortInfo> ports) => new([.. ports.Select(static p => (JsonNode)new JsonObject
    {
        ["name"] = p.Name,
        ["type"] = OnnxTypes.NameOf(p.Type),
        ["shape"] = p.Shape.IsDefault ? null : new JsonArray([.. p.Shape.Select(static d => (JsonNode)d)]),
    })]);
}
