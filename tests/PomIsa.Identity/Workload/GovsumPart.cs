using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Identity.Workload;

/// <summary>The published model on fixed prompts: its records, then the rows of logits, response and states of the same runs without evidence.</summary>
internal static class GovsumPart
{
    public static (string Digest, ulong Retires) Run(string track, ShardStore store, Conditions conditions)
    {
        string folder = Path.Combine(conditions.Root, "examples", "govsum");
        using BoundProgram program = Open(folder, track, store);
        int vocabulary = program.Module.Weights.First(static w => w.Name == "embed").Shape[1];
        ulong retires = 0;
        using var hash = new RecordHash();
        foreach (ImmutableArray<int> prompt in Prompts(conditions.Root).Take(conditions.Size.Prompts))
        {
            var request = new RunRequest { Prompt = prompt };
            retires += Execution.Run(program, request, hash, conditions);
            (string rows, ulong plain) = Watcher.Run(program, request, vocabulary, -1, conditions);
            hash.Add(Convert.FromHexString(rows));
            retires += plain;
        }

        return (hash.Finish(), retires);
    }

    private static BoundProgram Open(string folder, string track, ShardStore store)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, $"govsum.{track}.pisab"));
        if (!Module.TryDecode(bytes, out Module module, out Fault malformed))
        {
            throw new InvalidDataException(FaultText.Describe(malformed, null));
        }

        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            throw new InvalidDataException(string.Join('\n', faults));
        }

        using PublisherPublicKey publisher = PublisherPublicKey.Load(Path.Combine(folder, "publisher.pub"));
        return Weights.Bind(verified, Path.Combine(folder, "weights", track), publisher, store);
    }

    /// <summary>Token ids, a prompt a line; lines that begin with # say what they spell.</summary>
    private static IEnumerable<ImmutableArray<int>> Prompts(string root) =>
        File.ReadLines(Path.Combine(root, "tests", "PomIsa.Identity", "govsum.prompts"))
            .Where(static line => line.Length > 0 && line[0] != '#')
            .Select(static line => line.Split(' ').Select(static id => int.Parse(id, CultureInfo.InvariantCulture)).ToImmutableArray());
}

/// <summary>Weights by the way that every run takes: signature, store, digests.</summary>
internal static class Weights
{
    public static BoundProgram Bind(VerifiedModule program, string folder, PublisherPublicKey publisher, ShardStore store)
    {
        if (!WeightSet.TryImport(folder, publisher, store, null, out ImportReport? report, out ShardFault fault)
            || !WeightSet.TryLoad(store, report.Manifest, out WeightSet? set, out fault))
        {
            throw new InvalidDataException(fault.Describe());
        }

        if (BoundProgram.TryBind(program, set, out BoundProgram? bound, out MachineFault refused))
        {
            return bound;
        }

        set.Dispose();
        throw new InvalidDataException(refused.Describe(program.Module));
    }
}
