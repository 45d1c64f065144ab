using System.Text;
using PomIsa.Audit;
using PomIsa.Audit.Verdicts;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Trees;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Signed notes and what is written in them; policies, keys, trails, proofs, verdicts.</summary>
internal static class NoteFormats
{
    public static IEnumerable<Format> Of(Strangers s)
    {
        VerifierKey log = s.Log.Verifier;
        yield return new Format("signed note", [s.Note, SignedNote.Sign("a\n\nb\n", s.Log, s.Next)], bytes => SignedNote.TryOpen(bytes, [log], out string text, out _) ? text : null) { Bound = true };
        yield return new Format("checkpoint", [s.Note], bytes => Checkpoint.TryOpen(bytes, log, out Checkpoint read, out _) ? read.ToText() : null) { Bound = true };
        yield return new Format(
            "checkpoint's text, signed", [Encoding.UTF8.GetBytes(s.Checkpoint.ToText()), Encoding.UTF8.GetBytes(s.Checkpoint.ToText() + "extension\n")],
            bytes => !Checkpoint.TryOpen(s.SignAnything(bytes), log, out Checkpoint read, out _) ? null
                : Encoding.UTF8.GetString(bytes).StartsWith(read.ToText(), StringComparison.Ordinal) ? read.ToText() : throw new InvalidOperationException("a second spelling of a checkpoint"));

        string policy = $"# whom we trust\nlog {log} https://example.org/log\nwitness a {s.Witness.Verifier} https://witness.example\nwitness b {WitnessKey.FromSeed("b.example", new byte[32]).Verifier}\ngroup one any a b\ngroup both 2 one b\nquorum one\n";
        Assert.True(WitnessPolicy.TryParse(policy, out WitnessPolicy? asked, out string fault), fault);
        yield return new Format("checkpoint with cosignatures", [s.Note], bytes => asked.TryOpen(bytes, out Checkpoint? read, out _) ? read.ToText() : null) { Bound = true };
        yield return new Format("policy", [Encoding.UTF8.GetBytes(policy)], bytes => WitnessPolicy.TryParse(Encoding.UTF8.GetString(bytes), out WitnessPolicy? read, out _) ? $"{read.TryOpen(s.Note, out _, out _)}" : null)
        {
            Free = 1 << 20,
        };
        yield return new Format("verifier key", [.. new[] { log, s.Witness.Verifier }.Select(static k => Encoding.UTF8.GetBytes(k.ToString()))],
            static bytes => !VerifierKey.TryParse(Encoding.UTF8.GetString(bytes), out VerifierKey read) ? null
                : read.ToString() == Encoding.UTF8.GetString(bytes) ? "" : throw new InvalidOperationException("a second spelling of a key"));

        byte[] trail = [.. KeyTrail.Rotate(s.Log, s.Next), (byte)'\n', .. KeyTrail.Revoke(s.Next), (byte)'\n'], rotated = [.. KeyTrail.Rotate(s.Log, s.Next), (byte)'\n'];
        yield return new Format("trail of keys", [trail, rotated, []], bytes => KeyTrail.TryFollow(Encoding.UTF8.GetString(bytes), log, out VerifierKey? now, out _) ? $"{now}" : null) { Bound = true, Free = 1 << 20 };

        Digest[] leaves = [.. s.Entries.Select(static e => Merkle.LeafHash(e))];
        byte[] proof = new LogProof(7, Merkle.InclusionPath(leaves, 7), s.Note).ToBytes();
        yield return new Format("tlog-proof", [proof], bytes => LogProof.TryParse(bytes, out LogProof? read) && read.TryVerify(s.Entries[7], asked, out _, out _) ? $"{read.Index}" : null) { Bound = true };

        VerdictStatement[] statements =
        [
            new(Digest.Of("c"u8), [Digest.Of("r"u8), Digest.Of("q"u8)], Verdict.Accept, Level.Replay, 264, 264, "All is well.", DateTimeOffset.UnixEpoch),
            new(Digest.Of("c"u8), [], Verdict.Reject, Level.Spot, 264, 10, "Record 9 differs.", DateTimeOffset.UnixEpoch),
        ];
        yield return new Format("signed verdict", [.. statements.Select(v => SignedVerdict.Sign(v, s.Log))], bytes => SignedVerdict.TryOpen(bytes, log, out VerdictStatement? read, out _) ? Encoding.UTF8.GetString(read.ToBytes()) : null) { Bound = true };
        yield return new Format("verdict's statement", [.. statements.Select(static v => v.ToBytes())],
            static bytes => VerdictStatement.TryParse(bytes, out VerdictStatement? read, out _) && VerdictStatement.TryParse(read.ToBytes(), out VerdictStatement? again, out _) && again.ToBytes().AsSpan().SequenceEqual(read.ToBytes()) ? "" : null);
    }
}
