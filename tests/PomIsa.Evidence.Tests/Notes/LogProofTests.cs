using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Notes;

public class LogProofTests
{
    private static readonly LogKey Log = LogKey.FromSeed("example.org/log", new byte[32]);
    private static readonly WitnessKey Alice = WitnessKey.FromSeed("alice.example", Bytes.Of(1, 32)), Bob = WitnessKey.FromSeed("bob.example", Bytes.Of(2, 32));

    private static readonly Digest[] Leaves = [.. Enumerable.Range(0, 100).Select(static i => Merkle.LeafHash(BitConverter.GetBytes(i)))];

    private static byte[] Note(params WitnessKey[] witnesses)
    {
        var checkpoint = new Checkpoint(Log.Name, 100, Merkle.Root(Leaves));
        byte[] text = Encoding.UTF8.GetBytes(checkpoint.ToText());
        return [.. checkpoint.Sign(Log), .. witnesses.SelectMany(w => Encoding.UTF8.GetBytes(w.Line(text, 1_700_000_000)))];
    }

    private static WitnessPolicy Policy(string quorum)
    {
        string text = $"""
            # whom we trust
            log {Log.Verifier} https://example.org/log
            witness a {Alice.Verifier}
            witness b {Bob.Verifier} https://bob.example
            group both all a b
            group one any a b
            quorum {quorum}
            """;
        Assert.True(WitnessPolicy.TryParse(text, out WitnessPolicy? policy, out string fault), fault);
        return policy;
    }

    private static LogProof Proof(byte[] note) => new(42, Merkle.InclusionPath(Leaves, 42), note);

    [Fact]
    public void A_proof_is_read_back_and_verifies()
    {
        byte[] file = Proof(Note()).ToBytes();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 42\n", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.True(LogProof.TryParse(file, out LogProof? proof));
        Assert.Equal(file, proof.ToBytes());
        Assert.True(proof.TryVerify(BitConverter.GetBytes(42), WitnessPolicy.Of(Log.Verifier), out Checkpoint? checkpoint, out string fault), fault);
        Assert.Equal(100ul, checkpoint.Size);
        Assert.False(proof.TryVerify(BitConverter.GetBytes(43), WitnessPolicy.Of(Log.Verifier), out _, out _));
        Assert.False((proof with { Index = 43 }).TryVerify(BitConverter.GetBytes(42), WitnessPolicy.Of(Log.Verifier), out _, out _));
        Assert.False(proof.TryVerify(BitConverter.GetBytes(42), WitnessPolicy.Of(LogKey.FromSeed("example.org/log", Bytes.Of(9, 32)).Verifier), out _, out _));
    }

    [Fact]
    public void A_quorum_of_witnesses_is_asked_for_where_the_policy_says_so()
    {
        Assert.True(Accepts("none"));
        Assert.False(Accepts("one"));
        Assert.True(Accepts("one", Bob));
        Assert.False(Accepts("both", Bob));
        Assert.True(Accepts("both", Alice, Bob));
        Assert.True(Accepts("a", Alice));

        static bool Accepts(string quorum, params WitnessKey[] witnesses) => Policy(quorum).TryOpen(Note(witnesses), out _, out _);
    }

    [Fact]
    public void A_cosignature_with_another_time_or_text_is_none()
    {
        byte[] text = Encoding.UTF8.GetBytes(new Checkpoint(Log.Name, 100, Merkle.Root(Leaves)).ToText());
        string line = Alice.Line(text, 1_700_000_000);
        string[] words = line.Split(' ');
        byte[] blob = Convert.FromBase64String(words[2]);
        blob[11] ^= 1; // a bit of the time
        byte[] late = [.. Note(), .. Encoding.UTF8.GetBytes($"{words[0]} {words[1]} {Convert.ToBase64String(blob)}\n")];
        Assert.False(Policy("one").TryOpen(late, out _, out _));
        byte[] other = [.. Note(), .. Encoding.UTF8.GetBytes(Alice.Line("another text\n"u8, 1_700_000_000))];
        Assert.False(Policy("one").TryOpen(other, out _, out _));
        Assert.True(Policy("none").TryOpen(other, out _, out _));
        Assert.NotEqual(Alice.Verifier.Id, LogKey.FromSeed("alice.example", Bytes.Of(1, 32)).Verifier.Id);
    }

    [Fact]
    public void At_a_billion_records_a_proof_with_three_witnesses_has_at_most_2500_bytes()
    {
        // The shape of the tree alone decides the length of the path: 30 hashes.
        var checkpoint = new Checkpoint(Log.Name, 1_000_000_000, Merkle.EmptyRoot);
        byte[] text = Encoding.UTF8.GetBytes(checkpoint.ToText());
        byte[] note = [.. checkpoint.Sign(Log), .. new[] { Alice, Bob, Alice }.SelectMany(w => Encoding.UTF8.GetBytes(w.Line(text, 1_700_000_000)))];
        int length = new LogProof(999_999_999, Bytes.Digests(1, 30), note).ToBytes().Length;
        Assert.InRange(length, 1_500, 2_500);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\n\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 1\n\nnote")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 01\n\nnote")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\nnote")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 1\nshort=\n\nnote")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\n\nnote")]
    public void What_is_no_proof_is_refused(string file) => Assert.False(LogProof.TryParse(Encoding.UTF8.GetBytes(file), out _));

    [Theory]
    [InlineData("witness a b", "line 1")]
    [InlineData("quorum x", "line 1")]
    [InlineData("log nonsense", "line 1")]
    [InlineData("group g 2 none", "line 1")]
    [InlineData("hello", "line 1")]
    [InlineData("", "no log")]
    public void A_policy_that_makes_no_sense_is_refused_with_its_line(string text, string says)
    {
        Assert.False(WitnessPolicy.TryParse(text, out _, out string fault));
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_proofs_are_refused_and_never_throw()
    {
        byte[] file = Proof(Note(Alice)).ToBytes();
        WitnessPolicy policy = Policy("one");
        var random = new Random(3);
        int accepted = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] changed = [.. file];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            accepted += !changed.AsSpan().SequenceEqual(file) && LogProof.TryParse(changed, out LogProof? proof)
                && proof.TryVerify(BitConverter.GetBytes(42), policy, out _, out _) ? 1 : 0;
        }

        Assert.Equal(0, accepted);
    }
}
