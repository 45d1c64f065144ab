using System.Diagnostics;
using PomIsa.Shards;

namespace PomIsa.Identity.Workload;

/// <summary>The whole workload.</summary>
internal static class Parts
{
    /// <summary>Element types of the synthetic decoder's matrices.</summary>
    public static IReadOnlyList<string> Elements { get; } = ["f32", "f16", "bf16", "w8", "w4"];

    public static IReadOnlyList<PartResult> Run(Conditions conditions)
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-identity-").FullName;
        try
        {
            using ShardStore store = ShardStore.Open(Path.Combine(folder, "store"));
            List<PartResult> results =
            [
                Time("kernels", static () => (PomIsa.Kernels.Probe.Workload.Run(), 0)),
                Time("elementary", static () => (ElementaryPart.Run(), 0)),
                Time("vectors", () => VectorsPart.Run(conditions)),
                Time("control", () => ControlPart.Run(conditions)),
                Time("govsum.f32", () => GovsumPart.Run("f32", store, conditions)),
                Time("govsum.w8", () => GovsumPart.Run("w8", store, conditions)),
            ];
            foreach (string element in Elements)
            {
                var decoder = new SyntheticDecoder(Directory.CreateDirectory(Path.Combine(folder, element)).FullName, element);
                results.Add(Time($"records.{element}", () => DecoderPart.Records(decoder, store, conditions)));
                results.Add(Time($"rows.{element}", () => DecoderPart.Rows(decoder, store, conditions)));
            }

            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PartResult Time(string name, Func<(string Digest, ulong Retires)> run)
    {
        long start = Stopwatch.GetTimestamp();
        (string digest, ulong retires) = run();
        return new PartResult(name, digest, retires, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
