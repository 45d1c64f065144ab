using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Shards;

namespace PomIsa.Bench.Decoders;

/// <summary>A folder with the decoders that were made before: each is written once, whole or not at all.</summary>
/// <param name="folder">Where; made where it is missing.</param>
public sealed class DecoderCache(string folder)
{
    /// <summary>Goes up whenever the same size and kind would be made of other bytes.</summary>
    private const int Edition = 1;

    private const long ShardBytes = 256L << 20;

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Bytes that making a decoder takes for a while: its shards, and the store that they go into.</summary>
    public static long BytesNeeded(DecoderSize size, WeightKind kind) => (2 * kind.Bytes(size)) + (64L << 20);

    /// <summary>The decoder, made now if it is not there.</summary>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="ShardStoreException">There is not enough room, or the file system refused.</exception>
    public CachedDecoder Open(DecoderSize size, WeightKind kind, IProgress<string> progress, CancellationToken stop)
    {
        string path = Path.Combine(Folder, $"{size.Name}-{kind.Name}.{Edition}");
        if (CachedDecoder.TryOpen(path, size, kind, out CachedDecoder? found))
        {
            return found;
        }

        RequireSpace(size, kind);
        string draft = path + ".new";
        Remove(draft);
        Remove(path);
        Directory.CreateDirectory(draft);
        try
        {
            Make(draft, size, kind, progress, stop);
            Directory.Move(draft, path);
        }
        finally
        {
            Remove(draft);
        }

        return CachedDecoder.TryOpen(path, size, kind, out found)
            ? found
            : throw new ShardStoreException($"{path} was written and can't be read back.");
    }

    private static void Make(string folder, DecoderSize size, WeightKind kind, IProgress<string> progress, CancellationToken stop)
    {
        string shards = Path.Combine(folder, "shards");
        ImmutableSortedDictionary<string, Digest> digests = WriteShards(shards, size, kind, progress, stop);
        progress.Report($"{size.Name} {kind.Name}: signing");
        using PublisherKey key = PublisherKey.Create();
        File.WriteAllText(Path.Combine(folder, CachedDecoder.PublisherFile), key.PublicKey.Pem);
        Manifest manifest = ManifestWriter.Sign(shards, $"synthetic-{size.Name}-{kind.Name}", key);
        using (ShardStore store = ShardStore.Open(Path.Combine(folder, CachedDecoder.StoreFolder)))
        {
            var importing = new ImportNotes(progress, $"{size.Name} {kind.Name}: into the store", stop);
            if (!WeightSet.TryImport(shards, key.PublicKey, store, importing, out _, out ShardFault fault))
            {
                throw new ShardStoreException(fault.Describe());
            }
        }

        Remove(shards); // the store holds every byte of them
        CachedDecoder.Describe(folder, manifest.RootDigest, digests);
    }

    private static ImmutableSortedDictionary<string, Digest> WriteShards(
        string folder, DecoderSize size, WeightKind kind, IProgress<string> progress, CancellationToken stop)
    {
        var digests = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        var shard = new List<TensorData>();
        int written = 0;
        long done = 0, all = kind.Bytes(size);
        void Close()
        {
            TensorFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{written++:D2}.shard")), shard);
            done += shard.Sum(static t => (long)t.Bytes.Length);
            shard.Clear();
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{size.Name} {kind.Name}: random weights, {done >> 20} of {all >> 20} MiB"));
        }

        void Add(IReadOnlyList<TensorData> parts)
        {
            stop.ThrowIfCancellationRequested();
            if (shard.Count > 0 && shard.Sum(static t => (long)t.Bytes.Length) + parts.Sum(static t => (long)t.Bytes.Length) > ShardBytes)
            {
                Close();
            }

            shard.AddRange(parts);
        }

        foreach (TensorData table in TensorForm.Rotary(DecoderSource.RotaryPositions, size.HeadDim / 2))
        {
            digests[table.Name] = DigestOf([table]);
            Add([table]);
        }

        foreach (DecoderTensor tensor in size.Tensors)
        {
            IReadOnlyList<TensorData> parts = TensorForm.Make(tensor, kind);
            digests[tensor.Name] = DigestOf(parts);
            Add(parts);
        }

        Close();
        return digests.ToImmutable();
    }

    /// <summary>What a program is bound to: the bytes of all parts, one after the other.</summary>
    private static Digest DigestOf(IReadOnlyList<TensorData> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TensorData part in parts)
        {
            hash.AppendData(part.Bytes.Span);
        }

        return new Digest(hash.GetHashAndReset());
    }

    private void RequireSpace(DecoderSize size, WeightKind kind)
    {
        long needed = BytesNeeded(size, kind), free = new DriveInfo(Folder).AvailableFreeSpace;
        if (free < needed)
        {
            throw new ShardStoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"The decoder {size.Name} in {kind.Name} takes {needed >> 20} MiB while it is made, and {Folder} has {free >> 20} MiB free. Choose another --cache, or fewer --sizes."));
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class ImportNotes(IProgress<string> progress, string what, CancellationToken stop) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            stop.ThrowIfCancellationRequested();
            if (value.ChunksDone % 64 != 0)
            {
                return;
            }

            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{what}, {value.BytesDone >> 20} of {value.BytesTotal >> 20} MiB"));
        }
    }
}
