using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PomIsa.Shards;

/// <summary>What <see cref="WeightSet.Verify"/> found: every chunk was hashed, every fault is listed.</summary>
public sealed record VerifyReport(int Chunks, int Intact, int Missing, int Corrupt, long Bytes, ImmutableArray<ShardFault> Faults)
{
    /// <summary>True where every chunk is there and hashes to its digest.</summary>
    public bool IsWhole => Intact == Chunks;
}

/// <summary>How far loading has come.</summary>
/// <param name="Bytes">Bytes that are in memory and checked.</param>
/// <param name="Total">Bytes of all files.</param>
public readonly record struct LoadProgress(long Bytes, long Total);

/// <summary>A model's weights in memory: signature checked, every chunk hashed, each file 64-byte aligned.</summary>
/// <remarks>Spans and pointers are valid until <see cref="Dispose"/>.</remarks>
public sealed unsafe class WeightSet : IDisposable
{
    private readonly ImmutableArray<AlignedFile> _files;
    private readonly Dictionary<string, PlacedTensor> _tensors;
    private ImmutableArray<TensorInfo> _inOrder;
    private bool _disposed;

    private WeightSet(Manifest manifest, ImmutableArray<AlignedFile> files, Dictionary<string, PlacedTensor> tensors)
    {
        Manifest = manifest;
        _files = files;
        _tensors = tensors;
    }

    /// <summary>The manifest that these weights were checked against.</summary>
    public Manifest Manifest { get; }

    /// <summary>All tensors of all shards, by name.</summary>
    public ImmutableArray<TensorInfo> Tensors =>
        _inOrder.IsDefault ? _inOrder = [.. _tensors.Values.Select(static t => t.Info).OrderBy(static t => t.Name, StringComparer.Ordinal)] : _inOrder;

    /// <summary>Checks a signed folder and brings it into the store.</summary>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static bool TryImport(string folder, PublisherPublicKey publisher, ShardStore store, IProgress<ImportProgress>? progress, [NotNullWhen(true)] out ImportReport? report, out ShardFault fault) =>
        WeightImport.TryRun(folder, publisher, store, progress, out report, out fault);

    /// <summary>Reads an imported model's manifest from the store and checks its signature.</summary>
    public static bool TryOpenManifest(ShardStore store, Digest root, PublisherPublicKey publisher, [NotNullWhen(true)] out Manifest? manifest, out ShardFault fault) =>
        TryOpenManifest(store, root, publisher, null, out manifest, out fault);

    // Of the bundle that the caller has opened with the same key, the store's is no other where its digest is the same.
    private static bool TryOpenManifest(ShardStore store, Digest root, PublisherPublicKey publisher, Manifest? known, [NotNullWhen(true)] out Manifest? manifest, out ShardFault fault)
    {
        manifest = null;
        ManifestEntry? entry = store.FindManifest(root);
        if (entry is null)
        {
            fault = new ShardFault(ShardFaultCode.ManifestUnknown, root.ToString());
            return false;
        }

        Manifest? opened = known;
        if (!store.TryGet(entry.Bundle, out byte[] bundle, out fault)
            || (entry.Bundle != known?.BundleDigest && !Manifest.TryOpen(bundle, publisher, out opened, out fault))
            || !opened!.IsFor(null, root, out fault))
        {
            return false;
        }

        manifest = opened;
        return true;
    }

    /// <summary>Loads an imported model by its root digest.</summary>
    public static bool TryLoad(ShardStore store, Digest root, PublisherPublicKey publisher, [NotNullWhen(true)] out WeightSet? weights, out ShardFault fault, IProgress<LoadProgress>? progress = null, ManualResetEventSlim? room = null)
    {
        weights = null;
        return TryOpenManifest(store, root, publisher, out Manifest? manifest, out fault)
            && TryLoad(store, manifest, out weights, out fault, progress, room);
    }

    /// <summary>Loads the model of a manifest that was opened with the publisher's key, by the store's own bundle.</summary>
    public static bool TryLoad(
        ShardStore store, Manifest known, PublisherPublicKey publisher, [NotNullWhen(true)] out WeightSet? weights, out ShardFault fault, IProgress<LoadProgress>? progress = null, ManualResetEventSlim? room = null)
    {
        weights = null;
        return TryOpenManifest(store, known.RootDigest, publisher, known, out Manifest? manifest, out fault)
            && TryLoad(store, manifest, out weights, out fault, progress, room);
    }

    /// <summary>Loads every file of a verified manifest; chunks are read into their places and hashed there, several threads at once.</summary>
    /// <param name="progress">Told of each chunk, on any thread.</param>
    /// <param name="room">Set by who works beside the loading when it has nothing to do but wait; until then it has one processor for itself.</param>
    public static bool TryLoad(
        ShardStore store, Manifest manifest, [NotNullWhen(true)] out WeightSet? weights, out ShardFault fault, IProgress<LoadProgress>? progress = null, ManualResetEventSlim? room = null)
    {
        weights = null;
        fault = default;
        var files = ImmutableArray.CreateBuilder<AlignedFile>(manifest.Files.Length);
        var tensors = new Dictionary<string, PlacedTensor>(StringComparer.Ordinal);
        try
        {
            var chunks = new List<ChunkPlace>(manifest.Resources.Length);
            foreach (ManifestFile file in manifest.Files)
            {
                var memory = new AlignedFile(file.Path, file.Length);
                files.Add(memory);
                foreach (ManifestResource chunk in file.Chunks)
                {
                    chunks.Add(new ChunkPlace(chunk, (IntPtr)(memory.Bytes + chunk.Start)));
                }
            }

            if (!TryFill(store, [.. chunks], progress, room, out fault))
            {
                return false;
            }

            for (int i = 0; i < files.Count; i++)
            {
                if (manifest.Files[i].HoldsTensors && !TryIndex(files[i], tensors, out fault))
                {
                    return false;
                }
            }

            weights = new WeightSet(manifest, files.ToImmutable(), tensors);
            return true;
        }
        finally
        {
            if (weights is null)
            {
                foreach (AlignedFile file in files)
                {
                    file.Dispose();
                }
            }
        }
    }

    /// <summary>Hashes every chunk of the manifest in the store, and goes on after a fault.</summary>
    public static VerifyReport Verify(ShardStore store, Manifest manifest)
    {
        int intact = 0;
        int missing = 0;
        int corrupt = 0;
        long bytes = 0;
        var faults = ImmutableArray.CreateBuilder<ShardFault>();
        var buffer = new byte[ShardStore.MaxChunkLength];
        foreach (ManifestResource resource in manifest.Files.SelectMany(static f => f.Chunks))
        {
            if (TryChunk(store, resource, buffer, out ShardFault fault))
            {
                intact++;
                bytes += resource.Length;
                continue;
            }

            missing += fault.Code == ShardFaultCode.ChunkMissing ? 1 : 0;
            corrupt += fault.Code == ShardFaultCode.ChunkMissing ? 0 : 1;
            faults.Add(fault);
        }

        return new VerifyReport(manifest.Resources.Length, intact, missing, corrupt, bytes, faults.ToImmutable());
    }

    /// <summary>A tensor's description and its bytes; false where the model has no such tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has 2 GiB or more: use <see cref="TryGetPointer"/>.</exception>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? info, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryGetPointer(name, out info, out byte* start))
        {
            return false;
        }

        bytes = info.ByteLength <= int.MaxValue
            ? new ReadOnlySpan<byte>(start, (int)info.ByteLength)
            : throw new InvalidOperationException($"Tensor {name} does not fit a span.");
        return true;
    }

    /// <summary>A tensor's description and the address of its first byte.</summary>
    public bool TryGetPointer(string name, [NotNullWhen(true)] out TensorInfo? info, out byte* start)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        info = null;
        start = null;
        if (!_tensors.TryGetValue(name, out PlacedTensor? found))
        {
            return false;
        }

        info = found.Info;
        start = found.Start;
        return true;
    }

    /// <summary>The bytes of a signed file that the manifest lists, tensor file or not.</summary>
    public bool TryGetFile(string path, out ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        AlignedFile? file = _files.FirstOrDefault(f => f.Path == path);
        bytes = file is null ? default : file.Slice(0, file.Length);
        return file is not null;
    }

    /// <summary>Frees the memory. Spans and pointers from here must not be used any more.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (AlignedFile file in _files)
        {
            file.Dispose();
        }
    }

    private static bool TryFill(ShardStore store, ChunkPlace[] chunks, IProgress<LoadProgress>? progress, ManualResetEventSlim? room, out ShardFault fault)
    {
        long done = 0, all = 0;
        foreach (ChunkPlace chunk in chunks)
        {
            all += chunk.Resource.Length;
        }

        Action<long>? loaded = progress is null ? null : bytes => progress.Report(new LoadProgress(Interlocked.Add(ref done, bytes), all));
        if (store.TryGetAll(chunks, loaded, out int failed, out fault, room))
        {
            return true;
        }

        fault = new ShardFault(fault.Code, WeightImport.Range(chunks[failed].Resource));
        return false;
    }

    private static bool TryChunk(ShardStore store, ManifestResource resource, Span<byte> destination, out ShardFault fault)
    {
        bool found = store.TryGetExactly(resource.Digest, destination[..(int)resource.Length], out fault);
        if (!found)
        {
            fault = new ShardFault(fault.Code, WeightImport.Range(resource));
        }

        return found;
    }

    private static bool TryIndex(AlignedFile memory, Dictionary<string, PlacedTensor> tensors, out ShardFault fault)
    {
        using var stream = new UnmanagedMemoryStream(memory.Bytes, memory.Length);
        if (!TensorFile.TryReadHeader(stream, out TensorFileHeader? header, out fault))
        {
            fault = new ShardFault(fault.Code, $"{memory.Path}, {fault.Where}");
            return false;
        }

        foreach (TensorInfo tensor in header.Tensors)
        {
            if (!tensors.TryAdd(tensor.Name, new PlacedTensor(tensor, memory.Bytes + header.DataStart + tensor.Begin)))
            {
                fault = new ShardFault(ShardFaultCode.TensorDuplicate, $"{memory.Path}, {tensor.Name}");
                return false;
            }
        }

        return true;
    }

    private sealed class PlacedTensor(TensorInfo info, byte* start)
    {
        public readonly TensorInfo Info = info;
        public readonly byte* Start = start;
    }
}
