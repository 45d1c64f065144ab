using System.Security.Cryptography;

namespace PomIsa.Shards.Tests;

public sealed class PublisherKeyTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_saved_key_is_loaded_and_only_its_owner_may_read_it()
    {
        string path = Path.Combine(_scratch.Root, "keys", "publisher.key");
        _scratch.Key.Save(path);
        using PublisherKey loaded = PublisherKey.Load(path);
        Assert.Equal(_scratch.Key.PublicKey.Pem, loaded.PublicKey.Pem);
        Assert.True(_scratch.Key.PublicKey.Verify("m"u8, loaded.Sign("m"u8)));
        Assert.False(_scratch.Key.PublicKey.Verify("n"u8, loaded.Sign("m"u8)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void A_private_key_is_never_overwritten()
    {
        string path = Path.Combine(_scratch.Root, "publisher.key");
        _scratch.Key.Save(path);
        byte[] before = File.ReadAllBytes(path);
        using PublisherKey other = PublisherKey.Create();
        Assert.Contains("never overwritten", Assert.Throws<ShardStoreException>(() => other.Save(path)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Files_that_hold_no_key_are_refused_with_their_name()
    {
        string path = Path.Combine(_scratch.Root, "publisher.pub");
        Assert.Contains(path, Assert.Throws<ShardStoreException>(() => PublisherPublicKey.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "not a key");
        Assert.Contains(path, Assert.Throws<ShardStoreException>(() => PublisherPublicKey.Load(path)).Message, StringComparison.Ordinal);
        _scratch.Key.PublicKey.Save(path);
        Assert.Contains(path, Assert.Throws<ShardStoreException>(() => PublisherKey.Load(path)).Message, StringComparison.Ordinal);
        using var p384 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Assert.False(PublisherPublicKey.TryParse(p384.ExportSubjectPublicKeyInfoPem(), out _));
    }

    [Fact]
    public void A_public_key_in_our_spelling_is_read_as_the_reader_of_any_spelling_reads_it()
    {
        using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256), other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] info = made.ExportSubjectPublicKeyInfo(), point = [.. info];
        point[^1] ^= 1;
        string own = made.ExportSubjectPublicKeyInfoPem() + "\n";
        string[] texts =
        [
            own, own.TrimEnd(), own + "\n", own + own, "a note\n" + own, own.ReplaceLineEndings("\r\n"), own.Replace("\nMF", "\n MF", StringComparison.Ordinal), own.ToUpperInvariant(),
            own.Replace("PUBLIC", "PRIVATE", StringComparison.Ordinal), other.ExportSubjectPublicKeyInfoPem() + "\n", Spelled([.. info, 0, 0, 0]), Spelled(point), Spelled(info[..^1]), Spelled([]),
            own[..149] + (char)(own[149] + 1) + own[150..], own.Remove(91, 1).Insert(90, "\n"), own.Remove(91, 1).Insert(91, " "), own.Remove(91, 1), own.Insert(100, "\n"), Spelled(new byte[300]), "-----BEGIN PUBLIC KEY-----\n", "-----END PUBLIC KEY-----\n", "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n", "",
        ];
        Assert.Equal(('=', '=', '\n'), (own[151], own[150], own[91]));
        foreach (string text in texts)
        {
            bool isKey = PublisherPublicKey.TryParseAny(text, out PublisherPublicKey? any);
            Assert.Equal(isKey, PublisherPublicKey.TryParse(text, out PublisherPublicKey? key));
            Assert.Equal(any?.Pem, key?.Pem);
            Assert.Equal(isKey ? own : null, key?.Pem);
            any?.Dispose();
            key?.Dispose();
        }

        Assert.True(PublisherPublicKey.TryParse(own, out PublisherPublicKey? read));
        read.Dispose();
        string Spelled(byte[] bytes) => PemEncoding.WriteString("PUBLIC KEY", bytes) + "\n";
    }
}
