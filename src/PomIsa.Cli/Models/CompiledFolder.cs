using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Packaging.Models;
using PomIsa.Shards;

namespace PomIsa.Cli.Models;

/// <summary>Compiled models as programs that can run.</summary>
internal static class CompiledFolder
{
    /// <summary>The verified program, with its weights checked and loaded by way of the data folder's store.</summary>
    public static BoundProgram Bind(ModelPackage model, DataFolder data, IProgress<string>? progress = null, CancellationToken stop = default)
    {
        VerifiedModule program = ModuleFile.Load(model.ModulePath);
        if (!model.HasWeights)
        {
            return BoundProgram.TryBind(program, null, out BoundProgram? bare, out MachineFault fault)
                ? bare
                : throw CliException.Refused($"{fault.Describe(program.Module)} Compile the model again.");
        }

        using PublisherPublicKey publisher = PublisherPublicKey.Load(model.PublisherPath);
        Manifest manifest = OpenManifest(model, publisher);
        using ShardStore store = data.OpenStoreOf(manifest.RootDigest);
        if (store.FindManifest(manifest.RootDigest) is null
            && !WeightSet.TryImport(model.WeightsPath, publisher, store, new Steps(progress, stop), out _, out ShardFault refused))
        {
            throw CliException.Refused(refused.Describe());
        }

        progress?.Report($"loading {manifest.TotalLength >> 20} MiB");
        return ModelFolder.Bind(program, store, manifest, publisher);
    }

    /// <summary>The signed manifest of a model's weights; its signature must be the publisher's.</summary>
    public static Manifest OpenManifest(ModelPackage model, PublisherPublicKey publisher) =>
        new FileInfo(model.ManifestPath).Length > Manifest.MaxBundleLength ? throw CliException.Refused($"{model.ManifestPath} is longer than a manifest can be.")
        : Manifest.TryOpen(File.ReadAllBytes(model.ManifestPath), publisher, out Manifest? manifest, out ShardFault fault) ? manifest
        : throw CliException.Refused(fault.Describe());

    private sealed class Steps(IProgress<string>? progress, CancellationToken stop) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            stop.ThrowIfCancellationRequested();
            progress?.Report($"bringing weights into the store, {value.BytesDone >> 20} of {value.BytesTotal >> 20} MiB");
        }
    }
}
