using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Privacy;

public class OpeningTests
{
    private const ushort Emit = 0x70;

    private static readonly RunSecret Secret = RunSecret.Of([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]);
    private static readonly LogKey Key = LogKey.Create("example.org/log");
    private static readonly WitnessPolicy Policy = WitnessPolicy.Of(Key.Verifier);

    // Another run's records come first, so that indices are not sequences.
    private static readonly List<byte[]> Log =
        [.. Samples.Run(1, 5), .. Samples.PrivateRun(PrivacyMode.All, Secret, [288, -3, 7, 11]).Select(Samples.Encode), .. Samples.Run(2, 3)];

    private static readonly LeafLevels Tree = new([.. Log.Select(static e => Merkle.LeafHash(e))]);
    private static readonly byte[] Note = SignedNote.Sign(new Checkpoint(Key.Name, Tree.Size, Tree.Root).ToText(), Key);

    [Fact]
    public void What_is_shown_is_proved_and_survives_the_round_trip()
    {
        Opening opening = Show(prompt: true, (2, 7), (3, 11));
        byte[] file = opening.ToBytes();
        Assert.True(Opening.TryParse(file, out Opening? read, out string fault), fault);
        Assert.Equal(file, read.ToBytes());
        Assert.True(read.TryVerify(Policy, Emit, out Opened? opened, out fault), fault);
        Assert.Equal("prompt", Encoding.ASCII.GetString(opened.Prompt!.Value.Span));
        Assert.Equal([new OpenedToken(2, 7, 10), new OpenedToken(3, 11, 11)], opened.Tokens);
        Assert.Equal(Tree.Root, opened.Checkpoint.Root);
        Assert.True(Show(prompt: false, (1, -3)).TryVerify(Policy, Emit, out opened, out fault), fault);
        Assert.Null(opened.Prompt);
    }

    [Fact]
    public void An_opening_holds_nothing_by_which_another_output_is_opened()
    {
        string file = Encoding.ASCII.GetString(Show(prompt: false, (1, -3)).ToBytes());
        for (ulong sequence = 0; sequence < 7; sequence++)
        {
            for (byte output = 0; output < 3; output++)
            {
                bool shown = (sequence, output) is (2, 0);
                Assert.Equal(shown, file.Contains(Convert.ToBase64String(Secret.Salt(sequence, output).ToArray()), StringComparison.Ordinal));
            }
        }

        Assert.DoesNotContain(Secret.ToFileText().Trim(), file, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_recorded_there_is_refused()
    {
        Opening sound = Show(prompt: true, (2, 7));
        ShownScalar token = sound.Tokens[0];
        foreach (Opening lie in new[]
        {
            sound with { Tokens = [token with { Value = 8 }] },
            sound with { Tokens = [token with { Salt = Secret.Salt(4, 0) }] },
            sound with { Tokens = [token with { Output = 1 }] },
            sound with { Tokens = [token with { Record = token.Record with { Index = 11 } }] },
            sound with { Tokens = [token with { Record = Record(11) }] },
            sound with { Tokens = [token with { Record = Record(1) }] },
            sound with { Prompt = sound.Prompt! with { Bytes = "prompd"u8.ToArray() } },
            sound with { Prompt = sound.Prompt! with { Salt = Secret.Salt(0, 0) } },
            sound with { First = Record(0) },
            sound with { First = Record(8) },
            sound with { First = Record(0), Prompt = null },
            sound with { Note = SignedNote.Sign(new Checkpoint(Key.Name, Tree.Size, Merkle.EmptyRoot).ToText(), Key) },
            sound with { Note = SignedNote.Sign(new Checkpoint("example.org/other", Tree.Size, Tree.Root).ToText(), LogKey.Create("example.org/other")) },
        })
        {
            Assert.False(lie.TryVerify(Policy, Emit, out Opened? opened, out string fault));
            Assert.Null(opened);
            Assert.NotEmpty(fault);
        }

        Assert.False(sound.TryVerify(Policy, 0x71, out _, out _)); // of another opcode
        Assert.True(sound.TryVerify(Policy, Emit, out _, out _));
    }

    [Fact]
    public void Files_that_were_changed_anywhere_are_refused_and_never_throw()
    {
        byte[] file = Show(prompt: true, (1, -3), (3, 11)).ToBytes();
        for (int at = 0; at < file.Length; at++)
        {
            foreach (byte flip in new byte[] { 1, 0x20, 0x80 })
            {
                byte[] changed = [.. file];
                changed[at] ^= flip;
                Assert.False(Opening.TryParse(changed, out Opening? read, out _) && read.TryVerify(Policy, Emit, out _, out _), $"{at}");
            }

            Assert.False(Opening.TryParse(file.AsSpan(0, at), out Opening? cut, out _) && cut.TryVerify(Policy, Emit, out _, out _), $"{at}");
        }

        string text = Encoding.Latin1.GetString(file);
        (string Old, string New)[] spellings =
        [
            ("record 7 ", "record 07 "), ("record 9 ", "record +9 "), (" -3 ", " -03 "), (" 11 ", " 011 "), ("scalar 0", "scalar  0"), ("scalar 0", "scalar 00"),
            ("opening v1", "opening v2"), ("\n\n", "\n"), ("\nprompt", "\n\nprompt"), ("record 9 ", "Record 9 "), ("\nscalar", "\r\nscalar"),
        ];
        foreach ((string old, string other) in spellings)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            byte[] changed = Encoding.Latin1.GetBytes(text.Replace(old, other, StringComparison.Ordinal));
            Assert.False(Opening.TryParse(changed, out Opening? read, out _) && read.TryVerify(Policy, Emit, out _, out _), other);
        }

        Assert.True(Opening.TryParse(Encoding.Latin1.GetBytes(text), out Opening? same, out _) && same.TryVerify(Policy, Emit, out _, out _));
        Assert.False(Opening.TryParse([.. "pomisa opening v1\n\n"u8, .. Note], out _, out _));
        Assert.False(Opening.TryParse((Show(prompt: false, (1, -3)) with { Tokens = [] }).ToBytes(), out _, out string nothing));
        Assert.Equal("it shows nothing", nothing);
    }

    [Fact]
    public void Levels_give_the_paths_of_the_definition()
    {
        for (int size = 1; size <= 40; size++)
        {
            Digest[] leaves = [.. Enumerable.Range(0, size).Select(static i => Digest.Of([(byte)i]))];
            var levels = new LeafLevels(leaves);
            Assert.Equal(Merkle.Root(leaves), levels.Root);
            for (int i = 0; i < size; i++)
            {
                Assert.Equal(Merkle.InclusionPath(leaves, i), levels.InclusionPath((ulong)i));
            }
        }

        Assert.Equal(Merkle.EmptyRoot, new LeafLevels([]).Root);
    }

    private static ShownRecord Record(ulong index) => new(index, Log[(int)index], Tree.InclusionPath(index));

    private static Opening Show(bool prompt, params (ulong Position, long Value)[] tokens) => new(
        Record(7),
        prompt ? new ShownPrompt(Secret.PromptSalt, "prompt"u8.ToArray()) : null,
        [.. tokens.Select(static t => new ShownScalar(Record(8 + t.Position), 0, t.Value, Secret.Salt(1 + t.Position, 0)))],
        Note);
}
