using System.Text;
using PomIsa.Audit.Verdicts;
using PomIsa.Evidence.Keys;

namespace PomIsa.Audit.Tests;

/// <summary>Verdicts that are signed, and what happens to those that are not, or say something else than they did.</summary>
public sealed class SignedVerdictTests : IDisposable
{
    private static readonly VerdictStatement Statement = new(
        Digest.Of([1]), [Digest.Of([2]), Digest.Of([3])], Verdict.Accept, Level.Replay, 31, 31, "All 31 records \"follow\": ✓", new DateTimeOffset(2026, 11, 26, 4, 5, 6, TimeSpan.Zero));

    private readonly LogKey _key = LogKey.FromSeed("example.org/verifier", Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(Verdict.Accept, Level.Replay, "POMISA_SIGNATURE POMISA_REPLAY_FULL")]
    [InlineData(Verdict.Accept, Level.Signature, "POMISA_SIGNATURE")]
    [InlineData(Verdict.Accept, Level.Spot, "POMISA_SIGNATURE POMISA_SPOT")]
    [InlineData(Verdict.Reject, Level.Replay, "POMISA_REJECT")]
    [InlineData(Verdict.Unverifiable, Level.Audit, "POMISA_UNVERIFIABLE")]
    public void What_was_signed_is_read_again(Verdict verdict, Level level, string properties)
    {
        VerdictStatement said = Statement with { Verdict = verdict, Level = level };
        byte[] envelope = SignedVerdict.Sign(said, _key);
        Assert.True(SignedVerdict.TryOpen(envelope, _key.Verifier, out VerdictStatement? read, out string fault), fault);
        Assert.True(said.Runs.SequenceEqual(read.Runs));
        Assert.Equal(said with { Runs = [] }, read with { Runs = [] });
        Assert.Equal(properties, string.Join(' ', read.Properties));
    }

    [Fact]
    public void The_statement_is_an_in_toto_statement_with_a_simple_verification_result() => Assert.Equal(
        $$$$$"""
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"checkpoint","digest":{"sha256":"{{{{{Digest.Of([1])}}}}}"}},{"name":"run/0","digest":{"sha256":"{{{{{Digest.Of([2])}}}}}"}}],"predicateType":"https://in-toto.io/attestation/svr/v0.2","predicate":{"verifier":{"id":"urn:pomisa:verifier:v1","policies":[]},"timeCreated":"2026-11-26T04:05:06Z","properties":["POMISA_SIGNATURE","POMISA_REPLAY_FULL"],"pomisa":{"verdict":"ACCEPT","level":"replay","records":31,"compared":31,"text":"yes"}}}
        """,
        Encoding.UTF8.GetString((Statement with { Runs = [Digest.Of([2])], Text = "yes" }).ToBytes()));

    [Theory]
    [InlineData("openings")]
    [InlineData("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public void An_audits_verdict_says_what_its_challenge_followed_from(string seed)
    {
        VerdictStatement said = Statement with { Level = Level.Audit, Seed = seed };
        Assert.Contains($"\"compared\":31,\"seed\":\"{seed}\",\"text\"", Encoding.UTF8.GetString(said.ToBytes()), StringComparison.Ordinal);
        Assert.True(SignedVerdict.TryOpen(SignedVerdict.Sign(said, _key), _key.Verifier, out VerdictStatement? read, out string fault), fault);
        Assert.Equal(said with { Runs = [] }, read with { Runs = [] });
        foreach (VerdictStatement other in (VerdictStatement[])[said with { Level = Level.Replay }, said with { Seed = seed[1..] }, said with { Seed = seed.ToUpperInvariant() }])
        {
            Assert.False(SignedVerdict.TryOpen(SignedVerdict.Sign(other, _key), _key.Verifier, out _, out _));
        }
    }

    [Fact]
    public void Another_key_did_not_sign_it()
    {
        using LogKey other = LogKey.Create("example.org/verifier");
        Assert.False(SignedVerdict.TryOpen(SignedVerdict.Sign(Statement, _key), other.Verifier, out _, out string fault));
        Assert.Contains("signature", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_changed_byte_is_refused_or_says_nothing_that_was_not_signed()
    {
        byte[] envelope = SignedVerdict.Sign(Statement, _key);
        for (int at = 0; at < envelope.Length; at++)
        {
            byte[] changed = [.. envelope];
            changed[at] ^= 0x11;
            bool opened = SignedVerdict.TryOpen(changed, _key.Verifier, out VerdictStatement? read, out _);
            Assert.True(!opened || (read! with { Runs = [] }).Equals(Statement with { Runs = [] })); // the key id is not signed
        }
    }

    [Theory]
    [InlineData("POMISA_REPLAY_FULL", "POMISA_REPLAY_HALF")] // properties beside the verdict
    [InlineData("\"ACCEPT\"", "\"0\"")]
    [InlineData("\"replay\"", "\"99\"")]
    [InlineData("run/1", "run/7")]
    [InlineData("svr/v0.2", "svr/v0.3")]
    [InlineData("\"records\":31", "\"records\":-1")]
    [InlineData("2026-11-26T", "2026-13-26T")]
    [InlineData("\"policies\":[]", "\"policies\":{}")]
    public void A_signed_statement_of_another_form_is_refused(string from, string to)
    {
        string text = Encoding.UTF8.GetString(Statement.ToBytes());
        Assert.True(VerdictStatement.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.False(VerdictStatement.TryParse(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), out _, out string fault));
        Assert.NotEmpty(fault);
    }
}
