using PomIsa.Isa;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>A compiled model that is being written, in <c>NAME.new</c> beside the place where it will be. Without <see cref="Finish"/> nothing stays.</summary>
/// <remarks>What a killed process left there is removed by the next one that writes to the same place.</remarks>
public sealed class ModelDraft : IDisposable
{
    private readonly string _target, _draft;
    private readonly FileStream _lock;
    private bool _finished;

    private ModelDraft(string target, string draft, FileStream held)
    {
        (_target, _draft, _lock) = (target, draft, held);
        Weights = new ShardWeights(Path.Combine(draft, ModelPackage.WeightsFolder));
    }

    /// <summary>Takes the weights.</summary>
    public ShardWeights Weights { get; }

    /// <summary>See <see cref="ModelPackage.Begin"/>.</summary>
    internal static ModelDraft Begin(string folder)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target))
        {
            throw new InvalidDataException($"{folder} is a file. Name another folder with -o.");
        }

        if (Directory.Exists(target) && !ModelPackage.IsAt(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new InvalidDataException($"{folder} holds other things than a compiled model, and is not overwritten. Name another folder with -o.");
        }

        string draft = target + ".new", lockFile = draft + ".lock";
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            FolderSwap.Recover(target);
            FolderSwap.Remove(draft);
            Directory.CreateDirectory(draft);
            return new ModelDraft(target, draft, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShardStoreException)
        {
            held?.Dispose();
            throw held is null && File.Exists(lockFile)
                ? new ShardStoreException($"Another compiler is writing to {folder}. Wait for it, or name another folder with -o.", e)
                : e as ShardStoreException ?? ShardStoreException.From("write", folder, e);
        }
    }

    /// <summary>Writes what is missing, signs, and puts the folder in its place.</summary>
    /// <returns>The finished model.</returns>
    /// <exception cref="InvalidDataException">The description would not be one: a name beyond its bounds.</exception>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public ModelPackage Finish(CompiledProgram program, PackageParts parts, CancellationToken stop = default)
    {
        Weights.Close();
        stop.ThrowIfCancellationRequested();
        byte[] module = program.Module.Encode();
        byte[] description = new ModelDescription
        {
            Name = program.Name,
            Weights = parts.Weights,
            Source = parts.Source,
            Inputs = program.Inputs,
            Outputs = program.Outputs,
            Decoder = program.Decoder,
        }.ToJson();
        ModelDescription.Parse(description);
        Write(ModelDescription.FileName, description);
        Write(ModelPackage.ModuleFile, module);
        Write(ModelPackage.PublisherFile, System.Text.Encoding.ASCII.GetBytes(parts.Key.PublicKey.Pem));
        foreach ((string name, ReadOnlyMemory<byte> bytes) in parts.Tokenizer)
        {
            Write(Path.Combine(ModelPackage.TokenizerFolder, Path.GetFileName(name)), bytes.Span);
        }

        if (parts.Weights != WeightKind.F32)
        {
            Write(ModelPackage.QuantizationFile, QuantizationReport.Json(parts.Quantized));
        }

        Digest? root = null;
        if (Weights.Entries.Count > 0)
        {
            root = ManifestWriter.Sign(Path.Combine(_draft, ModelPackage.WeightsFolder), program.Name, parts.Key).RootDigest;
        }
        else
        {
            FolderSwap.Remove(Path.Combine(_draft, ModelPackage.WeightsFolder));
        }

        byte[] statement = Provenance.Statement(parts.Source, parts.Weights, parts.Parameters, module, description, root);
        Write(ModelPackage.ProvenanceFile, Provenance.Sign(statement, parts.Key));
        stop.ThrowIfCancellationRequested();
        ShardFile.Try(_target, () => FolderSwap.Put(_draft, _target));
        _finished = true;
        return ModelPackage.Open(_target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        if (!_finished)
        {
            FolderSwap.Remove(_draft);
        }

        _lock.Dispose();
    }

    private void Write(string name, ReadOnlySpan<byte> bytes) => StoredFile.Write(Path.Combine(_draft, name), bytes);
}
