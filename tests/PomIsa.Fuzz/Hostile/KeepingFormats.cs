using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Kept roots, receipts of tokens, openings of private runs.</summary>
internal static class KeepingFormats
{
    private const ushort EmitCode = 9, CommitCode = 8;

    private static readonly KeepMarks Marks = new(EmitCode, CommitCode);

    public static IEnumerable<Format> Of(Strangers s)
    {
        RunSecret secret = RunSecret.Of(new byte[32]);
        WitnessPolicy policy = WitnessPolicy.Of(s.Log.Verifier);
        KeptRoots open = KeptRoots.Of(Run(null, 4, 70), Marks);
        List<byte[]> entries = Run(secret, 6, 5);
        KeptRoots closed = KeptRoots.Of(entries, Marks);
        Checkpoint checkpoint = new(s.Log.Name, open.Size, open.Root), other = new(s.Log.Name, closed.Size, closed.Root);
        yield return new Format("kept roots", [KeptRootsFile.Encode(open)], bytes => KeptRootsFile.TryRead(bytes, out KeptRoots? read, out _) && KeptCheck.Verify(read, checkpoint, Marks, out _) ? $"{read.Root}" : null)
        {
            Bound = true,
        };

        byte[] clear = Receipt.Of(open, Emit(open), s.Log.Verifier.Id, 2, 6, null).ToBytes(), salted = Receipt.Of(closed, Emit(closed), s.Log.Verifier.Id, 2, 6, secret.Salt(Emit(closed).First, 0)).ToBytes();
        yield return new Format("receipt", [clear], bytes => Token(bytes, checkpoint, open, clear: true)) { Bound = true };
        yield return new Format("receipt of a private run", [salted], bytes => Token(bytes, other, closed, clear: false)) { Bound = true };

        var tree = new LeafLevels([.. entries.Select(static e => Merkle.LeafHash(e))]);
        int at = entries.Count - 2;
        ShownRecord Show(int index) => new((ulong)index, entries[index], tree.InclusionPath((ulong)index));
        byte[] opening = new Opening(Show(0), null, [new ShownScalar(Show(at), 0, 15, secret.Salt((ulong)at, 0))], other.Sign(s.Log)).ToBytes();
        yield return new Format("opening", [opening], bytes => Opening.TryParse(bytes, out Opening? read, out _) && read.TryVerify(policy, EmitCode, out Opened? shown, out _)
            ? string.Join(' ', shown.Tokens.Select(static t => $"{t.Position}:{t.Value}")) : null)
        { Bound = true };

        // A public run's record does not say its position; of such a receipt it is what it says.
        string? Token(byte[] bytes, Checkpoint signed, KeptRoots roots, bool clear) =>
            Receipt.TryParse(bytes, out Receipt? read) && read.TryVerify(policy, signed.Sign(s.Log), roots, EmitCode, out _, out _, out _) ? $"{read.Index} {read.Token} {(clear ? "" : read.Position)}" : null;
    }

    private static KeptPart Emit(KeptRoots roots) => roots.Parts.Where(static p => p.IsEntry).ElementAt(3);

    /// <summary>A run that emits 0, 3, 6 … with opcodes between and a commit after each; private where there is a secret.</summary>
    private static List<byte[]> Run(RunSecret? secret, int tokens, int between)
    {
        var open = new RunOpen(Digest.Of("p"u8), default, 1, Digest.Of("q"u8), SamplingParameters.Greedy, default, null) { Private = secret is null ? null : new PrivateTerms(PrivacyMode.Tokens, secret.Check) };
        List<byte[]> entries = [Strangers.Encode(open)];
        uint emitted = 0;
        for (int token = 0; token < tokens; token++)
        {
            for (int i = 0; i < between * token; i++)
            {
                Add(new Retire(Head(7), [], [Digest.Of(BitConverter.GetBytes(i))], []));
            }

            Add(secret is null ? new Retire(Head(EmitCode), [], [], [token * 3]) : new Retire(Head(EmitCode), [], [], []) { Salted = [Salted.Of(secret.Salt((ulong)entries.Count, 0), token * 3)], SaltsScalars = true });
            emitted++;
            Add(new Retire(Head(CommitCode), [], [], []));
        }

        return entries;

        RetireHead Head(ushort opcode) => new(open.RunId, (ulong)entries.Count, 1, 0, 5, opcode) { Tokens = secret is null ? 0 : emitted };

        void Add(Retire retire) => entries.Add(Strangers.Encode(retire with { IsPrivate = secret is not null }));
    }
}
