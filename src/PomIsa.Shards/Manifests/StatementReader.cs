using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>Parses the signed in-toto statement of a manifest. Its publisher is known, its care is not: checked in full.</summary>
internal static class StatementReader
{
    public static bool TryRead(byte[] payload, Digest bundle, [NotNullWhen(true)] out Manifest? manifest, out ShardFault fault)
    {
        manifest = null;
        return HostileJson.TryRead(payload, out JsonTree? root) ? TryStatement(root, bundle, out manifest, out fault) : Malformed("not JSON", out fault);
    }

    private static bool TryStatement(JsonTree root, Digest bundle, [NotNullWhen(true)] out Manifest? manifest, out ShardFault fault)
    {
        manifest = null;
        if (!HostileJson.TryMemberText(root, "_type", out string? type) || type != Manifest.StatementType)
        {
            return Malformed("_type", out fault);
        }

        if (!HostileJson.TryMemberText(root, "predicateType", out string? predicateType) || predicateType != Manifest.PredicateType)
        {
            fault = new ShardFault(ShardFaultCode.WrongPredicate, predicateType ?? "no predicateType");
            return false;
        }

        if (!HostileJson.TryMember(root, "subject", out JsonTree? subjects) || subjects.Kind != JsonValueKind.Array
            || subjects.Items.Count != 1
            || !HostileJson.TryMemberText(subjects.Items[0], "name", out string? name)
            || !HostileJson.TryMember(subjects.Items[0], "digest", out JsonTree? digests)
            || !HostileJson.TryMemberText(digests, "sha256", out string? rootHex) || !Digest.TryParse(rootHex, out Digest rootDigest))
        {
            return Malformed("subject", out fault);
        }

        if (!HostileJson.TryMember(root, "predicate", out JsonTree? predicate)
            || !HostileJson.TryMember(predicate, "serialization", out JsonTree? serialization)
            || !HostileJson.TryMember(predicate, "resources", out JsonTree? resources))
        {
            return Malformed("predicate", out fault);
        }

        if (!TryShardSize(serialization, out int shardSize, out fault)
            || !TryResources(resources, shardSize, out ImmutableArray<ManifestResource> list, out fault)
            || !TryFiles(list, shardSize, out ImmutableArray<ManifestFile> files, out fault))
        {
            return false;
        }

        Digest computed = Manifest.RootOf(list.AsSpan());
        if (computed != rootDigest)
        {
            fault = new ShardFault(ShardFaultCode.RootMismatch, $"it says {rootDigest}, its resources give {computed}");
            return false;
        }

        manifest = new Manifest(name, rootDigest, shardSize, list, files, bundle);
        return true;
    }

    private static bool TryShardSize(JsonTree serialization, out int shardSize, out ShardFault fault)
    {
        shardSize = 0;
        if (!HostileJson.TryMemberText(serialization, "method", out string? method) || method != "shards")
        {
            return Malformed("serialization.method is not shards", out fault);
        }

        if (!HostileJson.TryMember(serialization, "allow_symlinks", out JsonTree? links) || links.Kind != JsonValueKind.False)
        {
            return Malformed("serialization.allow_symlinks is not false", out fault);
        }

        if (!HostileJson.TryMember(serialization, "shard_size", out JsonTree? sizeElement) || !HostileJson.TryCount(sizeElement, out long size))
        {
            return Malformed("serialization.shard_size", out fault);
        }

        if (size is < 1 or > ShardStore.MaxChunkLength)
        {
            fault = new ShardFault(ShardFaultCode.ChunkSizeUnsupported, size.ToString(CultureInfo.InvariantCulture));
            return false;
        }

        shardSize = (int)size;
        if (!HostileJson.TryMemberText(serialization, "hash_type", out string? hash) || !IsSha256(hash, shardSize))
        {
            return Malformed("serialization.hash_type is not sha256", out fault);
        }

        fault = default;
        return true;
    }

    private static bool TryResources(JsonTree resources, int shardSize, out ImmutableArray<ManifestResource> list, out ShardFault fault)
    {
        list = [];
        if (resources.Kind != JsonValueKind.Array || resources.Items is not { Count: > 0 } elements)
        {
            return Malformed("resources", out fault);
        }

        var builder = ImmutableArray.CreateBuilder<ManifestResource>(elements.Count);
        string? before = null;
        foreach (JsonTree element in elements)
        {
            if (!HostileJson.TryMemberText(element, "name", out string? name)
                || !HostileJson.TryMemberText(element, "digest", out string? hex) || !Digest.TryParse(hex, out Digest digest)
                || !HostileJson.TryMemberText(element, "algorithm", out string? algorithm) || !IsSha256(algorithm, shardSize)
                || !ManifestResource.TryParse(name, digest, out ManifestResource? resource))
            {
                return Malformed($"resources[{builder.Count}]", out fault);
            }

            if (before is not null && ManifestResource.CompareNames(before, name) >= 0)
            {
                return Malformed($"resources[{builder.Count}] is out of order", out fault);
            }

            before = name;
            builder.Add(resource);
        }

        list = builder.MoveToImmutable();
        fault = default;
        return true;
    }

    /// <summary>Groups chunks by file: whole chunks of the shard size from 0 on, and a last one that is not empty.</summary>
    private static bool TryFiles(ImmutableArray<ManifestResource> list, int shardSize, out ImmutableArray<ManifestFile> files, out ShardFault fault)
    {
        var byPath = new Dictionary<string, List<ManifestResource>>(StringComparer.Ordinal);
        foreach (ManifestResource resource in list)
        {
            if (!byPath.TryGetValue(resource.Path, out List<ManifestResource>? chunks))
            {
                byPath.Add(resource.Path, chunks = []);
            }

            chunks.Add(resource);
        }

        var result = new List<ManifestFile>(byPath.Count);
        files = [];
        foreach ((string path, List<ManifestResource> chunks) in byPath)
        {
            chunks.Sort(static (a, b) => a.Start.CompareTo(b.Start));
            long at = 0;
            for (int i = 0; i < chunks.Count; i++)
            {
                bool last = i == chunks.Count - 1;
                if (chunks[i].Start != at || chunks[i].Length > shardSize || (!last && chunks[i].Length != shardSize))
                {
                    return Malformed($"resource {chunks[i].Name} leaves a gap, overlaps or has a wrong length", out fault);
                }

                at = chunks[i].End;
            }

            result.Add(new ManifestFile(path, at, [.. chunks]));
        }

        result.Sort(static (a, b) => ManifestResource.CompareNames(a.Path, b.Path));
        files = [.. result];
        fault = default;
        return true;
    }

    // The reference implementation names its sharded hash after the size; the standard says plain sha256. The bytes are alike.
    private static bool IsSha256(string name, int shardSize) =>
        name == "sha256" || name == string.Create(CultureInfo.InvariantCulture, $"sha256-sharded-{shardSize}");

    private static bool Malformed(string where, out ShardFault fault)
    {
        fault = new ShardFault(ShardFaultCode.StatementMalformed, where);
        return false;
    }
}
