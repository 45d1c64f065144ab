using PomIsa.Kernels;
using PomIsa.Shards;
using PomIsa.Training.Recipe;

namespace PomIsa.Training.Evaluation;

/// <summary>Writes a trained model as the machine reads it: three signed shards, once in f32 and once in w8.</summary>
/// <remarks>The same weights always give the same shard bytes; only the manifest's signature differs.</remarks>
public static class WeightExport
{
    /// <summary>The shards of a model, in the order in which a step needs them.</summary>
    public static IReadOnlyList<string> ShardNames { get; } = ["embed.shard", "lower.shard", "upper.shard"];

    /// <summary>Writes <c>f32</c> and <c>w8</c> below <paramref name="folder"/> and signs them as <paramref name="name"/>-f32 and -w8.</summary>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static (Manifest F32, Manifest W8) Write(TrainedWeights weights, string folder, string name, PublisherKey key) =>
        (Write(weights, folder, name, "f32", key, F32), Write(weights, folder, name, "w8", key, W8));

    private static Manifest Write(
        TrainedWeights weights, string parent, string name, string track, PublisherKey key, Func<NamedWeight, IEnumerable<TensorData>> form)
    {
        string folder = Path.Combine(parent, track);
        int half = weights.Shape.Layers / 2;
        IEnumerable<NamedWeight>[] parts =
        [
            weights.Shared(),
            Enumerable.Range(0, half).SelectMany(weights.Layer),
            Enumerable.Range(half, weights.Shape.Layers - half).SelectMany(weights.Layer),
        ];
        for (int i = 0; i < parts.Length; i++)
        {
            TensorFile.Write(Path.Combine(folder, ShardNames[i]), [.. parts[i].SelectMany(form)]);
        }

        return ManifestWriter.Sign(folder, $"{name}-{track}", key);
    }

    private static IEnumerable<TensorData> F32(NamedWeight weight)
    {
        if (!IsMatrix(weight))
        {
            return [Rows(weight)];
        }

        var panels = new float[Panels.Length(weight.Rows, weight.Columns)];
        Panels.Pack(weight.Values, weight.Rows, weight.Columns, panels);
        return [TensorData.F32(weight.Name, [Panels.Count(weight.Columns), weight.Rows, 16], panels)];
    }

    private static IEnumerable<TensorData> W8(NamedWeight weight)
    {
        if (!IsMatrix(weight))
        {
            return [Rows(weight)];
        }

        var values = new sbyte[weight.Values.Length];
        var scales = new float[weight.Columns];
        Quantize.Columns(weight.Values, weight.Rows, weight.Columns, values, scales);
        var panels = new sbyte[Panels.Length(weight.Rows, weight.Columns)];
        Panels.Pack(values, weight.Rows, weight.Columns, panels);
        return
        [
            TensorData.I8(weight.Name, [Panels.Count(weight.Columns), weight.Rows / 4, 16, 4], panels),
            TensorData.F32(weight.Name + ".scale", [weight.Columns], scales),
        ];
    }

    private static TensorData Rows(NamedWeight weight) =>
        TensorData.F32(weight.Name, weight.Columns == 0 ? [weight.Rows] : [weight.Rows, weight.Columns], weight.Values);

    private static bool IsMatrix(NamedWeight weight) =>
        weight.Columns > 0 && !weight.Name.StartsWith("rope.", StringComparison.Ordinal);
}
