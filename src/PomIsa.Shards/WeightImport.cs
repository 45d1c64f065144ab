using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PomIsa.Shards;

/// <summary>How far an import is.</summary>
public readonly record struct ImportProgress(string File, int ChunksDone, int ChunksTotal, long BytesDone, long BytesTotal);

/// <summary>What an import did: the manifest that it checked, and how many of its chunks were new to the store.</summary>
public sealed record ImportReport(Manifest Manifest, int ChunksWritten, int ChunksPresent, long Bytes, int Tensors);

/// <summary>Brings a signed folder into a store: everything checked, all of it or none of it listed.</summary>
internal static class WeightImport
{
    // 32 MiB at the usual chunk size: what a kill may cost.
    private const int ChunksPerCommit = 32;

    public static bool TryRun(string folder, PublisherPublicKey publisher, ShardStore store, IProgress<ImportProgress>? progress, [NotNullWhen(true)] out ImportReport? report, out ShardFault fault)
    {
        report = null;
        if (!TryReadBundle(folder, out byte[] bundle, out fault)
            || !Manifest.TryOpen(bundle, publisher, out Manifest? manifest, out fault)
            || !MatchesFolder(manifest, folder, out fault)
            || !TryCountTensors(manifest, folder, out int tensors, out fault)
            || !HasItsTree(manifest, folder, out fault))
        {
            return false;
        }

        int written = 0;
        int done = 0;
        long bytes = 0;
        var buffer = new byte[manifest.ShardSize];
        foreach (ManifestFile file in manifest.Files)
        {
            using FileStream stream = OpenFile(folder, file.Path);
            foreach (ManifestResource resource in file.Chunks)
            {
                Span<byte> chunk = buffer.AsSpan(0, (int)resource.Length);
                if (ReadChunk(stream, chunk) != chunk.Length || Digest.Of(chunk) != resource.Digest)
                {
                    fault = new ShardFault(ShardFaultCode.ChunkMismatch, Range(resource));
                    return false;
                }

                written += store.Put(chunk, out _) ? 1 : 0;
                done++;
                bytes += chunk.Length;
                if (done % ChunksPerCommit == 0)
                {
                    store.Commit();
                }

                progress?.Report(new ImportProgress(file.Path, done, manifest.Resources.Length, bytes, manifest.TotalLength));
            }
        }

        store.Put(bundle, out Digest bundleDigest);
        store.Commit();
        store.AddManifest(new ManifestEntry(manifest.RootDigest, bundleDigest, manifest.Name, manifest.Files.Length, done, bytes, tensors));
        report = new ImportReport(manifest, written, done - written, bytes, tensors);
        return true;
    }

    internal static string Range(ManifestResource resource) =>
        string.Create(CultureInfo.InvariantCulture, $"{resource.Path}, bytes {resource.Start} to {resource.End}, {resource.Digest}");

    private static bool TryReadBundle(string folder, out byte[] bundle, out ShardFault fault)
    {
        string path = Path.Combine(folder, Manifest.FileName);
        bundle = [];
        fault = default;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > Manifest.MaxBundleLength)
            {
                fault = new ShardFault(ShardFaultCode.BundleMalformed, "longer than 4 MiB");
                return false;
            }

            bundle = new byte[file.Length];
            file.ReadExactly(bundle);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = new ShardFault(ShardFaultCode.ManifestMissing, path);
            return false;
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", path, e);
        }
    }

    /// <summary>Every listed file is there with its length, and nothing else is. An empty file holds nothing to sign.</summary>
    private static bool MatchesFolder(Manifest manifest, string folder, out ShardFault fault)
    {
        Dictionary<string, FolderFile> found = FolderFile.List(folder).ToDictionary(static f => f.Path, StringComparer.Ordinal);
        foreach (ManifestFile file in manifest.Files)
        {
            if (!found.Remove(file.Path, out FolderFile entry))
            {
                fault = new ShardFault(ShardFaultCode.FileMissing, file.Path);
                return false;
            }

            if (entry.IsLink)
            {
                fault = new ShardFault(ShardFaultCode.FileIsLink, file.Path);
                return false;
            }

            if (entry.Length != file.Length)
            {
                fault = new ShardFault(ShardFaultCode.FileLength, string.Create(CultureInfo.InvariantCulture, $"{file.Path} ({entry.Length} bytes, signed {file.Length})"));
                return false;
            }
        }

        foreach (FolderFile extra in found.Values.Where(static f => f.IsLink || f.Length > 0).OrderBy(static f => f.Path, StringComparer.Ordinal))
        {
            fault = new ShardFault(ShardFaultCode.FileUnlisted, extra.Path);
            return false;
        }

        fault = default;
        return true;
    }

    private static bool TryCountTensors(Manifest manifest, string folder, out int tensors, out ShardFault fault)
    {
        tensors = 0;
        fault = default;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ManifestFile file in manifest.Files.Where(static f => f.HoldsTensors))
        {
            using FileStream stream = OpenFile(folder, file.Path);
            if (!TensorFile.TryReadHeader(stream, out TensorFileHeader? header, out fault))
            {
                // Bytes that are not the signed ones explain a bad header better than the header does.
                fault = IsSigned(stream, file, out ShardFault changed) ? new ShardFault(fault.Code, $"{file.Path}, {fault.Where}") : changed;
                return false;
            }

            foreach (TensorInfo tensor in header.Tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    fault = new ShardFault(ShardFaultCode.TensorDuplicate, $"{file.Path}, {tensor.Name}");
                    return false;
                }
            }
        }

        tensors = names.Count;
        return true;
    }

    /// <summary>A tree of the weights, where there is one, is that of the tensors: who opens a block against it shows what is computed with.</summary>
    private static bool HasItsTree(Manifest manifest, string folder, out ShardFault fault)
    {
        fault = default;
        if (manifest.Files.FirstOrDefault(static f => f.Path == WeightTree.FileName) is not { } listed)
        {
            return true;
        }

        using FileStream file = OpenFile(folder, listed.Path);
        var text = new byte[Math.Min(listed.Length, 1 << 10)];
        if (ReadChunk(file, text) == listed.Length && WeightTree.TryParse(text, out WeightTree? tree)
            && WeightTree.TryMake(folder, manifest.Files.Where(static f => f.HoldsTensors).Select(static f => f.Path), out WeightTree? made, out fault) && made == tree)
        {
            return true;
        }

        // Bytes that are not the signed ones explain it better than the tree does.
        foreach (ManifestFile signed in manifest.Files.Where(static f => f.HoldsTensors || f.Path == WeightTree.FileName))
        {
            using FileStream bytes = OpenFile(folder, signed.Path);
            if (!IsSigned(bytes, signed, out fault))
            {
                return false;
            }
        }

        fault = new ShardFault(ShardFaultCode.TreeMismatch, listed.Path);
        return false;
    }

    private static bool IsSigned(FileStream stream, ManifestFile file, out ShardFault fault)
    {
        stream.Position = 0;
        foreach (ManifestResource resource in file.Chunks)
        {
            var chunk = new byte[resource.Length];
            if (ReadChunk(stream, chunk) != chunk.Length || Digest.Of(chunk) != resource.Digest)
            {
                fault = new ShardFault(ShardFaultCode.ChunkMismatch, Range(resource));
                return false;
            }
        }

        fault = default;
        return true;
    }

    private static FileStream OpenFile(string folder, string path)
    {
        try
        {
            return File.OpenRead(Path.Combine(folder, path));
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", path, e);
        }
    }

    private static int ReadChunk(FileStream stream, Span<byte> chunk)
    {
        try
        {
            return stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw ShardStoreException.From("read", stream.Name, e);
        }
    }
}
