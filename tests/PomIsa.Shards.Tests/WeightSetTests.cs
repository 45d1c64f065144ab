using System.Runtime.InteropServices;

namespace PomIsa.Shards.Tests;

public sealed class WeightSetTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private string Shard(string name) => Path.Combine(_scratch.Model, name + ".shard");

    [Fact]
    public unsafe void Imported_weights_load_bit_for_bit_and_aligned()
    {
        Manifest manifest = _scratch.WriteModel(seed: 1);
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            var progress = new List<ImportProgress>();
            Assert.True(WeightSet.TryImport(_scratch.Model, _scratch.Key.PublicKey, store, new Listed(progress), out ImportReport? report, out _));
            Assert.Equal(manifest.Resources.Length, report.ChunksWritten);
            Assert.Equal(9, report.Tensors);
            Assert.Equal(manifest.TotalLength, progress[^1].BytesDone);
            Assert.Equal(manifest.Resources.Length, progress.Count);
        }

        Directory.Delete(_scratch.Model, recursive: true);
        using ShardStore again = ShardStore.Open(_scratch.Store);
        ManifestEntry entry = Assert.Single(again.ListManifests());
        Assert.Equal(("govsum", manifest.RootDigest, 4, manifest.TotalLength, 9), (entry.Name, entry.Root, entry.Files, entry.Bytes, entry.Tensors));
        Assert.True(WeightSet.TryLoad(again, manifest.RootDigest, _scratch.Key.PublicKey, out WeightSet? weights, out ShardFault fault), fault.Describe());
        using (weights)
        {
            Assert.Equal(9, weights.Tensors.Length);
            Assert.True(weights.TryGetTensor("embed.w", out TensorInfo? info, out ReadOnlySpan<byte> bytes));
            Assert.Equal<long>([8, 256, 16], info.Shape);
            Assert.True(MemoryMarshal.AsBytes<float>(Scratch.Floats(2, 128 * 256)).SequenceEqual(bytes));
            Assert.True(weights.TryGetTensor("head.q", out _, out ReadOnlySpan<byte> quantized));
            Assert.True(MemoryMarshal.AsBytes<sbyte>(Scratch.Bytes(4, 128 * 256)).SequenceEqual(quantized));
            foreach (TensorInfo tensor in weights.Tensors)
            {
                Assert.True(weights.TryGetPointer(tensor.Name, out _, out byte* start));
                Assert.Equal(0, (long)start % 64);
            }

            Assert.False(weights.TryGetTensor("nothing", out _, out _));
        }

        Assert.Throws<ObjectDisposedException>(() => weights.TryGetTensor("embed.w", out _, out _));
    }

    [Fact]
    public void Importing_again_writes_nothing()
    {
        Manifest manifest = _scratch.WriteModel();
        using ShardStore store = ShardStore.Open(_scratch.Store);
        _scratch.Import(store);
        ImportReport second = _scratch.Import(store);
        Assert.Equal((0, manifest.Resources.Length), (second.ChunksWritten, second.ChunksPresent));
    }

    [Fact]
    public void Two_models_share_their_equal_chunks_and_each_loads()
    {
        Manifest first = _scratch.WriteModel(seed: 1);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        _scratch.Import(store);
        TensorFile.Write(Shard("head"), [TensorData.I8("head.w", [3], [1, 2, 3])]);
        Manifest second = ManifestWriter.Sign(_scratch.Model, "other", _scratch.Key, 16 * 1024);
        Assert.Equal(2, _scratch.Import(store).ChunksWritten);
        Assert.Equal(2, store.ListManifests().Length);
        foreach (Digest root in new[] { first.RootDigest, second.RootDigest })
        {
            Assert.True(WeightSet.TryLoad(store, root, _scratch.Key.PublicKey, out WeightSet? weights, out _));
            weights.Dispose();
        }
    }

    [Fact]
    public void A_byte_changed_in_a_file_is_found_with_its_file_and_range()
    {
        _scratch.WriteModel();
        Scratch.Flip(Shard("layers"), 40_000);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        ShardFault fault = _scratch.Refusal(store);
        Assert.Equal(ShardFaultCode.ChunkMismatch, fault.Code);
        Assert.StartsWith("layers.shard, bytes 32768 to 49152, ", fault.Where, StringComparison.Ordinal);
        Assert.Empty(store.ListManifests());
    }

    [Fact]
    public void A_byte_changed_in_a_header_is_found_as_a_changed_chunk()
    {
        _scratch.WriteModel();
        Scratch.Flip(Shard("layers"), 3);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Equal(ShardFaultCode.ChunkMismatch, _scratch.Refusal(store).Code);
    }

    [Fact]
    public void A_missing_an_extra_a_short_or_a_linked_file_is_refused_by_name()
    {
        _scratch.WriteModel();
        using ShardStore store = ShardStore.Open(_scratch.Store);
        string extra = Path.Combine(_scratch.Model, "extra.shard");
        File.WriteAllText(extra, "x");
        Assert.Equal(new ShardFault(ShardFaultCode.FileUnlisted, "extra.shard"), _scratch.Refusal(store));
        File.Delete(extra);

        File.Move(Shard("head"), Path.Combine(_scratch.Root, "head"));
        Assert.Equal(new ShardFault(ShardFaultCode.FileMissing, "head.shard"), _scratch.Refusal(store));
        File.CreateSymbolicLink(Shard("head"), Path.Combine(_scratch.Root, "head"));
        Assert.Equal(new ShardFault(ShardFaultCode.FileIsLink, "head.shard"), _scratch.Refusal(store));
        File.Delete(Shard("head"));
        File.Move(Path.Combine(_scratch.Root, "head"), Shard("head"));

        using (FileStream file = File.OpenWrite(Shard("embed")))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Equal(ShardFaultCode.FileLength, _scratch.Refusal(store).Code);
        File.Delete(Path.Combine(_scratch.Model, Manifest.FileName));
        Assert.Equal(ShardFaultCode.ManifestMissing, _scratch.Refusal(store).Code);
        Assert.Empty(store.List());
    }

    [Fact]
    public void Weights_signed_by_another_key_are_neither_imported_nor_loaded()
    {
        Manifest manifest = _scratch.WriteModel();
        using PublisherKey other = PublisherKey.Create();
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Equal(ShardFaultCode.WrongKey, _scratch.Refusal(store, other.PublicKey).Code);
        _scratch.Import(store);
        Assert.False(WeightSet.TryLoad(store, manifest.RootDigest, other.PublicKey, out _, out ShardFault fault));
        Assert.Equal(ShardFaultCode.WrongKey, fault.Code);
    }

    [Fact]
    public void A_manifest_of_another_model_in_the_list_is_found()
    {
        Manifest first = _scratch.WriteModel(seed: 1);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        _scratch.Import(store);
        Manifest second = _scratch.WriteModel(seed: 50, name: "other");
        _scratch.Import(store);

        // The first model's entry is made to point at the second one's bundle.
        string path = Path.Combine(_scratch.Store, "manifests", first.RootDigest + ".json");
        string secondBundle = store.ListManifests().Single(e => e.Root == second.RootDigest).Bundle.ToString();
        string firstBundle = store.ListManifests().Single(e => e.Root == first.RootDigest).Bundle.ToString();
        File.WriteAllText(path, File.ReadAllText(path).Replace(firstBundle, secondBundle, StringComparison.Ordinal));
        Assert.False(WeightSet.TryLoad(store, first.RootDigest, _scratch.Key.PublicKey, out _, out ShardFault fault));
        Assert.Equal(ShardFaultCode.WrongModelRoot, fault.Code);
        Assert.False(WeightSet.TryLoad(store, Digest.Of("none"u8), _scratch.Key.PublicKey, out _, out fault));
        Assert.Equal(ShardFaultCode.ManifestUnknown, fault.Code);
    }

    [Fact]
    public void A_manifest_that_the_caller_has_opened_stands_for_the_same_bundle_in_the_store_and_for_no_other()
    {
        Manifest known = _scratch.WriteModel();
        byte[] bundle = File.ReadAllBytes(Path.Combine(_scratch.Model, Manifest.FileName));
        using PublisherKey other = PublisherKey.Create();
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            Assert.False(WeightSet.TryLoad(store, known, _scratch.Key.PublicKey, out _, out ShardFault unknown));
            Assert.Equal(new ShardFault(ShardFaultCode.ManifestUnknown, known.RootDigest.ToString()), unknown);
            _scratch.Import(store);
            Manifest again = ManifestWriter.Sign(_scratch.Model, "govsum", other, 16 * 1024);
            Assert.Equal(known.RootDigest, again.RootDigest);
            Assert.True(WeightSet.TryLoad(store, known, _scratch.Key.PublicKey, out WeightSet? weights, out _));
            weights.Dispose();
            Assert.False(WeightSet.TryLoad(store, again, other.PublicKey, out _, out ShardFault fault));
            Assert.Equal(ShardFaultCode.WrongKey, fault.Code);
        }

        string log = Path.Combine(_scratch.Store, "chunks.log.0");
        Scratch.Flip(log, File.ReadAllBytes(log).AsSpan().IndexOf(bundle) + 100);
        using ShardStore damaged = ShardStore.OpenToRead(_scratch.Store);
        Assert.False(WeightSet.TryLoad(damaged, known, _scratch.Key.PublicKey, out _, out ShardFault corrupt));
        Assert.Equal(ShardFaultCode.ChunkCorrupt, corrupt.Code);
    }

    [Fact]
    public void A_chunk_that_is_missing_or_corrupt_is_named_with_file_and_range()
    {
        Manifest manifest = _scratch.WriteModel();
        byte[] embed = File.ReadAllBytes(Shard("embed"));
        using (ShardStore empty = ShardStore.Open(_scratch.Store))
        {
            Assert.False(WeightSet.TryLoad(empty, manifest, out _, out ShardFault missing));
            Assert.Equal(ShardFaultCode.ChunkMissing, missing.Code);
            Assert.StartsWith("embed.shard, bytes 0 to 16384, ", missing.Where, StringComparison.Ordinal);
            VerifyReport none = WeightSet.Verify(empty, manifest);
            Assert.Equal((manifest.Resources.Length, 0, manifest.Resources.Length, 0), (none.Chunks, none.Intact, none.Missing, none.Corrupt));
            _scratch.Import(empty);
            Assert.Equal(manifest.TotalLength, WeightSet.Verify(empty, manifest).Bytes);
        }

        string log = Path.Combine(_scratch.Store, "chunks.log.0");
        int at = File.ReadAllBytes(log).AsSpan().IndexOf(embed.AsSpan(16_384, 64));
        Scratch.Flip(log, at);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.False(WeightSet.TryLoad(store, manifest.RootDigest, _scratch.Key.PublicKey, out _, out ShardFault fault));
        Assert.Equal(ShardFaultCode.ChunkCorrupt, fault.Code);
        Assert.StartsWith("embed.shard, bytes 16384 to 32768, ", fault.Where, StringComparison.Ordinal);
        VerifyReport report = WeightSet.Verify(store, manifest);
        Assert.Equal((1, manifest.Resources.Length - 1), (report.Corrupt, report.Intact));
        Assert.Equal(fault, Assert.Single(report.Faults));

        Assert.Equal(1, _scratch.Import(store).ChunksWritten);
        Assert.True(WeightSet.Verify(store, manifest).IsWhole);
    }

    [Fact]
    public void Two_shards_with_one_tensor_name_are_refused()
    {
        _scratch.WriteModel();
        File.Copy(Shard("head"), Shard("zzz"));
        ManifestWriter.Sign(_scratch.Model, "govsum", _scratch.Key, 16 * 1024);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Equal(new ShardFault(ShardFaultCode.TensorDuplicate, "zzz.shard, head.w"), _scratch.Refusal(store));
    }

    [Fact]
    public void A_signed_file_that_is_no_tensor_file_travels_along()
    {
        _scratch.WriteModel();
        File.WriteAllText(Path.Combine(_scratch.Model, "tokenizer.json"), "{}");
        Manifest manifest = ManifestWriter.Sign(_scratch.Model, "govsum", _scratch.Key);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        _scratch.Import(store);
        Assert.True(WeightSet.TryLoad(store, manifest, out WeightSet? weights, out _));
        using (weights)
        {
            Assert.True(weights.TryGetFile("tokenizer.json", out ReadOnlySpan<byte> bytes));
            Assert.True("{}"u8.SequenceEqual(bytes));
        }
    }

    [Fact]
    public void Every_fault_has_its_own_sentence()
    {
        string[] sentences = [.. Enum.GetValues<ShardFaultCode>().Select(static c => new ShardFault(c, "here").Describe())];
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.DoesNotContain(sentences, static s => s.StartsWith("Unknown", StringComparison.Ordinal));
    }

    private sealed class Listed(List<ImportProgress> list) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => list.Add(value);
    }
}
