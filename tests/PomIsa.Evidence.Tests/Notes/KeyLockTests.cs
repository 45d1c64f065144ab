using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Tests.Log;

namespace PomIsa.Evidence.Tests.Notes;

public class KeyLockTests
{
    private static readonly LogKey A = LogKey.FromSeed("example.org/log", Bytes.Of(1, 32)), B = LogKey.FromSeed("example.org/log", Bytes.Of(2, 32)), C = LogKey.FromSeed("example.org/log", Bytes.Of(3, 32));

    [Fact]
    public void What_is_sealed_is_opened_by_the_same_secret_and_purpose_alone()
    {
        using KeyLock secret = KeyLock.OfSecret(Bytes.Of(5, 32)), other = KeyLock.OfSecret(Bytes.Of(6, 32)), word = KeyLock.OfPassphrase("correct horse");
        foreach (KeyLock one in (KeyLock[])[secret, word])
        {
            string text = one.Seal("log key", "seed"u8);
            Assert.True(KeyLock.IsSealed(text));
            Assert.DoesNotContain(Convert.ToBase64String("seed"u8), text, StringComparison.Ordinal);
            Assert.NotEqual(text, one.Seal("log key", "seed"u8));
            Assert.True(one.TryOpen(text, "log key", out byte[] opened));
            Assert.Equal("seed"u8.ToArray(), opened);
            Assert.False(one.TryOpen(text, "publisher key", out _));
            Assert.False(other.TryOpen(text, "log key", out _));
        }
    }

    [Fact]
    public void A_changed_file_does_not_open_and_asks_for_nothing_absurd()
    {
        using KeyLock secret = KeyLock.OfSecret(Bytes.Of(5, 32));
        string text = secret.Seal("log key", Bytes.Of(7, 40));
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            char[] changed = text.ToCharArray();
            int at = random.Next("POMISA+SEALED+v1 ".Length, changed.Length - 1);
            changed[at] = (char)random.Next(33, 126);
            Assert.True(new string(changed) == text || !secret.TryOpen(new string(changed), "log key", out _));
        }

        string[] parts = text.Split(' ');
        Assert.False(secret.TryOpen(string.Join(' ', [parts[0], "999999999", .. parts[2..]]), "log key", out _));
        Assert.False(secret.TryOpen(string.Join(' ', [parts[0], parts[1], "999999", .. parts[3..]]), "log key", out _));
    }

    [Fact]
    public void A_sealed_key_file_is_for_its_owner_alone_and_needs_its_lock()
    {
        using var folder = new TemporaryFolder();
        using KeyLock secret = KeyLock.OfSecret(Bytes.Of(5, 32)), other = KeyLock.OfSecret(Bytes.Of(6, 32));
        string path = Path.Combine(folder.Path, "a.key");
        A.Save(path, secret);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        using LogKey loaded = LogKey.Load(path, secret);
        Assert.Equal(A.Verifier, loaded.Verifier);
        Assert.Throws<KeyFileException>(() => LogKey.Load(path));
        Assert.Throws<KeyFileException>(() => LogKey.Load(path, other));
    }

    [Fact]
    public void A_trail_leads_from_the_first_key_to_the_one_that_holds()
    {
        string trail = Note(KeyTrail.Rotate(A, B)) + Note(KeyTrail.Rotate(B, C));
        Assert.True(KeyTrail.TryFollow("", A.Verifier, out VerifierKey? current, out _));
        Assert.Equal(A.Verifier, current);
        Assert.True(KeyTrail.TryFollow(trail, A.Verifier, out current, out string fault), fault);
        Assert.Equal(C.Verifier, current);
        Assert.True(KeyTrail.TryFollow(trail + Note(KeyTrail.Revoke(C)), A.Verifier, out current, out fault), fault);
        Assert.Null(current);
    }

    [Fact]
    public void A_trail_that_a_stranger_made_is_refused()
    {
        using LogKey stranger = LogKey.FromSeed("example.org/log", Bytes.Of(9, 32));
        Assert.False(KeyTrail.TryFollow(Note(KeyTrail.Rotate(stranger, B)), A.Verifier, out _, out _));
        Assert.False(KeyTrail.TryFollow(Note(KeyTrail.Rotate(A, B)) + Note(KeyTrail.Rotate(A, C)), A.Verifier, out _, out _));
        Assert.False(KeyTrail.TryFollow(Note(KeyTrail.Revoke(A)) + Note(KeyTrail.Rotate(A, C)), A.Verifier, out _, out _));
        string unsigned = Note(Evidence.Notes.SignedNote.Sign($"pomisa key rotation v1\n{A.Verifier}\n{stranger.Verifier}\n", A)); // the new key does not agree
        Assert.False(KeyTrail.TryFollow(unsigned, A.Verifier, out _, out _));
        Assert.False(KeyTrail.TryFollow("nonsense", A.Verifier, out _, out _));
    }

    private static string Note(byte[] note) => Encoding.UTF8.GetString(note) + "\n";
}
