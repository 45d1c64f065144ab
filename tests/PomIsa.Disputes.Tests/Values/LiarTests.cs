using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A machine errs or lies once and stands to it: the honest side wins by a file, whichever side it is.</summary>
public sealed class LiarTests
{
    private static readonly RunRequest Prompt = new() { Prompt = [3, 17, 5, 60, 22] };

    public static TheoryData<string> Opcodes => [.. InstructionTable.All.Where(DerivationTable.Has).Select(static r => r.Mnemonic)];

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void A_fault_at_any_opcode_of_the_table_is_proven(string opcode)
    {
        foreach (OpcodeProgram made in ProgramsOf(opcode == "input" ? "vadd" : opcode))
        {
            using BoundProgram program = made.Program;
            using var machine = new LyingMachine(program, made.Request);
            int at = machine.Places(opcode)[^1];
            Action<OpContext> fault = opcode == "read" ? Faults.Last : machine.RowAt(at) is { WrittenTensors: 0, Pushes: 0 } ? Faults.Recorded : Faults.Output;
            if (machine.Erring(at, fault) is not { } erring || machine.FirstDifference(erring) < 0)
            {
                continue; // what it gives is empty
            }

            Convicts(machine, erring, at, FaultKind.Value);
            Convicts(machine, machine.Denying(erring), machine.FirstDifference(erring), FaultKind.Claim);
            foreach (byte[][] lie in Disorders(machine.Run, at))
            {
                Assert.Equal("honest", Dispute.Settle(LoggedRun.Signed("liar", lie), machine.Honest(), Bisection.Sixteen).Winner?.Name);
                Assert.Equal("honest", Dispute.Settle(machine.Honest(), LoggedRun.Signed("liar", LoggedRun.Renumbered(lie)), Bisection.Sixteen).Winner?.Name);
            }

            return;
        }

        Assert.Fail($"No program of {opcode} shows what it gives.");
    }

    [Fact]
    public void No_opcode_of_the_table_is_left_out()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        HashSet<string> tried = [.. InstructionTable.All.Where(DerivationTable.Has).Select(static r => r.Mnemonic)];
        foreach (byte[] entry in LoggedRun.Of(program, new RunRequest { Prompt = [3, 1, 2] }))
        {
            if (Record.TryDecode(entry, out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row))
            {
                tried.Add(row.Mnemonic);
            }
        }

        Assert.Empty(InstructionTable.All.Select(static r => r.Mnemonic).Except(tried));
    }

    [Theory]
    [InlineData(true, PrivacyMode.None)]
    [InlineData(false, PrivacyMode.None)]
    [InlineData(true, PrivacyMode.Tokens)]
    [InlineData(true, PrivacyMode.All)]
    public void A_fault_at_any_instruction_of_a_decoder_is_proven(bool quantized, PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        Assert.InRange(EachOpcodeErrs(program, In(mode, Prompt)), 15, 40);
    }

    [Theory]
    [InlineData(PrivacyMode.None)]
    [InlineData(PrivacyMode.All)]
    public void A_fault_is_proven_behind_branches_calls_of_drivers_and_states_that_were_reset(PrivacyMode mode)
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        Assert.InRange(EachOpcodeErrs(program, In(mode, new RunRequest { Prompt = [3, 1, 2] })), 20, 60);
    }

    [Fact]
    public void Rows_that_were_appended_otherwise_than_they_were_made_are_proven_where_they_are_read()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        using var machine = new LyingMachine(program, Prompt);
        Convicts(machine, machine.Erring(machine.Places("append")[0], Faults.State)!, machine.Places("attention")[0], FaultKind.Value);
    }

    [Fact]
    public void A_row_that_is_anothers_is_proven()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        using var machine = new LyingMachine(program, Prompt);
        int embed = machine.Places("embed")[0];
        Assert.Equal(0, Convicts(machine, machine.Erring(embed, Faults.Row)!, embed, FaultKind.Value).Report!.Finding!.Row);
    }

    [Fact]
    public void An_input_that_is_recorded_and_is_not_the_one_that_was_computed_with_is_proven()
    {
        foreach (bool quantized in (bool[])[true, false])
        {
            using var decoder = new TinyDecoder(quantized);
            using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
            using var machine = new LyingMachine(program, Prompt);
            int product = machine.Places(quantized ? "linear.w8" : "matmul")[^5]; // behind attention: no other product reads its rows
            Convicts(machine, machine.Erring(product, Faults.Recorded)!, product, FaultKind.Value);
        }
    }

    [Fact]
    public void What_a_product_multiplies_is_proven_wrong_where_its_record_commits_to_nothing()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        foreach (PrivacyMode mode in (PrivacyMode[])[PrivacyMode.None, PrivacyMode.All])
        {
            using var machine = new LyingMachine(program, In(mode, Prompt));
            int down = Down(machine);
            static void Fault(OpContext c)
            {
                Faults.Recorded(c);
                Faults.Output(c); // which shows in later records
            }

            Assert.Contains("of its output 1 ", Convicts(machine, machine.Erring(down, Fault)!, down, FaultKind.Value).Report!.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(PrivacyMode.None)]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void A_product_that_commits_to_what_is_near_or_does_not_to_what_is_not_is_proven_wrong(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        RunRequest request = In(mode, Prompt);
        using var machine = new LyingMachine(program, request);
        int down = Down(machine);
        var some = new Digest(new byte[Digest.Size]);
        byte[][] more = LoggedRun.With(machine.Run, down, r => mode == PrivacyMode.All ? (Retire)r with { Salted = [some] } : (Retire)r with { Commitments = [some] });
        byte[][] less = LoggedRun.With(machine.Run, down - 3, static r => (Retire)r with { Salted = [], Commitments = [] });
        Convicts(machine, machine.Answering(more, program, request), down, FaultKind.Outputs);
        Convicts(machine, machine.Answering(less, program, request), down - 3, FaultKind.Outputs);
    }

    /// <summary>The product behind gate, up, silu and vmul in the decoder's second call, which has one row.</summary>
    private static int Down(LyingMachine machine)
    {
        int down = machine.Places("linear.w8")[14];
        Assert.Equal(["linear.w8", "linear.w8", "silu", "vmul", "linear.w8"], Enumerable.Range(down - 4, 5).Select(at => machine.RowAt(at).Mnemonic));
        return down;
    }

    [Theory]
    [InlineData(PrivacyMode.None)]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void A_record_that_is_not_what_its_maker_claims_is_proven_without_the_program(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        RunRequest request = In(mode, Prompt);
        using var machine = new LyingMachine(program, request);
        foreach (int at in (int[])[machine.Places("linear.w8")[3], machine.Places("argmax")[1], machine.Places("emit")[1]])
        {
            byte[][] lie = LoggedRun.With(machine.Run, at, static r => Flipped((Retire)r));
            bool follows = mode == PrivacyMode.None && machine.RowAt(at).Mnemonic == "emit"; // what is emitted was shown before
            DisputeResult result = Convicts(machine, machine.Answering(lie, program, request), at, follows ? FaultKind.Scalars : FaultKind.Claim);
            Assert.Equal(FaultVerdict.Proven, FaultCheck.Check(result.Proof.Span).Verdict);
        }
    }

    [Fact]
    public void A_drawn_token_that_was_not_drawn_is_proven()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind("""
                call forward, words -> logits
                push 3
                sample logits
                emit
            """);
        var drawn = new SamplingParameters(SamplingKind.Drawn, 7, BitConverter.SingleToUInt32Bits(0.8f), BitConverter.SingleToUInt32Bits(0.9f), 12);
        foreach (PrivacyMode mode in (PrivacyMode[])[PrivacyMode.None, PrivacyMode.All])
        {
            using var machine = new LyingMachine(program, In(mode, Prompt with { Sampling = drawn }));
            int sample = machine.Places("sample")[^1];
            Convicts(machine, machine.Erring(sample, Faults.Output)!, sample, FaultKind.Value);
        }
    }

    [Fact]
    public void A_loop_that_leaves_at_a_token_is_proven_left_too_soon_or_gone_on_with_few_records()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind("""
                call forward, words -> logits
                push 20
                loop 20
                    argmax logits
                    dup
                    emit
                    dup
                    set next
                    push 999
                    eq
                    brk_if
                    get next
                    token word
                    call forward, word -> logits
                end
            """);
        using var machine = new LyingMachine(program, Prompt);
        int at = machine.Places("brk_if")[^1];
        byte[][] left = [.. machine.Run[..(at + 1)], .. machine.Run[^2..]]; // behind the loop comes halt, then the end
        DisputeResult result = Dispute.Settle(LoggedRun.Signed("liar", LoggedRun.Renumbered(left)), machine.Honest(), Bisection.Sixteen);
        Assert.Equal("honest", result.Winner?.Name);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));
        Assert.InRange(proof.Records.Count, 1, 6);
        int norm = machine.Places("rmsnorm")[^2];
        result = Convicts(machine, machine.Erring(norm, Faults.Output)!, norm, FaultKind.Value);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out proof));
        Assert.InRange(proof.Records.Count, 1, 6);
    }

    [Fact]
    public void Other_weights_than_the_manifests_are_proven_where_they_first_matter()
    {
        using TinyDecoder decoder = new(quantized: true), other = new(quantized: true, seed: 0x99);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2)), wrong = other.Bind(TinyDecoder.Generate(2));
        using var machine = new LyingMachine(program, Prompt);
        Digest run = Digest.Of(machine.Run[0]);
        byte[][] lie = [machine.Run[0], .. LoggedRun.Of(wrong, Prompt)[1..].Select(entry =>
        {
            Assert.True(Record.TryDecode(entry, out Record record, out _));
            return LoggedRun.Encode(record is Retire retire ? retire with { Head = retire.Head with { RunId = run } } : ((RunClose)record) with { RunId = run });
        })];
        Convicts(machine, machine.Answering(lie, wrong, Prompt), machine.Places("embed")[0], FaultKind.Value);
    }

    [Fact]
    public void Who_answers_with_what_he_did_not_sign_or_not_at_all_forfeits()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        using var machine = new LyingMachine(program, Prompt);
        Party liar = machine.Erring(machine.Places("silu")[0], Faults.Output)!, honest = machine.Honest();
        Func<byte[], byte[]?> truth = liar.Ask!;
        for (int silent = 0, questions = 1; silent < questions; silent++)
        {
            foreach ((bool matters, Func<byte[], byte[]?> answer) in ((bool, Func<byte[], byte[]?>)[])[(true, static _ => null), (true, static _ => []), (true, q => [.. truth(q)!, 0]), (false, q => Flipped(truth(q)!))])
            {
                int asked = 0;
                DisputeResult result = Dispute.Settle(honest, liar with { Ask = q => asked++ == silent ? answer(q) : truth(q) }, Bisection.Sixteen);
                Assert.True(result.Outcome == Outcome.Forfeited || (!matters && result.Outcome == Outcome.Proven), $"question {silent}: {result.Text}"); // a root that nobody goes on with may be any
                Assert.Same(honest, result.Winner);
                Assert.Equal(result.Outcome == Outcome.Forfeited, result.Proof.IsEmpty);
            }

            questions = 0;
            Dispute.Settle(honest, liar with { Ask = q => questions++ < 0 ? null : truth(q) }, Bisection.Sixteen);
        }
    }

    /// <param name="count">Tokens that he binds, of eight that were emitted.</param>
    [Theory]
    [InlineData(8)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_long_response_that_is_wrong_is_proven_by_the_tokens_that_the_accused_says_he_bound_or_he_forfeits(int count)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(8));
        using var machine = new LyingMachine(program, Prompt);
        int last = machine.Run.Length - 1;
        int[] tokens = [.. machine.Run.Select(static e => Record.TryDecode(e, out Record record, out _) && record is Retire { Head.Opcode: 0x70, Scalars: [var token] } ? (int)token : -1).Where(static t => t >= 0)];
        tokens = [.. tokens.Append(0).Take(count)];
        tokens[5] ^= count == 8 ? 1 : 0;
        byte[][] lie = LoggedRun.With(machine.Run, last, r => (RunClose)r with { Response = RunRequest.ResponseDigest(tokens) });
        Party honest = machine.Honest(), silent = LoggedRun.Signed("liar", lie), liar = silent with { Ask = _ => [.. tokens.SelectMany(BitConverter.GetBytes)] };
        int all = Dispute.Settle(liar, honest, Bisection.Sixteen).Proof.Length;
        DisputeResult result = Dispute.Settle(liar, honest, Bisection.Sixteen, null, mostForResponse: 0);
        Assert.Same(honest, result.Winner);
        Assert.Equal(FaultKind.Close, FaultCheck.Check(result.Proof.Span, liar.Key).Finding!.Kind);
        Assert.InRange(result.Proof.Length, 1, all - 200);
        Assert.Equal(Outcome.Forfeited, Dispute.Settle(silent, honest, Bisection.Sixteen, null, mostForResponse: 0).Outcome);
    }

    [Fact]
    public void A_value_that_is_right_is_never_proven_wrong()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        using var machine = new LyingMachine(program, Prompt);
        Party liar = machine.Erring(machine.Places("attention")[0], Faults.Output)!, honest = machine.Honest();
        DisputeResult result = Dispute.Settle(liar, honest, Bisection.Sixteen);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));

        // The same body against the honest log: its key has not signed the claim.
        ulong[] indices = [.. Enumerable.Range(0, proof.Records.Count).Select(proof.Records.IndexAt)];
        var records = new ProvenRecords([.. indices.Select(i => (i, honest.Log.Entry(i)))]);
        FaultProof forged = proof with { Key = honest.Key!, Note = honest.Log.Note, Records = records, Proof = Multiproof.Build(honest.Log, honest.Log.Checkpoint.Size, indices) };
        Assert.Equal(FaultVerdict.NotProven, FaultCheck.Check(forged.ToBytes()).Verdict);
        for (int i = 0; i < proof.Body.Length; i += 7)
        {
            byte[] body = proof.Body.ToArray();
            body[i] ^= 0x21;
            Assert.NotEqual(FaultVerdict.Proven, FaultCheck.Check((forged with { Body = body }).ToBytes()).Verdict);
        }
    }

    /// <summary>A record left out, one that is there twice, and two that changed places.</summary>
    private static byte[][][] Disorders(byte[][] run, int at) =>
        [[.. run[..at], .. run[(at + 1)..]], [.. run[..(at + 1)], .. run[at..]], [.. run[..at], run[at + 1], run[at], .. run[(at + 2)..]]];

    private static IEnumerable<OpcodeProgram> ProgramsOf(string opcode) =>
        DerivationTests.Some(opcode).Concat(OpcodeProgram.Cases(row => row.Mnemonic == opcode)).Select(static one => OpcodeProgram.Of(one.Case)).OfType<OpcodeProgram>();

    private static RunRequest In(PrivacyMode mode, RunRequest request) =>
        mode == PrivacyMode.None ? request : request with { Privacy = new RunPrivacy(mode, RunSecret.Of([.. Enumerable.Range(0, RunSecret.Bytes).Select(static i => (byte)i)])) };

    private static byte[] Flipped(byte[] answer)
    {
        byte[] changed = [.. answer];
        changed[^1] ^= 1;
        return changed;
    }

    private static Retire Flipped(Retire retire) => !retire.Scalars.IsEmpty ? retire with { Scalars = [retire.Scalars[0] ^ 1, .. retire.Scalars[1..]] }
        : !retire.Salted.IsEmpty ? retire with { Salted = [Digest.Of([1])] }
        : retire with { Commitments = [Digest.Of([1])] };

    /// <summary>Errs at the last record of each opcode whose fault comes to be recorded.</summary>
    private static int EachOpcodeErrs(BoundProgram program, RunRequest request)
    {
        using var machine = new LyingMachine(program, request);
        HashSet<OpcodeRow> seen = [];
        foreach (int at in Enumerable.Range(1, machine.Run.Length - 2).Reverse())
        {
            OpcodeRow row = machine.RowAt(at);
            if ((row.WrittenTensors > 0 || row.Pushes > 0 || row.Emits > 0) && !seen.Contains(row) && machine.Erring(at, Faults.Output) is { } erring && machine.FirstDifference(erring) >= 0)
            {
                Convicts(machine, erring, at, DerivationTable.Has(row) ? FaultKind.Value : FaultKind.Scalars);
                seen.Add(row);
            }
        }

        return seen.Count;
    }

    private static DisputeResult Convicts(LyingMachine machine, Party liar, int at, FaultKind? kind)
    {
        Party honest = machine.Honest();
        DisputeResult result = null!;
        foreach ((Party a, Party b) in new[] { (honest, liar), (liar, honest) })
        {
            result = Dispute.Settle(a, b, Bisection.Sixteen);
            Assert.True(result.Outcome == Outcome.Proven, $"{machine.RowAt(at)} at {at}: {result.Text}");
            Assert.Same(honest, result.Winner);
            Assert.InRange(result.Difference!.Index, (ulong)at, ulong.MaxValue);
            Assert.InRange(result.OutputRounds, kind == FaultKind.Value ? 1 : 0, 3);
            Assert.InRange(result.Proof.Length, 1, FaultProof.MaxBytes);
            FaultReport report = FaultCheck.Check(result.Proof.Span, liar.Key, machine.Module);
            Assert.True(report.Verdict == FaultVerdict.Proven, report.Text);
            Assert.Equal(((ulong)at, kind ?? report.Finding!.Kind), (report.Finding!.Index, report.Finding.Kind));
        }

        return result;
    }
}
