using System.Globalization;
using PomIsa.Isa;
using PomIsa.Onnx;
using PomIsa.Onnx.Decoders;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;
using ModelPort = PomIsa.Packaging.Models.ModelPort;

namespace PomIsa.Cli.Compiling;

/// <summary>ONNX files as sources of compiled models.</summary>
internal static class OnnxSource
{
    public static bool Recognizes(string path) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".ort", StringComparison.OrdinalIgnoreCase);

    /// <summary>Compiles a model; what is refused ends the command with operator, node and reason.</summary>
    public static CompiledSource Compile(CompileRequest request, IWeightSink sink, IProgress<string>? progress, CancellationToken stop)
    {
        ModelInfo info = Read(request.Source);
        CompiledModel? compiled = TryCompile(request, info, sink, progress, stop, out OnnxProblem? problem);
        if (compiled is null)
        {
            throw CliException.Refused(Explain(request, info, problem!, stop));
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Source))!;
        return new CompiledSource(
            new CompiledProgram
            {
                Name = Name(request.Source),
                Module = compiled.Module,
                Inputs = [.. compiled.Inputs.Select(Port)],
                Outputs = [.. compiled.Outputs.Select(Port)],
                Decoder = compiled.Decoder,
            },
            compiled.Matrices,
            SourceDigests.Of("onnx", folder, [Path.GetFullPath(request.Source), .. info.ExternalFiles.Select(f => Path.GetFullPath(Path.Combine(folder, f))).Where(File.Exists)], progress, stop),
            TokenizerFiles.For(folder),
            []);
    }

    /// <summary>What a model says of itself; what is no model ends the command.</summary>
    public static ModelInfo Read(string path) =>
        File.Exists(path) ? ModelInfo.Read(path) : throw CliException.Usage($"There is no file {path}.");

    /// <summary>The compiled model, or null and why not.</summary>
    /// <param name="kind">What it is to become; null: what the request leaves.</param>
    public static CompiledModel? TryCompile(
        CompileRequest request, ModelInfo info, IWeightSink sink, IProgress<string>? progress, CancellationToken stop, out OnnxProblem? problem, ModelKind? kind = null)
    {
        (var shapes, var sizes) = OnnxInputs.Shapes(request.Shapes, info);
        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Source))!;
        var options = new CompileOptions
        {
            Decoder = new DecoderOptions
            {
                // Who fixes sizes or values wants the function that the file describes.
                Kind = kind ?? (request.Shapes.Length + request.Bound.Length > 0 ? ModelKind.Function : request.AllRows || request.Context is not null ? ModelKind.Decoder : ModelKind.Auto),
                AllRows = request.AllRows,
                Context = request.Context,
                Settings = TokenizerFiles.Place(folder) is var place && place != folder ? DecoderSettings.Of(place) : null,
            },
            Shapes = shapes,
            Sizes = sizes,
            Bound = OnnxInputs.Bound(request.Bound, info, shapes),
            Weights = request.Weights,
            Explain = request.Explain,
            WithoutData = sink is CountedWeights,
            Sink = sink,
            Progress = progress is null ? null : (node, done, all) => progress.Report(string.Create(CultureInfo.InvariantCulture, $"compiling, node {done + 1} of {all}: {node}")),
            Stop = stop,
        };
        return OnnxCompiler.TryCompileFile(request.Source, options, out CompiledModel? compiled, out problem) ? compiled : null;
    }

    private static string Explain(CompileRequest request, ModelInfo info, OnnxProblem problem, CancellationToken stop)
    {
        string text = $"{request.Source} can't be compiled: {problem.ToString().TrimEnd('.')}.";
        if (problem.Unknown.Count > 0)
        {
            return $"{text} Bind {(problem.Unknown.Count == 1 ? "it" : "them")}: {string.Join(' ', problem.Unknown.Order(StringComparer.Ordinal).Select(static n => $"--bind {n}=…"))}";
        }

        if (problem.Open.Count == 0)
        {
            return text;
        }

        text += $" Give {(problem.Open.Count == 1 ? "it" : "them")}: {string.Join(' ', problem.Open.Select(static n => $"--shape {Quoted(n)}=…"))}";
        return request.Shapes.Length == 0 && LooksLikeDecoder(info) && TryCompile(request, info, new CountedWeights(), null, stop, out OnnxProblem? why, ModelKind.Decoder) is null
            ? $"{text}; it is not compiled as a decoder of text because: {why!.ToString().TrimEnd('.')}."
            : text;
    }

    /// <summary>A name as a shell takes it.</summary>
    private static string Quoted(string name) => name.Contains(' ', StringComparison.Ordinal) ? $"\"{name}\"" : name;

    private static bool LooksLikeDecoder(ModelInfo info) =>
        info.Inputs.Any(static i => i.Name is "input_ids" or "tokens" or "ids") && info.Outputs.Any(static o => o.Name.Contains("logits", StringComparison.OrdinalIgnoreCase));

    /// <summary>That of the file, or where every model's file is called so, that of its folder.</summary>
    private static string Name(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return name is "model" && folder.Length > 0 ? folder : name;
    }

    private static ModelPort Port(Onnx.ModelPort port) => new(port.Name, OnnxTypes.NameOf(port.Type), [.. port.Shape.Select(static d => d == Onnx.ModelPort.Open ? PortDim.Of("P") : PortDim.Of(d))]);
}
