using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Trees;
using PomIsa.Machine;

namespace PomIsa.Fuzz.Hostile;

/// <summary>What parties of a dispute over values send: claims, questions, answers, and the proofs that come of them, also such as a liar signs himself.</summary>
internal static class ValueFormats
{
    // Who is asked or answered executes a run of some hundred instructions, several times.
    private const int Executed = 256 << 20;

    public static IEnumerable<Format> Of(Strangers s)
    {
        BoundProgram program = Machine.Tests.Support.Programs.Bind(DriverPrograms.Everything);
        var machine = new LyingMachine(program, new RunRequest { Prompt = [3, 1, 2] });
        Party liar = machine.Places("rmsnorm").Reverse().Select(at => machine.Erring(at, Faults.Output)).OfType<Party>().First(p => machine.FirstDifference(p) >= 0), honest = machine.Honest();
        List<byte[]> questions = [], answers = [];
        FaultProof value = Settle(honest, liar with
        {
            Ask = question =>
            {
                questions.Add(question);
                answers.Add(liar.Ask!(question)!);
                return answers[^1];
            },
        });
        FaultProof claim = Settle(honest, machine.Denying(liar));
        yield return new Format("fault proof of a value or a claim", [value.ToBytes(), claim.ToBytes()], static bytes => FaultCheck.Check(bytes) is { Verdict: FaultVerdict.Proven } report ? report.Text : null)
        {
            Bound = true,
            Free = DisputeFormats.Unpacked,
        };

        Digest run = Digest.Of(machine.Run[0]);
        byte[] note = OutputsNote.Sign(s.Log, run, 9, run);
        yield return new Format("claim of outputs", [note], bytes => OutputsNote.TryOpen(bytes, s.Log.Verifier, run, out ulong leaves, out Digest root) ? $"{leaves} {root}" : null) { Bound = true };
        yield return new Format("body of a value's proof, its claim signed by a liar", [value.Body.ToArray()], bytes => Signed(s.Log, value, liar.Log.Checkpoint, run, bytes)) { Free = DisputeFormats.Unpacked, PerByte = 512 };
        yield return new Format("body of a claim's proof, signed by a liar", [claim.Body.ToArray()], bytes => Signed(s.Log, claim, liar.Log.Checkpoint, run, bytes)) { Free = DisputeFormats.Unpacked, PerByte = 512 };
        yield return new Format("question in a dispute", questions, question => liar.Ask!(question) is { Length: > 0 } answer ? Digest.Of(answer).ToString() : null) { Free = Executed };
        yield return new Format("answer in a dispute", [.. answers.Select(static (answer, i) => (byte[])[(byte)i, .. answer])], bytes => Answered(honest, liar, bytes)) { Free = Executed };
    }

    private static FaultProof Settle(Party honest, Party liar) =>
        FaultProof.TryParse(Dispute.Settle(honest, liar, Bisection.Sixteen).Proof.Span, out FaultProof? proof) ? proof : throw new InvalidOperationException("Nothing is proven.");

    // Whatever an accused answers to one of the questions: he does not win by it.
    private static string? Answered(Party honest, Party liar, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        int asked = 0;
        DisputeResult result = Dispute.Settle(honest, liar with { Ask = question => asked++ == bytes[0] ? bytes[1..] : liar.Ask!(question) }, Bisection.Sixteen);
        return ReferenceEquals(result.Winner, honest) ? result.Outcome.ToString() : throw new InvalidOperationException(result.Text);
    }

    // The leaves that a body opens are what its liar has signed, whatever they are.
    private static string? Signed(LogKey key, FaultProof proof, Checkpoint log, Digest run, byte[] bytes)
    {
        byte[]? body = ValueBody.TryParse(bytes, out ValueBody? value) ? (value with { Outputs = Signed(key, value.Outputs, log.Size, run) }).ToBytes()
            : OpenedOutputs.TryParse(bytes, out OpenedOutputs? outputs) ? Signed(key, outputs, log.Size, run).ToBody()
            : null;
        var checkpoint = new Checkpoint(key.Name, log.Size, log.Root);
        return body is null ? null : FaultCheck.Check((proof with { Key = key.Verifier, Note = checkpoint.Sign(key), Body = body }).ToBytes()).Verdict.ToString();
    }

    private static OpenedOutputs Signed(LogKey key, OpenedOutputs outputs, ulong most, Digest run)
    {
        Digest[] hashes = [.. outputs.Leaves.Select(static leaf => Merkle.LeafHash(leaf))];
        for (ulong count = outputs.Sequences[^1] + 1; count <= most; count++)
        {
            if (Multiproof.TryRoot(count, outputs.Sequences, hashes, outputs.Siblings, out Digest root))
            {
                return outputs with { Note = OutputsNote.Sign(key, run, count, root) };
            }
        }

        return outputs;
    }
}
