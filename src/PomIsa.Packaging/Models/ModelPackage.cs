using System.Diagnostics.CodeAnalysis;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>A compiled model's folder (spec/models.md).</summary>
public sealed class ModelPackage
{
    public const string ModuleFile = "model.pisab";
    public const string WeightsFolder = "weights";
    public const string PublisherFile = "publisher.pub";
    public const string ProvenanceFile = "provenance.intoto.jsonl";
    public const string TokenizerFolder = "tokenizer";
    public const string QuantizationFile = "quantization.json";

    private const long LongestDescription = 4 << 20;

    private ModelPackage(string folder, ModelDescription description) => (Folder, Description) = (folder, description);

    /// <summary>Where it lies, in full.</summary>
    public string Folder { get; }

    public ModelDescription Description { get; }

    public string ModulePath => Path.Combine(Folder, ModuleFile);

    /// <summary>Folder of the shards and their manifest; not there for a program without weights.</summary>
    public string WeightsPath => Path.Combine(Folder, WeightsFolder);

    public string ManifestPath => Path.Combine(WeightsPath, Manifest.FileName);

    public string PublisherPath => Path.Combine(Folder, PublisherFile);

    public string ProvenancePath => Path.Combine(Folder, ProvenanceFile);

    /// <summary>Folder of the tokenizer's files; not there where the source had none.</summary>
    public string TokenizerPath => Path.Combine(Folder, TokenizerFolder);

    public string QuantizationPath => Path.Combine(Folder, QuantizationFile);

    /// <summary>Whether the model's weights lie in shards.</summary>
    public bool HasWeights => File.Exists(ManifestPath);

    /// <summary>Whether a folder says that it is a compiled model.</summary>
    public static bool IsAt(string folder) => File.Exists(Path.Combine(folder, ModelDescription.FileName));

    /// <summary>Reads the description of a compiled model; module and weights are left for those who need them.</summary>
    /// <exception cref="InvalidDataException">The folder is none, or its description is not sound.</exception>
    public static ModelPackage Open(string folder)
    {
        string path = Path.Combine(folder, ModelDescription.FileName);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new InvalidDataException($"{folder} is no compiled model: it has no {ModelDescription.FileName}.");
        }

        ReadOnlyMemory<byte> json = file.Length <= LongestDescription ? File.ReadAllBytes(path) : throw new InvalidDataException($"{path} is longer than 4 MiB.");
        return new ModelPackage(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), ModelDescription.Parse(json));
    }

    /// <summary>Begins a compiled model beside the place where it will be; see <see cref="ModelDraft"/>.</summary>
    /// <exception cref="InvalidDataException">Something else is there, which is not overwritten.</exception>
    /// <exception cref="ShardStoreException">The file system refused, or another compiler writes there.</exception>
    public static ModelDraft Begin(string folder) => ModelDraft.Begin(folder);

    /// <summary>Opens a folder if it is a compiled model.</summary>
    /// <exception cref="InvalidDataException">It says so, and its description is not sound.</exception>
    public static bool TryOpen(string folder, [NotNullWhen(true)] out ModelPackage? model)
    {
        model = IsAt(folder) ? Open(folder) : null;
        return model is not null;
    }
}
