using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Bench.Runs;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Packaging.Models;
using PomIsa.Shards;

namespace PomIsa.Benchmarks.Exports;

/// <summary>A decoder's ONNX file as the command line compiles it, and its program ready to run.</summary>
internal static class CompiledExport
{
    /// <summary>Seconds that <c>pomisa compile</c> takes as a process of its own, and the most memory it had.</summary>
    public static double Compile(ExportedDecoder decoder, CancellationToken stop)
    {
        foreach (string old in (string[])[decoder.PackagePath, decoder.StorePath])
        {
            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }

        long start = Stopwatch.GetTimestamp();
        ChildProcess.Run(["compile", decoder.ModelPath, "-o", decoder.PackagePath], stop);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Puts the weights into a store, where runs read them from.</summary>
    public static void Import(ExportedDecoder decoder)
    {
        ModelPackage package = ModelPackage.Open(decoder.PackagePath);
        using PublisherPublicKey publisher = PublisherPublicKey.Load(package.PublisherPath);
        using ShardStore store = ShardStore.Open(decoder.StorePath);
        if (!WeightSet.TryImport(package.WeightsPath, publisher, store, null, out _, out ShardFault fault))
        {
            throw new InvalidDataException(fault.Describe());
        }
    }

    /// <summary>Program and weights as a run needs them: signature and every chunk checked, every tensor compared with the program's digest.</summary>
    public static BoundProgram Load(string packageFolder, string storeFolder)
    {
        ModelPackage package = ModelPackage.Open(packageFolder);
        if (!Module.TryDecode(File.ReadAllBytes(package.ModulePath), out Module module, out Fault fault))
        {
            throw new InvalidDataException(FaultText.Describe(fault, null));
        }

        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            throw new InvalidDataException(FaultText.Describe(faults[0], module));
        }

        using PublisherPublicKey publisher = PublisherPublicKey.Load(package.PublisherPath);
        using ShardStore store = ShardStore.Open(storeFolder);
        Digest root = store.ListManifests().Single().Root;
        if (!WeightSet.TryLoad(store, root, publisher, out WeightSet? weights, out ShardFault shard))
        {
            throw new InvalidDataException(shard.Describe());
        }

        if (BoundProgram.TryBind(verified, weights, out BoundProgram? bound, out MachineFault refused))
        {
            return bound;
        }

        weights.Dispose();
        throw new InvalidDataException(refused.Describe(module));
    }
}
