using System.Globalization;
using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Tests.Values;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Second.Tests;

/// <summary>The verifier of <c>spec/second</c> says of faults of values, and of claims, what ours says, at each opcode that has values.</summary>
public sealed class ValueVerifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-second-").FullName;
    private readonly List<string> _expected = [];
    private readonly Random _random = new(5);
    private readonly LogKey _key = LogKey.Create("example.org/liar");
    private readonly WorkerPool _pool = new(1);

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _key.Dispose();
        _pool.Dispose();
    }

    [NodeFact]
    public void Its_faults_of_values_are_ours_at_every_opcode()
    {
        foreach (string opcode in InstructionTable.All.Where(DerivationTable.Has).Where(static r => r.Mnemonic is not ("input" or "token")).Select(static r => r.Mnemonic))
        {
            VectorCase[] cases = [.. OpcodeProgram.Cases(r => r.Mnemonic == opcode).Select(static c => c.Case)];
            int most = opcode == "sample" ? 10 : 1;
            foreach (OpcodeProgram made in cases.Where((_, i) => i % Math.Max(1, cases.Length / (3 + most)) == 0).Reverse().Select(OpcodeProgram.Of).OfType<OpcodeProgram>().Take(most))
            {
                using BoundProgram program = made.Program;
                using var one = new ValueCase(program, made.Request, opcode);
                Lies(one, opcode);
            }
        }

        Assert.True(_expected.Count > 500, $"{_expected.Count}");
        Agrees();
    }

    [NodeTheory]
    [InlineData(true, PrivacyMode.None)]
    [InlineData(false, PrivacyMode.None)]
    [InlineData(true, PrivacyMode.Tokens)]
    [InlineData(true, PrivacyMode.All)]
    public void Its_faults_of_a_decoder_are_ours(bool quantized, PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        Errs(program, In(mode, new RunRequest { Prompt = [3, 17, 5, 60, 22], Salt = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)] }));
    }

    [NodeTheory]
    [InlineData(PrivacyMode.None)]
    [InlineData(PrivacyMode.All)]
    public void Its_faults_behind_branches_and_calls_of_drivers_are_ours(PrivacyMode mode)
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        Errs(program, In(mode, new RunRequest { Prompt = [3, 1, 2] }));
    }

    [NodeFact]
    public void Its_faults_of_inputs_are_ours_in_whatever_order_they_are_read()
    {
        string[] inputs = ["input a: i32[P], left\noutput a, 0", "input b: i32[S, 3], right\noutput b, 1", "input c: i32[2], whole\noutput c, 2"];
        foreach (int[] order in (int[][])[[0, 1, 2], [2, 0, 1], [0, 2, 1], [1, 0], [2]])
        {
            using BoundProgram program = InputPrograms.Program(string.Join('\n', order.Select(i => inputs[i])) + "\ncall inner\nhalt");
            using var machine = new LyingMachine(program, InputPrograms.Given(4, 2));
            foreach (int at in machine.Places("input").Take(order.Length))
            {
                if (machine.Erring(at, Faults.Output) is { } erring)
                {
                    SettleIfProven(machine, erring, $"input-{string.Join("", order)}-{at}");
                }
            }
        }

        using BoundProgram counting = Programs.Bind(InputPrograms.Counting);
        using var counted = new LyingMachine(counting, InputPrograms.Words(5));
        foreach (int words in (int[])[1, 3, 6, 8])
        {
            Settle(counted, InputPrograms.Other(counted, counting, words), $"words-{words}");
        }

        Assert.True(_expected.Count(static e => e.Contains(": proven", StringComparison.Ordinal)) > 10, string.Join('\n', _expected));
        Agrees();
    }

    /// <summary>The second machine executes what ours did, and comes to the same outputs.</summary>
    [NodeTheory]
    [InlineData(PrivacyMode.None)]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void Its_outputs_tree_is_ours(PrivacyMode mode)
    {
        foreach (string opcode in (string[])["", "linear.w8", "linear.w4", "matmul.i8", "conv", "split", "topk"])
        {
            OpcodeProgram? made = opcode.Length == 0 ? null : OpcodeProgram.Cases(r => r.Mnemonic == opcode).Select(static c => OpcodeProgram.Of(c.Case)).First(static p => p is not null);
            using BoundProgram program = made?.Program ?? Programs.Bind(DriverPrograms.Everything);
            RunRequest request = In(mode, made?.Request ?? new RunRequest { Prompt = [3, 1, 2] });
            byte[][] records = LoggedRun.Of(program, request);
            var tree = OutputsTree.Of(program, request, _pool, (ulong)records.Length);
            File.WriteAllBytes(Path.Combine(_folder, "module.pisab"), program.Module.Encode());
            File.WriteAllText(Path.Combine(_folder, "private.json"), Description(request, mode));
            var (exit, said) = Node.Run("node", "spec/second/machine.js", "outputs", _folder);
            Assert.True(exit == 0, said);
            Assert.Equal($"{Digest.Of(records[0])} {tree.Leaves} {Convert.ToBase64String(tree.Root.ToArray())}", said.TrimEnd());
        }
    }

    /// <summary>Of a decoder's block the last product records nothing, and its leaf has what it multiplies all the same, without a salt.</summary>
    [NodeTheory]
    [InlineData(true, PrivacyMode.None)]
    [InlineData(false, PrivacyMode.None)]
    [InlineData(true, PrivacyMode.All)]
    public void Its_outputs_tree_of_a_decoder_is_ours(bool quantized, PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        RunRequest request = In(mode, new RunRequest { Prompt = [3, 17, 5] });
        byte[][] records = LoggedRun.Of(program, request);
        var tree = OutputsTree.Of(program, request, _pool, (ulong)records.Length);
        File.WriteAllBytes(Path.Combine(_folder, "module.pisab"), program.Module.Encode());
        File.WriteAllText(Path.Combine(_folder, "private.json"), Description(request, mode));
        var (exit, said) = Node.Run("node", "spec/second/machine.js", "outputs", _folder, "--weights", decoder.WeightsFolder);
        Assert.True(exit == 0, said);
        Assert.Equal($"{Digest.Of(records[0])} {tree.Leaves} {Convert.ToBase64String(tree.Root.ToArray())}", said.TrimEnd());
    }

    private static string Description(RunRequest request, PrivacyMode mode)
    {
        string hidden = mode == PrivacyMode.None ? "" : $"\"private\": \"{(mode == PrivacyMode.All ? "all" : "tokens")}\", \"secret\": \"{Convert.ToHexStringLower(Secret)}\", ";
        string zeros = new('0', 64);
        IEnumerable<string> inputs = request.Inputs.Select(static i =>
            $"{{\"dtype\": \"{DTypes.NameOf(i.Element)}\", \"shape\": [{string.Join(", ", i.Shape)}], \"bytes\": \"{Convert.ToHexStringLower(i.Bytes.AsSpan())}\"}}");
        return $"{{{hidden}\"runs\": [{{\"salt\": \"{zeros}\", \"trigger\": \"{zeros}\", \"prompt\": [{string.Join(", ", request.Prompt)}], \"inputs\": [{string.Join(", ", inputs)}]}}]}}";
    }

    private static byte[] Secret => [.. Enumerable.Range(0, RunSecret.Bytes).Select(static i => (byte)i)];

    private static RunRequest In(PrivacyMode mode, RunRequest request) => mode == PrivacyMode.None ? request : request with { Privacy = new RunPrivacy(mode, RunSecret.Of(Secret)) };

    /// <summary>A fault at the last record of each opcode, and of each product that records nothing; who claims it, who denies it, and one record that is not what its maker claims.</summary>
    private void Errs(BoundProgram program, RunRequest request)
    {
        using var machine = new LyingMachine(program, request);
        HashSet<(OpcodeRow, int)> seen = [];
        foreach (int at in Enumerable.Range(1, machine.Run.Length - 2).Reverse())
        {
            OpcodeRow row = machine.RowAt(at);
            int held = Record.TryDecode(machine.Run[at], out Record record, out _) && record is Retire { Commitments: var plain, Salted: var salted } ? plain.Length + salted.Length : 0;
            if (row.WrittenTensors + row.Pushes + row.Emits == 0 || seen.Contains((row, held)) || machine.Erring(at, Faults.Output) is not { } erring || machine.FirstDifference(erring) < 0)
            {
                continue;
            }

            seen.Add((row, held));
            Settle(machine, erring, $"{row.Mnemonic}-erring");
            Settle(machine, machine.Denying(erring), $"{row.Mnemonic}-denying");
        }

        Assert.InRange(seen.Count, 15, 60);
        if (request.Privacy is { } privacy)
        {
            // Who binds another response, and claims that he does; and who claims what he emitted.
            int last = machine.Run.Length - 1;
            (Digest other, Digest salt) = (Digest.Of("another"u8), privacy.Secret.Salt((ulong)last, 0));
            byte[][] lie = LoggedRun.With(machine.Run, last, r => (RunClose)r with { Response = Salted.Of(salt, other) });
            Settle(machine, Claiming(program, request, lie, (s, data) => s == (ulong)last ? [.. other.ToArray(), .. salt.ToArray()] : data), "response-erring");
            Settle(machine, Claiming(program, request, lie, null), "response-denying");
        }

        Agrees();
    }

    private Party Claiming(BoundProgram program, RunRequest request, byte[][] entries, Func<ulong, byte[], byte[]>? leaf)
    {
        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var party = new ValueParty(program, request, Digest.Of(entries[0]), 0, (ulong)entries.Length, static _ => null, _key, _pool) { Leaf = leaf };
        return new Party("liar", new MemoryLog(entries, checkpoint, checkpoint.Sign(_key)), _key.Verifier) { Ask = question => party.Answer(question) };
    }

    private void Settle(LyingMachine machine, Party liar, string name) => Assert.True(SettleIfProven(machine, liar, name), name);

    private bool SettleIfProven(LyingMachine machine, Party liar, string name)
    {
        DisputeResult result = Dispute.Settle(machine.Honest(), liar, Bisection.Sixteen);
        if (!FaultProof.TryParse(result.Proof.Span, out FaultProof? proof))
        {
            return false;
        }

        Write(proof with { Module = machine.Module }, name);
        if (ValueBody.TryParse(proof.Body.Span, out ValueBody? body))
        {
            // The element beside it lies in the same block, and is mostly right.
            Note($"{_expected.Count:D5}-{name}-beside", (proof with { Module = machine.Module, Body = (body with { Element = body.Element ^ 1 }).ToBytes() }).ToBytes());
        }

        return true;
    }

    /// <summary>A wrong bit in each output of the record and in its scalar, settled without and with signed cells; and a claim that is not what was recorded.</summary>
    private void Lies(ValueCase one, string opcode)
    {
        for (int output = 0; output < Math.Max(1, one.Subject.Outputs); output++)
        {
            byte[] bytes = one.Subject.IsScalar ? [] : one.Bytes(output);
            Retire lie = one.Record with { Scalars = [.. one.Record.Scalars.Select(static s => s ^ 1)] };
            if (!one.Subject.IsScalar)
            {
                if (bytes.Length == 0)
                {
                    continue;
                }

                bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
                lie = one.Lie(output, bytes);
            }

            Expect(one, lie, one.Dispute(lie, output, bytes), $"{opcode}-{output}");
            Expect(one, lie, one.Dispute(lie, output, bytes, byCells: true), $"{opcode}-{output}-cells");
            Expect(one, lie, one.Dispute(lie, output, bytes, (cell, value) => cell > 0 ? value ^ 1 : value, byCells: true), $"{opcode}-{output}-wrong");
        }

        // Who records one thing and claims another.
        Retire other = one.Record with { Scalars = [.. one.Record.Scalars.Select(static s => s + 1)], Commitments = [.. one.Record.Commitments.Select(static c => default(Digest))] };
        if (other.Scalars.Length + other.Commitments.Length > 0)
        {
            Expect(one, other, one.Dispute(other, one.Liar(one.Record, 0, null)), $"{opcode}-claim");
        }
    }

    /// <summary>Writes the file with its program, and changed copies of it; notes what ours says of each.</summary>
    private void Expect(ValueCase one, Retire lie, ValueOutcome outcome, string name)
    {
        Assert.True(outcome.IsProven, $"{name}: {outcome.Text}");
        Assert.True(FaultProof.TryParse(one.File(lie, outcome), out FaultProof? proof));
        Write(proof with { Module = one.Program.Module.Encode() }, name);
    }

    private void Write(FaultProof proof, string name)
    {
        byte[] file = proof.ToBytes();
        Note($"{_expected.Count:D5}-{name}", file);
        for (int i = 0; i < 3; i++)
        {
            byte[] changed = [.. file];
            changed[_random.Next(changed.Length)] ^= (byte)(1 << _random.Next(8));
            Note($"{_expected.Count:D5}-{name}-changed", changed);
        }

        byte[] body = proof.Body.ToArray();
        if (body.Length > 0)
        {
            body[_random.Next(body.Length)] ^= (byte)(1 << _random.Next(8));
        }

        Note($"{_expected.Count:D5}-{name}-body", (proof with { Body = body }).ToBytes());
        Note($"{_expected.Count:D5}-{name}-kind", (proof with { Kind = proof.Kind == FaultKind.Value ? FaultKind.Claim : FaultKind.Value }).ToBytes());
    }

    private void Note(string name, byte[] file)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), file);
        FaultReport report = FaultCheck.Check(file);
        _expected.Add(report is { Verdict: FaultVerdict.Proven, Finding: { } found }
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: proven: record {found.Index} of example.org/liar, kind {(int)found.Kind}")
            : $"{name}: refused");
    }

    private void Agrees()
    {
        var (exit, said) = Node.Run("node", "spec/second/verifier.js", "faults", _folder);
        Assert.True(exit == 0, said);
        Assert.Equal(_expected, said.TrimEnd('\n').Split('\n').Select(static line => string.Join(':', line.Split(':').Take(line.Contains(": proven", StringComparison.Ordinal) ? 3 : 2))));
    }
}
