using System.Diagnostics.CodeAnalysis;
using PomIsa.Cli.Models;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Cli.Runs;

/// <summary>The program of a run's folder, bound to the weights that its manifest names.</summary>
internal static class RunWeights
{
    /// <summary>Loads module and weights; every signature and hash is checked.</summary>
    /// <param name="claim">Names the weights.</param>
    /// <param name="folder">Holds the module and the manifest.</param>
    /// <param name="storePath">Holds the weights.</param>
    /// <param name="program">The program.</param>
    /// <param name="why">What is missing.</param>
    public static bool TryBind(RunDescription claim, string folder, string storePath, [NotNullWhen(true)] out BoundProgram? program, out string why)
    {
        program = null;
        if (!File.Exists(RunFolder.ModulePath(folder)))
        {
            why = $"{RunFolder.ModulePath(folder)} is missing: without the program nothing can be executed.";
            return false;
        }

        if (!ModuleFile.TryLoad(RunFolder.ModulePath(folder), out VerifiedModule? verified, out why))
        {
            return false;
        }

        if (verified.Module.Weights.Length == verified.Module.Data.Length)
        {
            why = "";
            return BoundProgram.TryBind(verified, null, out program, out _);
        }

        if (!File.Exists(RunFolder.PublisherPath(folder)) || !File.Exists(RunFolder.ManifestPath(folder)))
        {
            why = "The run's folder lacks model.sig or publisher.pub, so its weights can't be told.";
            return false;
        }

        if (!Directory.Exists(storePath))
        {
            why = $"There is no store {storePath} with the weights. Name one with --store, or import the weights.";
            return false;
        }

        if (!PublisherPublicKey.TryParse(File.ReadAllText(RunFolder.PublisherPath(folder)), out PublisherPublicKey? publisher))
        {
            why = $"{RunFolder.PublisherPath(folder)} holds no P-256 public key in PEM form.";
            return false;
        }

        using PublisherPublicKey known = publisher;
        if (!Manifest.TryOpen(File.ReadAllBytes(RunFolder.ManifestPath(folder)), publisher, out Manifest? manifest, out ShardFault fault)
            || !manifest.IsFor(null, Digest.Parse(claim.Weights), out fault))
        {
            why = fault.Describe();
            return false;
        }

        using ShardStore store = ShardStore.OpenToRead(storePath);
        if (!WeightSet.TryLoad(store, manifest.RootDigest, publisher, out WeightSet? set, out fault))
        {
            why = fault.Describe();
            return false;
        }

        if (BoundProgram.TryBind(verified, set, out program, out MachineFault refused))
        {
            why = "";
            return true;
        }

        set.Dispose();
        why = refused.Describe(verified.Module);
        return false;
    }
}
