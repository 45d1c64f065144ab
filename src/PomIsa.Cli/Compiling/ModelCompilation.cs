using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;
using PomIsa.Shards;

namespace PomIsa.Cli.Compiling;

/// <summary>A model that was compiled into its folder.</summary>
/// <param name="Package">The folder.</param>
/// <param name="Source">What came of its source.</param>
/// <param name="Program">The program, verified.</param>
/// <param name="Elapsed">Time that it took.</param>
internal sealed record ModelCompilation(ModelPackage Package, CompiledSource Source, VerifiedModule Program, TimeSpan Elapsed)
{
    /// <summary>Compiles a source into a folder: all of it or nothing.</summary>
    public static ModelCompilation Run(CompileRequest request, string folder, PublisherKey key, IProgress<string> progress, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using ModelDraft draft = ModelPackage.Begin(folder);
        CompiledSource source = Compile(request, draft.Weights, progress, stop);
        VerifiedModule program = Verified(source.Program.Module);
        progress.Report("signing");
        ModelPackage package = draft.Finish(
            source.Program,
            new PackageParts
            {
                Source = source.Source,
                Weights = request.Weights,
                Key = key,
                Parameters = request.Parameters(),
                Tokenizer = source.Tokenizer,
                Quantized = [.. source.Quantized.Where(static q => q.Kind != Packaging.Matrices.WeightKind.F32)],
            },
            stop);
        return new ModelCompilation(package, source, program, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Compiles a source of any known format.</summary>
    public static CompiledSource Compile(CompileRequest request, IWeightSink sink, IProgress<string>? progress, CancellationToken stop) =>
        OnnxSource.Recognizes(request.Source) ? OnnxSource.Compile(request, sink, progress, stop)
        : ArchitectureSource.Recognizes(request.Source) ? ArchitectureSource.Compile(request, sink, progress, stop)
        : throw CliException.Usage(File.Exists(request.Source) || Directory.Exists(request.Source)
            ? $"{request.Source} is neither an ONNX model (.onnx), nor a GGUF file (.gguf), nor a folder with config.json." : $"There is no file {request.Source}.");

    private static VerifiedModule Verified(Module module) =>
        Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
            ? verified
            : throw CliException.Refused("The model's program does not verify: " + string.Join(" ", faults.Select(f => FaultText.Describe(f, module))));
}
