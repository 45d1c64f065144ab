using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Bench.Runs;
using PomIsa.Cli.Models;
using PomIsa.Machine;
using PomIsa.OnnxModels;
using PomIsa.OnnxModels.Llama;

namespace PomIsa.Benchmarks.Exports;

/// <summary>An ONNX file of a decoder, written once, and what is asked of it.</summary>
internal sealed record ExportedDecoder(string Name, string Style, string Folder, int Vocabulary, int Context, ImmutableArray<Workload> Prefills)
{
    /// <summary>What the command line can name.</summary>
    public static ImmutableArray<string> Names { get; } = ["135M", "govsum"];

    public string ModelPath => Path.Combine(Folder, ExportedModels.ModelName);

    /// <summary>The compiled model.</summary>
    public string PackagePath => Path.Combine(Folder, "out");

    /// <summary>The store that its weights are imported into.</summary>
    public string StorePath => Path.Combine(Folder, "store");

    /// <summary>Longest prompt that is measured.</summary>
    public int LongestPrompt => Prefills.Max(static p => p.PromptTokens);

    /// <summary>The decoder's file, written now if it is not there.</summary>
    public static ExportedDecoder Open(string name, string style, string cache, IProgress<string> progress)
    {
        string folder = Path.Combine(cache, $"onnx-{name}-{style}.1"), draft = folder + ".new";
        LlamaShape shape = LlamaShape.Smol135M;
        if (!Directory.Exists(folder))
        {
            progress.Report($"{name}: writing {style}");
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }

            if (name == "govsum")
            {
                WriteGovsum(draft, style, progress);
            }
            else
            {
                RequireSpace(cache);
                ExportedModels.WriteLlama(draft, style, LlamaWeights.Random(shape));
            }

            Directory.Move(draft, folder);
        }

        return name == "govsum"
            ? new ExportedDecoder(name, style, folder, 1024, 512, [Workload.Prefill(128), Workload.Prefill(384)])
            : new ExportedDecoder(name, style, folder, shape.Vocabulary, shape.Context, [Workload.Prefill(128), Workload.Prefill(512)]);
    }

    /// <summary>Token ids with no meaning, the same each time.</summary>
    public ImmutableArray<int> Prompt(int tokens) => [.. Enumerable.Range(0, tokens).Select(i => (int)(((i * 7919L) + 1013) % Vocabulary))];

    private static void WriteGovsum(string folder, string style, IProgress<string> progress)
    {
        string scratch = Directory.CreateTempSubdirectory("pomisa-export-").FullName;
        try
        {
            ModelFolder model = ModelFolder.FindExample();
            var data = new DataFolder(new DirectoryInfo(scratch));
            data.Create();
            using BoundProgram program = model.Open("f32", data);
            ExportedModels.WriteLlama(folder, style, GovsumExport.Weights(model, program));
            progress.Report($"govsum: the file beside the example's own program: {GovsumExport.Compare(model, program, Path.Combine(folder, ExportedModels.ModelName))}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void RequireSpace(string cache)
    {
        const long Needed = 3L << 30; // the file, the compiled model, the store
        long free = new DriveInfo(cache).AvailableFreeSpace;
        if (free < Needed)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The 135M decoder takes {Needed >> 20} MiB in all and {cache} has {free >> 20} MiB free."));
        }
    }
}
