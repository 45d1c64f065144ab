using PomIsa.Kernels;
using PomIsa.Shards;
using PomIsa.Training.Evaluation;
using PomIsa.Training.Model;
using PomIsa.Training.Recipe;

namespace PomIsa.Training.Tests.Evaluation;

public sealed class WeightExportTests : IDisposable
{
    private static readonly DecoderShape Shape = new(Vocabulary: 48, Dim: 32, Layers: 3, Heads: 2, KvHeads: 1, Ffn: 64, Context: 24);
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Exported_shards_load_with_the_layouts_that_kernels_read()
    {
        TrainedWeights weights = Weights();
        using var key = PublisherKey.Create();
        (Manifest f32, Manifest w8) = WeightExport.Write(weights, _folder, "tiny", key);
        Assert.Equal("tiny-f32", f32.Name);
        Assert.Equal("tiny-w8", w8.Name);
        using ShardStore store = ShardStore.Open(Path.Combine(_folder, "store"));
        using WeightSet floats = Load(store, "f32", key), bytes = Load(store, "w8", key);
        foreach (NamedWeight weight in weights.Shared().Concat(Enumerable.Range(0, Shape.Layers).SelectMany(weights.Layer)))
        {
            bool matrix = weight.Columns > 0 && !weight.Name.StartsWith("rope.", StringComparison.Ordinal);
            Assert.True(floats.TryGetTensor(weight.Name, out TensorInfo? info, out ReadOnlySpan<byte> stored));
            Assert.True(bytes.TryGetTensor(weight.Name, out TensorInfo? small, out ReadOnlySpan<byte> packed));
            if (!matrix)
            {
                Assert.Equal(TensorData.F32("x", [weight.Values.Length], weight.Values).Bytes.ToArray(), stored.ToArray());
                Assert.Equal(stored.ToArray(), packed.ToArray());
                continue;
            }

            Assert.Equal([weight.Columns / 16, weight.Rows, 16], info.Shape.ToArray());
            Assert.Equal([weight.Columns / 16, weight.Rows / 4, 16, 4], small.Shape.ToArray());
            var rows = new float[weight.Values.Length];
            Panels.Unpack(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stored), weight.Rows, weight.Columns, rows);
            Assert.Equal(weight.Values, rows);
            Assert.True(bytes.TryGetTensor(weight.Name + ".scale", out TensorInfo? scale, out ReadOnlySpan<byte> scales));
            Assert.Equal([weight.Columns], scale.Shape.ToArray());
            var q = new sbyte[weight.Values.Length];
            Panels.Unpack(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(packed), weight.Rows, weight.Columns, q);
            var expected = new sbyte[q.Length];
            var expectedScales = new float[weight.Columns];
            Quantize.Columns(weight.Values, weight.Rows, weight.Columns, expected, expectedScales);
            Assert.Equal(expected, q);
            Assert.Equal(TensorData.F32("x", [weight.Columns], expectedScales).Bytes.ToArray(), scales.ToArray());
        }
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes_whoever_signs()
    {
        using PublisherKey one = PublisherKey.Create(), other = PublisherKey.Create();
        (Manifest f32, Manifest w8) = WeightExport.Write(Weights(), Path.Combine(_folder, "a"), "tiny", one);
        (Manifest again, Manifest small) = WeightExport.Write(Weights(), Path.Combine(_folder, "b"), "tiny", other);
        Assert.Equal(f32.RootDigest, again.RootDigest);
        Assert.Equal(w8.RootDigest, small.RootDigest);
        Assert.Equal([.. WeightExport.ShardNames.Order(), WeightTree.FileName], w8.Files.Select(f => f.Path));
    }

    private WeightSet Load(ShardStore store, string track, PublisherKey key)
    {
        Assert.True(WeightSet.TryImport(Path.Combine(_folder, track), key.PublicKey, store, null, out ImportReport? report, out ShardFault fault), fault.Where);
        Assert.True(WeightSet.TryLoad(store, report.Manifest, out WeightSet? weights, out fault), fault.Where);
        return weights;
    }

    private static TrainedWeights Weights()
    {
        var random = new Corpus.SeededRandom(5, 5);
        var parameters = new float[Shape.Parameters];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = random.NextNormal();
        }

        return new TrainedWeights(Shape, parameters);
    }
}
