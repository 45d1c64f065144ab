using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Packaging.Models;
using PomIsa.Shards;

namespace PomIsa.Fuzz.Hostile;

/// <summary>A publisher's manifest, provenance and keys; tensor files.</summary>
internal static class ModelFormats
{
    private const string Statement = "application/vnd.in-toto+json";

    public static IEnumerable<Format> Of(Strangers s)
    {
        PublisherPublicKey publisher = s.Publisher.PublicKey;
        string folder = s.At("model");
        Directory.CreateDirectory(folder);
        TensorFile.Write(Path.Combine(folder, "a.shard"), [TensorData.F32("a", [4], [1, 2, 3, 4]), TensorData.I8("b", [16], new sbyte[16])]);
        File.WriteAllText(Path.Combine(folder, "note.txt"), new string('x', 100));
        ManifestWriter.Sign(folder, "m", s.Publisher, 64);
        byte[] bundle = File.ReadAllBytes(Path.Combine(folder, Manifest.FileName));
        yield return new Format("manifest", [bundle], bytes => Manifest.TryOpen(bytes, publisher, out Manifest? read, out ShardFault fault) ? Meaning(read) : Told(fault)) { Bound = true };

        byte[] payload = Convert.FromBase64String(JsonNode.Parse(bundle)!["dsseEnvelope"]!["payload"]!.GetValue<string>());
        yield return new Format("manifest's statement, signed", [payload], bytes => Manifest.TryOpen(Bundled(bundle, bytes, s.Publisher), publisher, out Manifest? read, out ShardFault fault)
            ? read.Files.All(static f => f.Path.Length > 0 && !f.Path.StartsWith('/') && !f.Path.Split('/').Contains("..")) && read.TotalLength >= 0 ? "" : throw new InvalidOperationException("a path that leaves the folder")
            : Told(fault))
        { PerByte = 200 };
        yield return new Format("tensor file", [File.ReadAllBytes(Path.Combine(folder, "a.shard"))], static bytes =>
            TensorFile.TryReadHeader(new MemoryStream(bytes), out TensorFileHeader? read, out ShardFault fault) ? read.Tensors.All(t => read.DataStart + t.End <= bytes.Length) ? "" : throw new InvalidOperationException("data beyond the end") : Told(fault))
        { PerByte = 200 };

        yield return new Format("weights' tree", [new WeightTree(3, Digest.Of("w"u8)).ToBytes()], static bytes => !WeightTree.TryParse(bytes, out WeightTree? read) ? null
            : read.ToBytes().AsSpan().SequenceEqual(bytes) ? "" : throw new InvalidOperationException("a second spelling"));

        byte[] envelope = Provenance.Sign(payload, s.Publisher);
        yield return new Format("provenance", [envelope], bytes => Provenance.TryOpen(bytes, publisher, out byte[] read, out _) ? Convert.ToHexString(read) : null) { Bound = true };
        yield return new Format("provenance's statement", [payload], static bytes => $"{Provenance.Names(bytes, "m", default)}");
        yield return new Format("publisher's key", [Encoding.ASCII.GetBytes(publisher.Pem)], static bytes =>
        {
            bool taken = PublisherPublicKey.TryParse(Encoding.UTF8.GetString(bytes), out PublisherPublicKey? key);
            key?.Dispose();
            return taken ? "" : null;
        });
    }

    private static string Meaning(Manifest manifest) => $"{manifest.Name} {manifest.RootDigest} {manifest.ShardSize} {string.Join(' ', manifest.Resources.Select(static r => r.Name))}";

    // A refusal says something.
    private static string? Told(ShardFault fault) => fault.Code != ShardFaultCode.None && fault.Describe().Length > 0 ? null : throw new InvalidOperationException("nothing is said");

    private static byte[] Bundled(byte[] bundle, byte[] payload, PublisherKey key)
    {
        JsonNode node = JsonNode.Parse(bundle)!;
        node["dsseEnvelope"]!["payload"] = Convert.ToBase64String(payload);
        node["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(key.Sign(Dsse.Pae(Statement, payload)));
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
