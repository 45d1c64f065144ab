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
}
