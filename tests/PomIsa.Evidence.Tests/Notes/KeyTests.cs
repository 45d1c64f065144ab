using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Tests.Log;

namespace PomIsa.Evidence.Tests.Notes;

public class KeyTests
{
    [Fact]
    public void A_saved_key_is_the_same_key_and_nobody_elses()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "log.key");
        using LogKey key = LogKey.Create("example.org/log1");
        key.Save(path);
        using LogKey read = LogKey.Load(path);
        Assert.Equal(key.Verifier, read.Verifier);
        Assert.Equal(key.Verifier.ToString(), read.Verifier.ToString());
        Assert.True(key.Verifier.Verify("x"u8, read.Sign("x"u8)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void A_key_file_is_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "log.key");
        using LogKey key = LogKey.Create("a");
        key.Save(path);
        byte[] before = File.ReadAllBytes(path);
        using LogKey other = LogKey.Create("b");
        KeyFileException e = Assert.Throws<KeyFileException>(() => other.Save(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_missing_or_damaged_key_file_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "log.key");
        Assert.Contains(path, Assert.Throws<KeyFileException>(() => LogKey.Load(path)).Message, StringComparison.Ordinal);
        using LogKey key = LogKey.Create("a");
        key.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<KeyFileException>(() => LogKey.Load(path));
        }

        File.WriteAllBytes(path, new byte[100_000]);
        Assert.Throws<KeyFileException>(() => LogKey.Load(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u2003b")]
    [InlineData("a\nb")]
    public void Names_that_no_key_can_have_are_refused(string name) => Assert.Throws<ArgumentException>(() => LogKey.Create(name));
}
