using System.Globalization;
using PomIsa.Isa;
using PomIsa.Onnx;
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
            throw CliException.Refused(Explain(request.Source, problem!));
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Source))!;
        return new CompiledSource(
            new CompiledProgram
            {
                Name = Name(request.Source),
                Module = compiled.Module,
                Inputs = [.. compiled.Inputs.Select(Port)],
                Outputs = [.. compiled.Outputs.Select(Port)],
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
    public static CompiledModel? TryCompile(CompileRequest request, ModelInfo info, IWeightSink sink, IProgress<string>? progress, CancellationToken stop, out OnnxProblem? problem)
    {
        (var shapes, var sizes) = OnnxInputs.Shapes(request.Shapes, info);
        var options = new CompileOptions
        {
            Shapes = shapes,
            Sizes = sizes,
            Bound = OnnxInputs.Bound(request.Bound, info, shapes),
            Weights = request.Weights,
            WithoutData = sink is CountedWeights,
            Sink = sink,
            Progress = progress is null ? null : (node, done, all) => progress.Report(string.Create(CultureInfo.InvariantCulture, $"compiling, node {done + 1} of {all}: {node}")),
            Stop = stop,
        };
        return OnnxCompiler.TryCompileFile(request.Source, options, out CompiledModel? compiled, out problem) ? compiled : null;
    }

    private static string Explain(string path, OnnxProblem problem)
    {
        string text = $"{path} can't be compiled: {problem.ToString().TrimEnd('.')}.";
        return problem.Unknown.Count > 0 ? $"{text} Bind {(problem.Unknown.Count == 1 ? "it" : "them")}: {string.Join(' ', problem.Unknown.Order(StringComparer.Ordinal).Select(static n => $"--bind {n}=…"))}"
            : problem.Reason.Contains("give its shape", StringComparison.Ordinal) || problem.Reason.Contains("give one", StringComparison.Ordinal) ? $"{text} For example --shape NAME=1,8, NAME being the input's or the dimension's."
            : text;
    }

    /// <summary>That of the file, or where every model's file is called so, that of its folder.</summary>
    private static string Name(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return name is "model" && folder.Length > 0 ? folder : name;
    }

    private static ModelPort Port(Onnx.ModelPort port) => new(port.Name, OnnxTypes.NameOf(port.Type), [.. port.Shape.Select(PortDim.Of)]);
}
