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
        WeightSet? set = null;
        return TryLoadModule(folder, out VerifiedModule? verified, out why) && (!Needs(verified) || TryLoad(claim, folder, storePath, out set, out why)) && TryBind(verified, set, out program, out why);
    }

    /// <summary>The module, verified.</summary>
    public static bool TryLoadModule(string folder, [NotNullWhen(true)] out VerifiedModule? verified, out string why)
    {
        if (File.Exists(RunFolder.ModulePath(folder)))
        {
            return ModuleFile.TryLoad(RunFolder.ModulePath(folder), out verified, out why);
        }

        verified = null;
        why = $"{RunFolder.ModulePath(folder)} is missing: without the program nothing can be executed.";
        return false;
    }

    /// <summary>Whether a module has weights that are not inside it.</summary>
    public static bool Needs(VerifiedModule verified) => verified.Module.Weights.Length > verified.Module.Data.Length;

    /// <summary>Binds a module to its weights, or to none where it needs none.</summary>
    /// <param name="verified">The module.</param>
    /// <param name="set">Freed with the program, or now where there comes none.</param>
    /// <param name="program">The program.</param>
    /// <param name="why">Why the two don't go together.</param>
    public static bool TryBind(VerifiedModule verified, WeightSet? set, [NotNullWhen(true)] out BoundProgram? program, out string why)
    {
        why = "";
        if (BoundProgram.TryBind(verified, set, out program, out MachineFault refused))
        {
            return true;
        }

        set?.Dispose();
        why = Needs(verified) ? refused.Describe(verified.Module) : "";
        return false;
    }

    /// <summary>The weights that a run's folder names, from a store.</summary>
    /// <param name="claim">Names the weights.</param>
    /// <param name="folder">Holds the manifest.</param>
    /// <param name="storePath">Holds the weights.</param>
    /// <param name="set">The weights.</param>
    /// <param name="why">What is missing.</param>
    /// <param name="room">As for <see cref="WeightSet.TryLoad(ShardStore, Manifest, out WeightSet?, out ShardFault, IProgress{LoadProgress}?, ManualResetEventSlim?)"/>.</param>
    public static bool TryLoad(
        RunDescription claim, string folder, string storePath, [NotNullWhen(true)] out WeightSet? set, out string why, ManualResetEventSlim? room = null)
    {
        set = null;
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
        bool loaded = WeightSet.TryLoad(store, manifest, publisher, out set, out fault, room: room);
        why = loaded ? "" : fault.Describe();
        return loaded;
    }
}
