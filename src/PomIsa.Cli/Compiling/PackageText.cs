using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;
using PomIsa.Shards;
using DTypes = PomIsa.Isa.DTypes;

namespace PomIsa.Cli.Compiling;

/// <summary>Compiled models in words and in JSON.</summary>
internal static class PackageText
{
    /// <summary>Inputs or outputs with their types.</summary>
    public static string Ports(IReadOnlyCollection<ModelPort> ports) =>
        ports.Count == 0 ? "none" : string.Join(", ", ports.Select(static p => $"{p.Name} {p.Type}[{string.Join(",", p.Shape)}]"));

    /// <summary>Number and size of the weights, and their manifest's root.</summary>
    public static string Weights(ModelPackage package, Module module)
    {
        if (!package.HasWeights)
        {
            return "none";
        }

        long bytes = module.Weights.Sum(WeightStorage.Bytes);
        int shards = Directory.GetFiles(package.WeightsPath, "*.shard").Length;
        string kinds = string.Join(", ", module.Weights.GroupBy(static w => w.Element).OrderBy(static g => g.Key).Select(static g => $"{g.Count()} {DTypes.NameOf(g.Key)}"));
        return string.Create(CultureInfo.InvariantCulture, $"{module.Weights.Length} ({kinds}), {bytes:N0} bytes in {shards} {(shards == 1 ? "shard" : "shards")}, root {Root(package)}");
    }

    /// <summary>The worst matrices in lines.</summary>
    public static void Quantization(WeightKind kind, IReadOnlyList<QuantizedMatrix> matrices, int most)
    {
        QuantizedMatrix[] lossy = [.. QuantizationReport.Sorted(matrices).Where(static m => m.Kind != WeightKind.F32)];
        int kept = matrices.Count - lossy.Length;
        Output.Line($"{lossy.Length} matrices in {WeightKinds.NameOf(kind)}{(kept > 0 ? $", {kept} in f32 because of their depth" : "")}; error relative to the matrix (RMS) and at most, worst first:");
        foreach (QuantizedMatrix matrix in lossy.Take(most))
        {
            Output.Line(string.Create(
                CultureInfo.InvariantCulture, $"  {matrix.Error.RelativeRms,10:P3}  {matrix.Error.Largest,10:G3}  {$"{matrix.Depth}x{matrix.Columns}",-14}{(matrix.Kind == kind ? "" : WeightKinds.NameOf(matrix.Kind) + " ")}{matrix.Name}"));
        }

        if (lossy.Length > most)
        {
            Output.Line($"  and {lossy.Length - most} more in {ModelPackage.QuantizationFile}");
        }
    }

    /// <summary>What a compiled model is.</summary>
    public static JsonObject Describe(ModelPackage package, VerifiedModule program)
    {
        JsonObject model = JsonNode.Parse(package.Description.ToJson())!.AsObject();
        model["program"] = program.Module.ProgramDigest().ToString();
        model["bounds"] = Bounds(program.Bounds);
        model["storage"] = package.HasWeights
            ? new JsonObject
            {
                ["tensors"] = program.Module.Weights.Length,
                ["bytes"] = program.Module.Weights.Sum(WeightStorage.Bytes),
                ["shards"] = Directory.GetFiles(package.WeightsPath, "*.shard").Length,
                ["root"] = Root(package).ToString(),
            }
            : null;
        return model;
    }

    /// <summary>What a run takes at most.</summary>
    public static JsonObject Bounds(Bounds bounds) => new()
    {
        ["retired"] = bounds.Retires,
        ["multiplyAdds"] = bounds.MultiplyAdds,
        ["arenaBytes"] = bounds.ArenaBytes,
        ["stateBytes"] = bounds.StateBytes,
        ["evidenceBytes"] = bounds.EvidenceBytes,
    };

    private static Digest Root(ModelPackage package)
    {
        using PublisherPublicKey publisher = PublisherPublicKey.Load(package.PublisherPath);
        return Models.CompiledFolder.OpenManifest(package, publisher).RootDigest;
    }
}
