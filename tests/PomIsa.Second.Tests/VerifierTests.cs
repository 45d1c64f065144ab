using System.Globalization;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Second.Tests;

/// <summary>The verifier of <c>spec/second</c>, written from the spec alone, says of logs, receipts, openings and fault proofs what ours says.</summary>
public sealed class VerifierTests : IDisposable
{
    private const string Verifier = "spec/second/verifier.js";

    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-second-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NodeFact]
    public void A_private_runs_log_proof_receipt_opening_and_roots_are_sound_and_changed_ones_are_not()
    {
        Ours("run", "examples/stream.pisa", "--prompt", "0 1", "--private", "all", "--data", _folder);
        string run = At("runs", "0001"), tiles = At("tiles"), key = At("tiles", "key.vkey");
        Ours("log", "export", run, "-o", tiles);
        Ours("log", "proof", tiles, "7", "-o", At("proof"));
        Ours("log", "receipt", run, "2", "-o", At("receipt"));
        Ours("open", run, "--tokens", "1..3", "--prompt", "-o", At("opening"));
        string roots = At("roots");
        Assert.StartsWith("sound: 244 entries", Theirs("log", tiles, key), StringComparison.Ordinal);
        Assert.StartsWith("record 7 is in ", Theirs("proof", At("proof"), At("proof.record"), key), StringComparison.Ordinal);
        Assert.Equal("token 2 is 4", Theirs("receipt", At("receipt"), tiles, key));
        Assert.EndsWith(", prompt 0000000001000000, token 1 is 3, token 2 is 4, token 3 is 0", Theirs("opening", At("opening"), key), StringComparison.Ordinal);
        Ours("log", "prune", run);
        File.Copy(Path.Combine(run, "roots"), roots);
        Assert.StartsWith("sound: 244 entries", Theirs("roots", roots, Path.Combine(run, "checkpoint"), key), StringComparison.Ordinal);

        var random = new Random(7);
        foreach (string[] command in (string[][])[["proof", At("proof"), At("proof.record"), key], ["receipt", At("receipt"), tiles, key], ["opening", At("opening"), key], ["roots", roots, Path.Combine(run, "checkpoint"), key]])
        {
            byte[] whole = File.ReadAllBytes(command[1]), changed = [.. whole];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(command[1], changed);
            var (exit, said) = Node.Run("node", [Verifier, .. command]);
            Assert.True(exit == 1, said);
            File.WriteAllBytes(command[1], whole);
        }
    }

    [NodeFact]
    public void A_signed_verdict_says_what_was_shown()
    {
        Ours("run", "examples/hello.pisa", "--data", _folder);
        Ours("keys", "new", "log", "example.org/auditor", "--data", _folder);
        string run = At("runs", "0001"), key = At("keys", "example.org-auditor.key"), verdicts = Path.Combine(run, "verdict.intoto.jsonl");
        Ours("verify", run, "--verdict-key", key);
        Assert.StartsWith("POMISA_SIGNATURE POMISA_REPLAY_FULL of checkpoint ", Theirs("verdict", verdicts, Path.ChangeExtension(key, "vkey")), StringComparison.Ordinal);

        using LogKey forger = LogKey.Create("example.org/auditor");
        var (exit, said) = Node.Run("node", Verifier, "verdict", verdicts, forger.Verifier.ToString());
        Assert.True(exit == 1, said);
    }

    [NodeFact]
    public void Its_fault_proofs_are_ours_whatever_the_lie()
    {
        using BoundProgram program = Machine.Tests.Support.Programs.Bind(DriverPrograms.Everything);
        byte[][] honest = LoggedRun.Of(program, new RunRequest { Prompt = [3, 1, 2] });
        var expected = new List<string>();
        Party truth = LoggedRun.Signed("honest", honest, program);
        foreach (int at in Enumerable.Range(0, honest.Length / 7).Select(static i => 1 + (7 * i)).Append(honest.Length - 1))
        {
            foreach ((byte[][] lie, string name) in Lies(honest, at))
            {
                DisputeResult result = Dispute.Settle(LoggedRun.Signed("liar", lie, program), truth, Bisection.Sixteen);
                if (result.Proof.IsEmpty || FaultCheck.Check(result.Proof.Span) is not { Verdict: FaultVerdict.Proven } report || report.Finding is not { } found)
                {
                    continue;
                }

                string file = $"{expected.Count:D5}-{name}";
                File.WriteAllBytes(At(file), result.Proof.ToArray());
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: proven: record {found.Index} of example.org/liar, kind {(int)found.Kind}"));

                // The same with another index proves nothing; with a byte changed it does in rare cases, as bits behind the end of a packed part mean nothing.
                Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));
                File.WriteAllBytes(At(file + "x"), (proof with { Index = proof.Index - 1 }).ToBytes());
                expected.Add(file + "x: refused");
                byte[] changed = result.Proof.ToArray();
                changed[(expected.Count * 37) % changed.Length] ^= 16;
                File.WriteAllBytes(At(file + "y"), changed);
                expected.Add(file + (FaultCheck.Check(changed) is { Verdict: FaultVerdict.Proven } ? expected[^2].Replace(file, "y", StringComparison.Ordinal) : "y: refused"));
            }
        }

        Assert.True(expected.Count > 200, $"{expected.Count}");
        string[] said = [.. Theirs("faults", _folder).Split('\n')];
        Assert.Equal(expected, said.Select(static line => string.Join(':', line.Split(':').Take(line.Contains("proven", StringComparison.Ordinal) ? 3 : 2))));
    }

    internal static IEnumerable<(byte[][] Entries, string Name)> Lies(byte[][] run, int at)
    {
        Assert.True(Record.TryDecode(run[at], out Record record, out _));
        if (record is RunClose closing)
        {
            yield return (LoggedRun.With(run, at, r => (RunClose)r with { RunId = default }), "close-run");
            yield return (LoggedRun.With(run, at, r => (RunClose)r with { Sequence = closing.Sequence + 1, Retired = closing.Retired + 1 }), "close-sequence");
            yield return (LoggedRun.With(run, at, r => (RunClose)r with { Tokens = closing.Tokens + 1 }), "close-tokens");
            yield return (LoggedRun.With(run, at, r => (RunClose)r with { Status = RunStatus.Abandoned }), "close-status");
            yield return (LoggedRun.With(run, at, r => (RunClose)r with { Response = default }), "close-response");
        }

        if (record is not Retire retire)
        {
            yield break;
        }

        yield return (LoggedRun.With(run, at, r => (Retire)r with { Head = retire.Head with { Step = retire.Head.Step + 1 } }), "step");
        yield return (LoggedRun.With(run, at, r => (Retire)r with { Head = retire.Head with { Offset = retire.Head.Offset + 1 } }), "offset");
        yield return (LoggedRun.With(run, at, r => (Retire)r with { Head = retire.Head with { Sequence = retire.Head.Sequence + 1 } }), "sequence");
        yield return (LoggedRun.With(run, at, r => (Retire)r with { Symbols = retire.Symbols.IsEmpty ? [new SymbolChange(1, 2)] : [] }), "symbols");
        yield return (LoggedRun.With(run, at, r => (Retire)r with { Commitments = [.. retire.Commitments, default], Scalars = [] }), "outputs");
        yield return (LoggedRun.Renumbered([.. run[..at], .. run[(at + 1)..]]), "skipped");
        yield return (LoggedRun.Renumbered([.. run[..at], run[at], .. run[at..]]), "doubled");
        if (!retire.Scalars.IsEmpty && retire.Head.Opcode != 0x40)
        {
            yield return (LoggedRun.With(run, at, r => (Retire)r with { Scalars = [retire.Scalars[0] + 1, .. retire.Scalars[1..]] }), "scalars");
        }
    }

    private string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    private static void Ours(params string[] arguments)
    {
        var (exit, said) = Node.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "pomisa.dll"), .. arguments]);
        Assert.True(exit == 0, said);
    }

    private static string Theirs(params string[] arguments)
    {
        var (exit, said) = Node.Run("node", [Verifier, .. arguments]);
        Assert.True(exit == 0, said);
        return said.TrimEnd('\n');
    }
}
