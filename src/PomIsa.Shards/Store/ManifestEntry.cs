using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PomIsa.Shards;

/// <summary>One imported model in the store's list.</summary>
/// <remarks>For showing and finding only: loading reads the bundle again and checks the publisher's signature.</remarks>
public sealed record ManifestEntry(Digest Root, Digest Bundle, string Name, int Files, int Chunks, long Bytes, int Tensors)
{
    internal byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["root"] = Root.ToString(),
        ["bundle"] = Bundle.ToString(),
        ["name"] = Name,
        ["files"] = Files,
        ["chunks"] = Chunks,
        ["bytes"] = Bytes,
        ["tensors"] = Tensors,
    });

    internal static bool TryDecode(byte[] json, [NotNullWhen(true)] out ManifestEntry? entry)
    {
        entry = null;
        if (!HostileJson.TryRead(json, out JsonTree? root)
            || !HostileJson.TryMemberText(root, "root", out string? rootHex) || !Digest.TryParse(rootHex, out Digest rootDigest)
            || !HostileJson.TryMemberText(root, "bundle", out string? bundleHex) || !Digest.TryParse(bundleHex, out Digest bundle)
            || !HostileJson.TryMemberText(root, "name", out string? name)
            || !TryInt(root, "files", out int files) || !TryInt(root, "chunks", out int chunks) || !TryInt(root, "tensors", out int tensors)
            || !HostileJson.TryMember(root, "bytes", out JsonTree? length) || !HostileJson.TryCount(length, out long bytes))
        {
            return false;
        }

        entry = new ManifestEntry(rootDigest, bundle, name, files, chunks, bytes, tensors);
        return true;
    }

    private static bool TryInt(JsonTree root, string name, out int value)
    {
        value = 0;
        if (!HostileJson.TryMember(root, name, out JsonTree? member) || !HostileJson.TryCount(member, out long wide) || wide > int.MaxValue)
        {
            return false;
        }

        value = (int)wide;
        return true;
    }
}

// The list of imported models: one small file per root digest, beside the log.
public sealed unsafe partial class ShardStore
{
    /// <summary>The imported models, by name and root digest. A damaged entry is left out; importing again repairs it.</summary>
    /// <exception cref="ShardStoreException">The folder cannot be read.</exception>
    public ImmutableArray<ManifestEntry> ListManifests()
    {
        try
        {
            var entries = new List<ManifestEntry>();
            foreach (string path in Directory.EnumerateFiles(_folder.Manifests, "*.json"))
            {
                if (ManifestEntry.TryDecode(File.ReadAllBytes(path), out ManifestEntry? entry)
                    && Path.GetFileNameWithoutExtension(path) == entry.Root.ToString())
                {
                    entries.Add(entry);
                }
            }

            return [.. entries.OrderBy(static e => e.Name, StringComparer.Ordinal).ThenBy(static e => e.Root)];
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", _folder.Manifests, e);
        }
    }

    /// <summary>One of the imported models; null where there is no such one, or its entry is damaged.</summary>
    /// <exception cref="ShardStoreException">The folder cannot be read.</exception>
    public ManifestEntry? FindManifest(Digest root)
    {
        string path = Path.Combine(_folder.Manifests, root + ".json");
        try
        {
            return ManifestEntry.TryDecode(File.ReadAllBytes(path), out ManifestEntry? entry) && entry.Root == root ? entry : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", _folder.Manifests, e);
        }
    }

    /// <summary>Lists a model whose chunks and bundle are all committed.</summary>
    internal void AddManifest(ManifestEntry entry) =>
        StoredFile.Write(Path.Combine(_folder.Manifests, entry.Root + ".json"), entry.Encode());
}
