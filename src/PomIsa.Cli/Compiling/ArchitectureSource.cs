using PomIsa.Architectures;
using PomIsa.Packaging.Weights;

namespace PomIsa.Cli.Compiling;

/// <summary>Models of known architectures as sources of compiled models.</summary>
internal static class ArchitectureSource
{
    public static bool Recognizes(string path) => ArchitectureCompiler.Recognizes(path);

    /// <summary>Compiles a model; what is refused ends the command with all that is wrong.</summary>
    /// <param name="request">What the user asks for.</param>
    /// <param name="sink">Takes the weights.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="stop">Ends it.</param>
    public static CompiledSource Compile(CompileRequest request, IWeightSink sink, IProgress<string>? progress, CancellationToken stop)
    {
        if (request.Shapes.Length + request.Bound.Length > 0)
        {
            throw CliException.Usage("--shape and --bind are for ONNX models; here the configuration says all of it.");
        }

        var options = new ArchitectureOptions { Weights = request.Weights, Context = request.Context, AllRows = request.AllRows };
        try
        {
            ArchitectureResult result = ArchitectureCompiler.Compile(
                request.Source, options, sink, progress is null ? null : progress.Report, stop);
            return new CompiledSource(result.Program, result.Quantized, result.Source, result.Tokenizer, result.Notes);
        }
        catch (ArchitectureException e)
        {
            throw CliException.Refused($"{request.Source} can't be compiled: {e.Message.TrimEnd('.')}.");
        }
    }
}
