using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>Signs a folder of weights: hashes its chunks and writes the OpenSSF Model Signing bundle.</summary>
public static class ManifestWriter
{
    /// <summary>Bytes of a chunk unless told otherwise.</summary>
    public const int DefaultShardSize = 1024 * 1024;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <see cref="WeightTree.FileName"/> where all tensor files can be read, signs every file of the folder and writes <c>model.sig</c> into it, atomically.</summary>
    /// <exception cref="ArgumentException">The folder holds no file to sign, a link, or a name that the format cannot carry.</exception>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static Manifest Sign(string folder, string name, PublisherKey key, int shardSize = DefaultShardSize)
    {
        WriteTree(folder);
        byte[] bundle = CreateBundle(folder, name, key, shardSize);
        if (!Manifest.TryOpen(bundle, key.PublicKey, out Manifest? manifest, out ShardFault fault))
        {
            throw new ArgumentException(fault.Describe(), nameof(folder));
        }

        StoredFile.Write(Path.Combine(folder, Manifest.FileName), bundle);
        return manifest;
    }

    /// <summary>The bundle's bytes, without writing them.</summary>
    public static byte[] CreateBundle(string folder, string name, PublisherKey key, int shardSize = DefaultShardSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shardSize, ShardStore.MaxChunkLength);
        ArgumentException.ThrowIfNullOrEmpty(name);
        List<ManifestResource> resources = HashFolder(folder, shardSize);
        if (resources.Count == 0)
        {
            throw new ArgumentException($"{folder} holds no file with content.", nameof(folder));
        }

        resources.Sort(static (a, b) => ManifestResource.CompareNames(a.Name, b.Name));
        byte[] payload = Statement(name, resources, shardSize);
        return Bundle(payload, key.Sign(Dsse.Pae(Manifest.PayloadType, payload)), key.PublicKey.Hint);
    }

    private static void WriteTree(string folder)
    {
        IEnumerable<string> paths = FolderFile.List(folder).Where(static f => !f.IsLink && ManifestFile.IsTensorFile(f.Path)).Select(static f => f.Path);
        string path = Path.Combine(folder, WeightTree.FileName);
        if (WeightTree.TryMake(folder, paths, out WeightTree? tree, out _))
        {
            StoredFile.Write(path, tree.ToBytes());
        }
        else if (File.Exists(path))
        {
            File.Delete(path); // it would be another folder's
        }
    }

    private static List<ManifestResource> HashFolder(string folder, int shardSize)
    {
        var resources = new List<ManifestResource>();
        var buffer = new byte[shardSize];
        foreach (FolderFile entry in FolderFile.List(folder))
        {
            if (entry.IsLink || !ManifestResource.IsPath(entry.Path))
            {
                throw new ArgumentException($"{entry.Path} cannot be signed: links and control characters are not allowed.", nameof(folder));
            }

            try
            {
                using FileStream file = File.OpenRead(entry.FullPath);
                long at = 0;
                for (int got; (got = file.ReadAtLeast(buffer, shardSize, throwOnEndOfStream: false)) > 0; at += got)
                {
                    resources.Add(new ManifestResource(entry.Path, at, at + got, Digest.Of(buffer.AsSpan(0, got))));
                }
            }
            catch (Exception e) when (ShardStoreException.IsStorage(e))
            {
                throw ShardStoreException.From("read", entry.FullPath, e);
            }
        }

        return resources;
    }

    private static byte[] Statement(string name, List<ManifestResource> resources, int shardSize) => WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("_type", Manifest.StatementType);
        json.WriteStartArray("subject");
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("digest");
        json.WriteString("sha256", Manifest.RootOf(resources.Select(static r => r.Digest)).ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("predicateType", Manifest.PredicateType);
        json.WriteStartObject("predicate");
        json.WriteStartArray("resources");
        foreach (ManifestResource resource in resources)
        {
            json.WriteStartObject();
            json.WriteString("name", resource.Name);
            json.WriteString("digest", resource.Digest.ToString());
            json.WriteString("algorithm", "sha256");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("serialization");
        json.WriteString("method", "shards");
        json.WriteString("hash_type", "sha256");
        json.WriteNumber("shard_size", shardSize);
        json.WriteBoolean("allow_symlinks", false);
        json.WriteStartArray("ignore_paths");
        foreach (string ignored in Manifest.DefaultIgnored)
        {
            json.WriteStringValue(ignored);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static byte[] Bundle(byte[] payload, byte[] signature, string hint) => WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("mediaType", Manifest.MediaType);
        json.WriteStartObject("verificationMaterial");
        json.WriteStartObject("publicKey");
        json.WriteString("hint", hint);
        json.WriteEndObject();
        json.WriteStartArray("tlogEntries");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("dsseEnvelope");
        json.WriteString("payload", Convert.ToBase64String(payload));
        json.WriteString("payloadType", Manifest.PayloadType);
        json.WriteStartArray("signatures");
        json.WriteStartObject();
        json.WriteString("sig", Convert.ToBase64String(signature));
        json.WriteString("keyid", "");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static byte[] WriteJson(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
