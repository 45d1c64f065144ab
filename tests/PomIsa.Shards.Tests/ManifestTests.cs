using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace PomIsa.Shards.Tests;

public sealed class ManifestTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private string Bundle => Path.Combine(_scratch.Model, Manifest.FileName);

    [Fact]
    public void The_root_digest_has_the_standards_value()
    {
        Digest root = Manifest.RootOf(
        [
            Digest.Parse("bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc"),
            Digest.Parse("32dcb1f8e1ae52d5963e56a6ba06ab58b424c15ed2a6b70d2feca1d089370028"),
        ]);
        Assert.Equal("92745110b1ab4368471cbe31664e10174e954b113a3df333db860317b2c6dec4", root.ToString());
    }

    [Fact]
    public void The_signed_bytes_are_those_of_DSSE() =>
        Assert.Equal(
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
            Encoding.UTF8.GetString(Dsse.Pae("http://example.com/HelloWorld", "hello world"u8)));

    [Fact]
    public void A_signed_folder_opens_and_lists_every_chunk_in_code_point_order()
    {
        Manifest written = _scratch.WriteModel();
        File.WriteAllText(Path.Combine(_scratch.Model, "\U0001F600.txt"), "beyond");
        File.WriteAllText(Path.Combine(_scratch.Model, "\uFF5E.txt"), "below");
        ManifestWriter.Sign(_scratch.Model, "govsum", _scratch.Key, 16 * 1024);
        Manifest manifest = Open();
        Assert.Equal("govsum", manifest.Name);
        Assert.NotEqual(written.RootDigest, manifest.RootDigest);
        Assert.Equal(["embed.shard", "head.shard", "layers.shard", "weights.tree", "\uFF5E.txt", "\U0001F600.txt"], manifest.Files.Select(static f => f.Path));
        Assert.Equal(manifest.RootDigest, Manifest.RootOf(manifest.Resources.Select(static r => r.Digest)));
        foreach (ManifestFile file in manifest.Files)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(_scratch.Model, file.Path));
            Assert.Equal(bytes.Length, file.Length);
            Assert.All(file.Chunks, c => Assert.Equal(Digest.Of(bytes.AsSpan((int)c.Start, (int)c.Length)), c.Digest));
        }
    }

    [Fact]
    public void Signing_twice_gives_the_same_root_and_the_same_payload()
    {
        Manifest first = _scratch.WriteModel();
        string payload = Node()["dsseEnvelope"]!["payload"]!.GetValue<string>();
        Manifest second = ManifestWriter.Sign(_scratch.Model, "govsum", _scratch.Key, 16 * 1024);
        Assert.Equal(first.RootDigest, second.RootDigest);
        Assert.Equal(payload, Node()["dsseEnvelope"]!["payload"]!.GetValue<string>());
        Assert.True(second.IsFor("govsum", first.RootDigest, out _));
    }

    [Fact]
    public void A_manifest_by_another_key_is_refused_as_such()
    {
        _scratch.WriteModel();
        using PublisherKey other = PublisherKey.Create();
        Assert.Equal(ShardFaultCode.WrongKey, Refusal(File.ReadAllBytes(Bundle), other.PublicKey).Code);

        JsonNode hinted = Node();
        hinted["verificationMaterial"]!["publicKey"]!["hint"] = other.PublicKey.Hint;
        Assert.Equal(ShardFaultCode.BadSignature, Refusal(Encode(hinted), other.PublicKey).Code);
    }

    [Fact]
    public void A_manifest_for_another_model_is_told_from_this_one()
    {
        Manifest manifest = _scratch.WriteModel();
        Assert.False(manifest.IsFor("other", null, out ShardFault name));
        Assert.Equal(ShardFaultCode.WrongModelName, name.Code);
        Assert.False(manifest.IsFor("govsum", Digest.Of("x"u8), out ShardFault root));
        Assert.Equal(ShardFaultCode.WrongModelRoot, root.Code);
    }

    [Theory]
    [InlineData("predicateType", "https://slsa.dev/provenance/v1", ShardFaultCode.WrongPredicate)]
    [InlineData("_type", "https://in-toto.io/Statement/v0.1", ShardFaultCode.StatementMalformed)]
    [InlineData("subject", "none", ShardFaultCode.StatementMalformed)]
    public void A_statement_that_says_something_else_is_refused_even_when_signed(string field, string value, ShardFaultCode code)
    {
        _scratch.WriteModel();
        Assert.Equal(code, Resigned(statement => statement[field] = value).Code);
    }

    [Fact]
    public void A_signed_statement_that_contradicts_itself_is_refused()
    {
        _scratch.WriteModel();
        Assert.Equal(ShardFaultCode.RootMismatch, Resigned(static s => s["subject"]![0]!["digest"]!["sha256"] = new string('0', 64)).Code);
        Assert.Equal(ShardFaultCode.StatementMalformed, Resigned(static s => s["predicate"]!["resources"]!.AsArray().RemoveAt(1)).Code);
        Assert.Equal(ShardFaultCode.StatementMalformed, Resigned(static s => s["predicate"]!["resources"]![0]!["name"] = "../x:0:16384").Code);
        Assert.Equal(ShardFaultCode.StatementMalformed, Resigned(static s => s["predicate"]!["resources"]![0]!["name"] = "a:00:16384").Code);
        Assert.Equal(ShardFaultCode.StatementMalformed, Resigned(static s => s["predicate"]!["serialization"]!["method"] = "files").Code);
        Assert.Equal(ShardFaultCode.StatementMalformed, Resigned(static s => s["predicate"]!["serialization"]!["hash_type"] = "blake3").Code);
        Assert.Equal(ShardFaultCode.ChunkSizeUnsupported, Resigned(static s => s["predicate"]!["serialization"]!["shard_size"] = 5_000_000).Code);
    }

    [Fact]
    public void A_bundle_with_other_fields_is_malformed()
    {
        _scratch.WriteModel();
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b["extra"] = 1).Code);
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b["mediaType"] = "text/plain").Code);
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b["verificationMaterial"]!.AsObject().Remove("tlogEntries")).Code);
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b.AsObject().Remove("dsseEnvelope")).Code);
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b["dsseEnvelope"]!["payloadType"] = "text/plain").Code);
        Assert.Equal(ShardFaultCode.BundleMalformed, Changed(static b => b["dsseEnvelope"]!["signatures"]!.AsArray().Add(b["dsseEnvelope"]!["signatures"]![0]!.DeepClone())).Code);
        Assert.Equal(ShardFaultCode.BadSignature, Changed(static b => b["dsseEnvelope"]!["signatures"]![0]!["sig"] = "AAAA").Code);
    }

    [Fact]
    public void Absent_key_ids_and_url_safe_base64_are_accepted()
    {
        _scratch.WriteModel();
        JsonNode bundle = Node();
        bundle["dsseEnvelope"]!["signatures"]![0]!.AsObject().Remove("keyid");
        string sig = bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!.GetValue<string>();
        bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = sig.Replace('+', '-').Replace('/', '_');
        Assert.True(Manifest.TryOpen(Encode(bundle), _scratch.Key.PublicKey, out _, out _));
    }

    [Fact]
    public void A_bundle_cut_at_any_byte_is_refused_without_throwing()
    {
        _scratch.WriteModel(width: 16, shardSize: 64 * 1024);
        byte[] bundle = File.ReadAllBytes(Bundle);
        for (int length = 0; length < bundle.Length; length++)
        {
            Assert.False(Manifest.TryOpen(bundle.AsSpan(0, length), _scratch.Key.PublicKey, out _, out ShardFault fault));
            Assert.NotEqual(ShardFaultCode.None, fault.Code);
        }
    }

    [Fact]
    public void A_bundle_with_any_byte_changed_is_refused_or_means_the_same()
    {
        Manifest good = _scratch.WriteModel(width: 16, shardSize: 64 * 1024);
        byte[] bundle = File.ReadAllBytes(Bundle);
        for (int at = 0; at < bundle.Length; at++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x80 })
            {
                bundle[at] ^= mask;
                if (Manifest.TryOpen(bundle, _scratch.Key.PublicKey, out Manifest? manifest, out _))
                {
                    // Only a field that is not signed: the empty key id's name, say.
                    Assert.Equal(good.RootDigest, manifest.RootDigest);
                    Assert.Equal<ManifestResource>(good.Resources, manifest.Resources);
                }

                bundle[at] ^= mask;
            }
        }
    }

    [Fact]
    public void OpenSSL_accepts_the_signature_and_the_key_hint()
    {
        if (!HasOpenSsl())
        {
            return; // nothing to compare with on this machine
        }

        _scratch.WriteModel();
        JsonNode bundle = Node();
        string pem = Path.Combine(_scratch.Root, "key.pub");
        string message = Path.Combine(_scratch.Root, "pae");
        string signature = Path.Combine(_scratch.Root, "sig");
        _scratch.Key.PublicKey.Save(pem);
        byte[] payload = Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.GetValue<string>());
        File.WriteAllBytes(message, Dsse.Pae("application/vnd.in-toto+json", payload));
        File.WriteAllBytes(signature, Convert.FromBase64String(bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!.GetValue<string>()));
        Assert.Equal("Verified OK", Run("dgst", "-sha256", "-verify", pem, "-signature", signature, message).Trim());

        // openssl writes the public PEM itself; its bytes are what the hint covers.
        string secret = Path.Combine(_scratch.Root, "key");
        _scratch.Key.Save(secret);
        string theirs = Run("ec", "-in", secret, "-pubout");
        Assert.Equal(theirs, _scratch.Key.PublicKey.Pem);
        Assert.Equal(Digest.Of(Encoding.ASCII.GetBytes(theirs)).ToString(), bundle["verificationMaterial"]!["publicKey"]!["hint"]!.GetValue<string>());
    }

    [Fact]
    public void A_key_made_by_OpenSSL_signs()
    {
        if (!HasOpenSsl())
        {
            return;
        }

        string secret = Path.Combine(_scratch.Root, "openssl.key");
        Run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", secret);
        using PublisherKey key = PublisherKey.Load(secret);
        _scratch.WriteModel();
        Assert.Equal("govsum", ManifestWriter.Sign(_scratch.Model, "govsum", key).Name);
    }

    private static bool HasOpenSsl()
    {
        try
        {
            return Run("version").StartsWith("OpenSSL", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.Result);
        return output;
    }

    private Manifest Open()
    {
        Assert.True(Manifest.TryOpen(File.ReadAllBytes(Bundle), _scratch.Key.PublicKey, out Manifest? manifest, out ShardFault fault), fault.Describe());
        return manifest;
    }

    private static ShardFault Refusal(byte[] bundle, PublisherPublicKey key)
    {
        Assert.False(Manifest.TryOpen(bundle, key, out Manifest? manifest, out ShardFault fault));
        Assert.Null(manifest);
        return fault;
    }

    private ShardFault Changed(Action<JsonNode> change)
    {
        JsonNode bundle = Node();
        change(bundle);
        return Refusal(Encode(bundle), _scratch.Key.PublicKey);
    }

    /// <summary>Changes the statement and signs it anew with the right key.</summary>
    private ShardFault Resigned(Action<JsonNode> change)
    {
        JsonNode bundle = Node();
        JsonNode statement = JsonNode.Parse(Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.GetValue<string>()))!;
        change(statement);
        byte[] payload = Encode(statement);
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(payload);
        bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(_scratch.Key.Sign(Dsse.Pae("application/vnd.in-toto+json", payload)));
        return Refusal(Encode(bundle), _scratch.Key.PublicKey);
    }

    private JsonNode Node() => JsonNode.Parse(File.ReadAllBytes(Bundle))!;

    private static byte[] Encode(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
