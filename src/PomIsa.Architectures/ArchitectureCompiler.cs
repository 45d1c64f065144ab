using System.Collections.Immutable;
using System.Security.Cryptography;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Families;
using PomIsa.Architectures.Gguf;
using PomIsa.Architectures.Programs;
using PomIsa.Architectures.Sources;
using PomIsa.Architectures.Weights;
using PomIsa.Isa;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures;

/// <summary>Models of known architectures to programs: folders as Hugging Face has them, and GGUF files.</summary>
public static class ArchitectureCompiler
{
    /// <summary>End tokens that a program tells at most.</summary>
    private const int MostEnds = 64;

    /// <summary>Whether a path is a folder with a <c>config.json</c>, or a GGUF file by its name.</summary>
    public static bool Recognizes(string path) =>
        File.Exists(Path.Combine(path, HuggingFaceFolder.ConfigName))
        || (File.Exists(path) && path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase));

    /// <summary>Compiles a model; its weights go to the sink, one after the other.</summary>
    /// <param name="path">A folder or a GGUF file; hostile.</param>
    /// <param name="options">The caller's choices.</param>
    /// <param name="sink">Takes the weights.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="stop">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArchitectureException">The model can't be compiled; tells all that is wrong with it.</exception>
    /// <exception cref="IOException">The file system refused.</exception>
    public static ArchitectureResult Compile(
        string path, ArchitectureOptions options, IWeightSink sink, Action<string>? progress = null, CancellationToken stop = default)
    {
        using SourceModel model = Open(path);
        DecoderPlan plan = Plan(model.Config, model.Family, options, options.Name ?? model.Name, model.End, model.Tensors.Tensors.Keys);
        string[] problems = [.. SourceCheck.Problems(plan.Recipes.Values, model.Tensors, plan.IsIgnored)];
        if (problems.Length > 0)
        {
            throw new ArchitectureException(problems);
        }

        Module module = DescriptionAssembler.Assemble(plan.Source);
        var writer = new WeightWriter(model.Tensors, sink, options.Weights);
        int[] index = writer.Write(module.Weights, plan.Recipes, progress, stop);
        return new ArchitectureResult(
            new CompiledProgram
            {
                Name = options.Name ?? model.Name,
                Module = WeightBinder.Bind(module, sink.Entries, index),
                Inputs = Inputs(options),
                Outputs = options.AllRows ? [new ModelPort("logits", "f32", [PortDim.Of("P"), PortDim.Of(plan.Vocabulary)])] : [],
                Decoder = options.AllRows ? null : new DecoderInfo(plan.Context, plan.Vocabulary, Known(model.End, plan.Vocabulary), Known(model.Begin, plan.Vocabulary)),
            },
            new ModelSource(model.Format, Files(model, progress, stop)),
            model.Tokenizer,
            writer.Quantized,
            [.. model.Notes, .. Requantized(model.Tensors)],
            plan.Source);
    }

    /// <summary>The program of a configuration, without weights: to see its shapes and bounds.</summary>
    /// <param name="config">Bytes of a <c>config.json</c>; hostile.</param>
    /// <param name="options">The caller's choices.</param>
    /// <exception cref="ArchitectureException">It can't be compiled.</exception>
    public static Module Describe(ReadOnlyMemory<byte> config, ArchitectureOptions options)
    {
        ModelConfig parsed = HuggingFaceFolder.Parse(config, HuggingFaceFolder.ConfigName);
        return DescriptionAssembler.Assemble(Plan(parsed, FamilyTable.Of(parsed), options, options.Name ?? "model", [], []).Source);
    }

    /// <summary>Text of a description that the assembly of a result includes.</summary>
    public static string Description(string file) => DescriptionAssembler.Read(file);

    /// <summary>Values of all tensors that a configuration's model has; of tied embeddings once.</summary>
    /// <exception cref="ArchitectureException">It can't be compiled.</exception>
    public static long Parameters(ReadOnlyMemory<byte> config)
    {
        ModelConfig parsed = HuggingFaceFolder.Parse(config, HuggingFaceFolder.ConfigName);
        DecoderFamily family = FamilyTable.Of(parsed);
        return SourceCheck.Needed(Plan(parsed, family, new ArchitectureOptions(), "model", [], []).Recipes.Values, family.InputsFirst)
            .Values.Sum(static shape => shape.Aggregate(1L, static (a, b) => a * b));
    }

    private static SourceModel Open(string path) =>
        Directory.Exists(path) ? HuggingFaceFolder.Open(path)
        : File.Exists(path) ? GgufFile.Open(path)
        : throw new ArchitectureException($"{path} is neither a folder with {HuggingFaceFolder.ConfigName} nor a GGUF file");

    private static DecoderPlan Plan(
        ModelConfig config, DecoderFamily family, ArchitectureOptions options, string name, ImmutableArray<int> end, IEnumerable<string> tensors)
    {
        config.Check();
        if (end.Length > MostEnds)
        {
            throw new ArchitectureException($"eos_token_id has {end.Length} tokens; at most {MostEnds} end an answer");
        }

        return family.Plan(new PlanRequest(config, options, name, end, tensors.ToHashSet(StringComparer.Ordinal)));
    }

    /// <summary>Blocks with scales of their own have no form here: their values become f32, and are stored as the caller wants.</summary>
    private static IEnumerable<string> Requantized(ITensorSource tensors)
    {
        string[] formats = [.. tensors.Tensors.Values.Select(static t => t.Format).Where(static f => f.StartsWith('Q')).Distinct().Order(StringComparer.Ordinal)];
        return formats.Length > 0 ? [$"values in {string.Join(" and ", formats)} were widened to f32 and stored anew"] : [];
    }

    private static ImmutableArray<ModelPort> Inputs(ArchitectureOptions options)
    {
        var prompt = new ModelPort("prompt", "i32", [PortDim.Of("P")]);
        return options.AllRows ? [prompt] : [prompt, new ModelPort("limit", "i32", [PortDim.Of(1)])];
    }

    private static ImmutableArray<int> Known(ImmutableArray<int> tokens, int vocabulary) => [.. tokens.Where(t => t < vocabulary)];

    private static int? Known(int? token, int vocabulary) => token < vocabulary ? token : null;

    private static ImmutableArray<SourceFile> Files(SourceModel model, Action<string>? progress, CancellationToken stop)
    {
        var files = ImmutableArray.CreateBuilder<SourceFile>();
        foreach (string path in model.Files)
        {
            stop.ThrowIfCancellationRequested();
            progress?.Invoke($"digest of {Path.GetFileName(path)}");
            using FileStream stream = File.OpenRead(path);
            files.Add(new SourceFile(Path.GetFileName(path), new Digest(SHA256.HashData(stream))));
        }

        return files.ToImmutable();
    }
}
