using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;

namespace PomIsa.Evidence.Tests.Notes;

public class NoteTests
{
    private const string Vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string Text = "This is an example message.\n";
    private const string Signature = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=";

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static VerifierKey Example => VerifierKey.TryParse(Vkey, out VerifierKey key) ? key : throw new InvalidOperationException();

    [Fact]
    public void The_published_note_opens()
    {
        Assert.Equal(0x530d903au, Example.Id);
        Assert.Equal(Vkey, Example.ToString());
        byte[] note = Utf8($"{Text}\n— example.com/foo {Signature}\n");
        Assert.True(SignedNote.TryOpen(note, [Example], out string text, out NoteFault fault), fault.ToString());
        Assert.Equal(Text, text);
    }

    [Fact]
    public void Every_single_bit_of_a_note_matters()
    {
        byte[] note = Utf8($"{Text}\n— example.com/foo {Signature}\n");
        for (int at = 0; at < note.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                note[at] ^= (byte)(1 << bit);
                Assert.False(SignedNote.TryOpen(note, [Example], out _, out NoteFault fault));
                Assert.NotEqual(NoteFault.None, fault);
                note[at] ^= (byte)(1 << bit);
            }
        }

        for (int length = 0; length < note.Length; length++)
        {
            Assert.False(SignedNote.TryOpen(note.AsSpan(0, length), [Example], out _, out _));
        }
    }

    [Fact]
    public void Signatures_by_strangers_are_ignored_and_wrong_ones_by_known_keys_are_not()
    {
        using LogKey ours = LogKey.Create("example.org/log1");
        using LogKey stranger = LogKey.Create("example.org/other");
        byte[] note = SignedNote.Sign("a\n\nb\n", stranger, ours);
        Assert.True(SignedNote.TryOpen(note, [ours.Verifier], out string text, out _));
        Assert.Equal("a\n\nb\n", text);
        using LogKey third = LogKey.Create("example.org/third");
        Assert.False(SignedNote.TryOpen(note, [third.Verifier], out _, out NoteFault fault));
        Assert.Equal(NoteFault.NoKnownSignature, fault);

        byte[] changed = Utf8(Encoding.UTF8.GetString(note).Replace("b\n", "c\n", StringComparison.Ordinal));
        Assert.False(SignedNote.TryOpen(changed, [ours.Verifier], out _, out fault));
        Assert.Equal(NoteFault.BadSignature, fault);
    }

    [Fact]
    public void Notes_are_bounded_and_take_sixteen_signatures()
    {
        LogKey[] keys = [.. Enumerable.Range(0, SignedNote.MaxSignatures).Select(static i => LogKey.Create($"k{i}"))];
        byte[] note = SignedNote.Sign("x\n", keys);
        Assert.True(SignedNote.TryOpen(note, [keys[^1].Verifier], out _, out _));
        string line = Encoding.UTF8.GetString(note).Split('\n')[2];
        Assert.False(SignedNote.TryOpen([.. note, .. Utf8(line + "\n")], [keys[0].Verifier], out _, out NoteFault fault));
        Assert.Equal(NoteFault.TooLarge, fault);
        Assert.False(SignedNote.TryOpen(new byte[SignedNote.MaxBytes + 1], [keys[0].Verifier], out _, out fault));
        Assert.Equal(NoteFault.TooLarge, fault);
        Array.ForEach(keys, static key => key.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no newline")]
    [InlineData("tab\there\n")]
    public void Texts_that_no_note_can_have_are_refused(string text)
    {
        using LogKey key = LogKey.Create("k");
        Assert.Throws<ArgumentException>(() => SignedNote.Sign(text, key));
    }

    [Theory]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("")]
    public void Damaged_verifier_keys_are_refused(string text) => Assert.False(VerifierKey.TryParse(text, out _));

    [Fact]
    public void A_checkpoint_has_the_three_lines_that_tools_read()
    {
        using LogKey key = LogKey.FromSeed("example.org/log1", Bytes.Of(1, 32));
        var checkpoint = new Checkpoint("example.org/log1", 8, Digest.Parse("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"));
        Assert.Equal("example.org/log1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", checkpoint.ToText());
        Assert.True(Checkpoint.TryOpen(checkpoint.Sign(key), key.Verifier, out Checkpoint read, out _));
        Assert.Equal(checkpoint, read);
        Assert.True(Checkpoint.TryParse(checkpoint.ToText() + "an extension\n", out read));
        Assert.True(Checkpoint.TryParse(checkpoint.ToText() + string.Concat(Enumerable.Repeat("an extension\n", 61)), out _));
        Assert.False(Checkpoint.TryParse(checkpoint.ToText() + string.Concat(Enumerable.Repeat("an extension\n", 62)), out _));
        Assert.Equal(checkpoint, read);
    }

    [Theory]
    [InlineData("o\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("o\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("o\n99999999999999999999\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("o\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n")]
    [InlineData("o\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n")]
    [InlineData("o\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")]
    [InlineData("o\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n")]
    [InlineData("\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("o p\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("")]
    public void Other_texts_are_no_checkpoint(string text) => Assert.False(Checkpoint.TryParse(text, out _));

    [Fact]
    public void A_checkpoint_of_another_log_or_key_is_refused()
    {
        using LogKey key = LogKey.Create("example.org/log1");
        using LogKey other = LogKey.Create("example.org/log1");
        var checkpoint = new Checkpoint("example.org/log2", 1, default);
        Assert.False(Checkpoint.TryOpen(checkpoint.Sign(key), key.Verifier, out _, out NoteFault fault));
        Assert.Equal(NoteFault.WrongOrigin, fault);
        Assert.False(Checkpoint.TryOpen((checkpoint with { Origin = "example.org/log1" }).Sign(other), key.Verifier, out _, out fault));
        Assert.Equal(NoteFault.NoKnownSignature, fault);
        Assert.False(Checkpoint.TryOpen(SignedNote.Sign("hello\n", key), key.Verifier, out _, out fault));
        Assert.Equal(NoteFault.NotACheckpoint, fault);
    }
}
