namespace PomIsa.Cli.Tests;

/// <summary>Keys of a data folder: sealed, of mode 600, followed by others, withdrawn.</summary>
public sealed class KeysTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _first;

    public KeysTests() => _first = _shell.Run("keys", "new", "log", "example.org/log1").Out.Trim();

    private string Key => File("key");

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_key_is_sealed_and_its_owners_alone()
    {
        Assert.StartsWith("example.org/log1+", _first, StringComparison.Ordinal);
        Assert.StartsWith("POMISA+SEALED+v1 ", System.IO.File.ReadAllText(Key), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Key));
        }

        Assert.Equal(_first, _shell.Run("keys", "export", "example.org/log1").Out.Trim());
        Said list = _shell.Run("keys", "list");
        Assert.Contains(_first, list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", list.Out + list.Error, StringComparison.Ordinal);

        byte[] before = System.IO.File.ReadAllBytes(Key);
        Assert.NotEqual(0, _shell.Run("keys", "new", "log", "example.org/log1").WithoutTrace().Code);
        Assert.Equal(before, System.IO.File.ReadAllBytes(Key));
    }

    [Fact]
    public void A_trail_leads_from_the_first_key_to_the_one_that_holds()
    {
        string second = Rotate(), third = Rotate();
        Assert.Equal(third, Follow(0));
        Assert.Equal(third, _shell.Run("keys", "export", "example.org/log1").Out.Trim());
        Assert.NotEqual(second, third);
        Assert.Equal(0, _shell.Run("keys", "revoke", "example.org/log1").WithoutTrace().Code);
        Assert.Equal("The key was revoked.", Follow(1));
        Assert.Contains("was revoked", _shell.Run("keys", "export", "example.org/log1").WithoutTrace().Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Key));
        Assert.Equal(2, _shell.Run("keys", "rotate", "example.org/log1").WithoutTrace().Code);

        System.IO.File.WriteAllText(File("trail"), System.IO.File.ReadAllText(File("trail")).Replace("rotation", "Rotation", StringComparison.Ordinal));
        Assert.Equal(1, _shell.Run("keys", "trail", File("trail"), _first).WithoutTrace().Code);
    }

    [Theory]
    [InlineData(Cut.BeforeTheTrail)]
    [InlineData(Cut.BeforeTheOldKeyIsPutAside)]
    [InlineData(Cut.BeforeTheNewKeyIsInItsPlace)]
    public void A_rotation_that_was_cut_off_leaves_a_key_that_the_trail_leads_to(Cut cut)
    {
        string begun = Rotate();
        string old = Directory.GetFiles(Path.GetDirectoryName(Key)!, "*.old").Single();
        System.IO.File.Move(Key, File("next"));
        System.IO.File.WriteAllText(File("vkey"), _first + "\n");
        if (cut != Cut.BeforeTheNewKeyIsInItsPlace)
        {
            System.IO.File.Move(old, Key);
        }

        if (cut == Cut.BeforeTheTrail)
        {
            System.IO.File.Delete(File("trail"));
        }

        string now = Rotate();
        Assert.Equal(cut != Cut.BeforeTheTrail, now == begun);
        Assert.Equal(now, Follow(0));
        Assert.Equal(now, _shell.Run("keys", "export", "example.org/log1").Out.Trim());
        Assert.Contains(now, _shell.Run("keys", "list").Out, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File("next")));
    }

    private string File(string ending) => _shell.Path(".pomisa", "keys", $"example.org-log1.{ending}");

    private string Rotate()
    {
        Said said = _shell.Run("keys", "rotate", "example.org/log1").WithoutTrace();
        Assert.True(said.Code == 0, said.Error);
        return said.Out.Split('\n')[0];
    }

    private string Follow(int code)
    {
        Said said = _shell.Run("keys", "trail", File("trail"), _first).WithoutTrace();
        Assert.Equal(code, said.Code);
        return said.Out.Trim();
    }

    public enum Cut
    {
        BeforeTheTrail,
        BeforeTheOldKeyIsPutAside,
        BeforeTheNewKeyIsInItsPlace,
    }
}
