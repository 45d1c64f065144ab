using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A machine lies about a value and stands to it: the honest side wins, whichever side it is, and its proof is small.</summary>
public sealed class LiarTests
{
    private static readonly RunRequest Prompt = new() { Prompt = [3, 17, 5, 60, 22] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wrong_bit_in_any_opcodes_output_is_proven(bool quantized)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        Assert.InRange(EachOpcodeLies(program, Prompt), 10, 40);
    }

    [Fact]
    public void A_wrong_bit_is_proven_behind_branches_calls_of_drivers_and_states_that_were_reset()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        Assert.InRange(EachOpcodeLies(program, new RunRequest { Prompt = [3, 1, 2] }, last: true), 6, 40);
    }

    [Fact]
    public void A_row_that_is_anothers_is_proven()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        using var machine = new LyingMachine(program, Prompt);
        int embed = At(machine, "embed", last: false);
        DisputeResult result = Convicts(machine, machine.Lie(embed, 0, static bytes => bytes.AsSpan(0, bytes.Length / 5).CopyTo(bytes.AsSpan(bytes.Length / 5))), embed);
        Assert.Equal(1, result.Report!.Finding!.Row);
    }

    [Fact]
    public void A_number_taken_from_a_tensor_is_proven_without_asking()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(3));
        using var machine = new LyingMachine(program, Prompt);
        int argmax = At(machine, "argmax", last: true);
        byte[][] lie = LoggedRun.With(machine.Run, argmax, static r => (Retire)r with { Scalars = [((Retire)r).Scalars[0] ^ 1] });
        Convicts(machine, LoggedRun.Signed("liar", lie), argmax);
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
        int at = At(machine, "brk_if", last: true);
        byte[][] left = [.. machine.Run[..(at + 1)], .. machine.Run[^2..]]; // behind the loop comes halt, then the end
        DisputeResult result = Dispute.Settle(LoggedRun.Signed("liar", LoggedRun.Renumbered(left)), machine.Honest(), Bisection.Sixteen);
        Assert.Equal("honest", result.Winner?.Name);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));
        Assert.InRange(proof.Records.Count, 1, 6);
        int norm = At(machine, "rmsnorm", last: true);
        result = Convicts(machine, machine.Lie(norm, 0, static bytes => bytes[0] ^= 1), norm);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out proof));
        Assert.InRange(proof.Records.Count, 1, 6);
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
        using var machine = new LyingMachine(program, Prompt with { Sampling = drawn });
        int sample = At(machine, "sample", last: true);
        Convicts(machine, LoggedRun.Signed("liar", LoggedRun.With(machine.Run, sample, static r => (Retire)r with { Scalars = [((Retire)r).Scalars[0] ^ 1] })), sample);
    }

    [Theory]
    [MemberData(nameof(DerivationTests.Opcodes), MemberType = typeof(DerivationTests))]
    public void A_lie_at_any_opcode_of_the_table_is_proven(string opcode)
    {
        foreach ((_, VectorCase vector) in DerivationTests.Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is not { } made)
            {
                continue;
            }

            using var machine = new LyingMachine(made.Program, made.Request);
            int at = At(machine, opcode, last: true);
            bool scalar = machine.RowAt(at).RecordedTensors == 0, empty = false;
            Party liar = scalar
                ? LoggedRun.Signed("liar", LoggedRun.With(machine.Run, at, static r => (Retire)r with { Scalars = [((Retire)r).Scalars[0] ^ 1] }))
                : machine.Lie(at, 0, bytes =>
                {
                    empty = bytes.Length == 0;
                    if (!empty)
                    {
                        bytes[bytes.Length / 2] ^= 1;
                    }
                });
            if (!empty)
            {
                Convicts(machine, liar, at);
                foreach (byte[][] lie in (byte[][][])[[.. machine.Run[..at], .. machine.Run[(at + 1)..]], [.. machine.Run[..(at + 1)], .. machine.Run[at..]], [.. machine.Run[..at], machine.Run[at + 1], machine.Run[at], .. machine.Run[(at + 2)..]]])
                {
                    Assert.Equal("honest", Dispute.Settle(LoggedRun.Signed("liar", lie), machine.Honest(), Bisection.Sixteen).Winner?.Name);
                    Assert.Equal("honest", Dispute.Settle(machine.Honest(), LoggedRun.Signed("liar", LoggedRun.Renumbered(lie)), Bisection.Sixteen).Winner?.Name);
                }

                return;
            }
        }

        Assert.Fail("No vector has an output.");
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
        using var pool = new Kernels.WorkerPool(1);
        Party liar = machine.Serving(lie, indices => PomIsa.Disputes.Values.Parties.CapturedValues.Of(wrong, Prompt, pool, 0, indices));
        Convicts(machine, liar, At(machine, "embed", last: false));
    }

    [Fact]
    public void Who_answers_for_a_small_value_with_what_he_did_not_commit_to_or_not_at_all_is_proven_wrong()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        using var machine = new LyingMachine(program, Prompt);
        foreach (string opcode in (string[])["rmsnorm", "embed", "attention"])
        {
            int at = At(machine, opcode, last: true);
            EachSilence(machine, at, static (result, honest, liar) =>
            {
                Assert.True(result.Outcome == Outcome.Proven, result.Text);
                Assert.Same(honest, result.Winner);
                Assert.Equal(FaultKind.Value, FaultCheck.Check(result.Proof.Span, liar.Key).Finding!.Kind);
            });
        }
    }

    [Fact]
    public void Who_answers_for_a_large_value_with_what_he_did_not_commit_to_or_not_at_all_forfeits()
    {
        using BoundProgram program = Programs.Bind("""
            .module large
            .step work() -> (y: f32[100, 128])
                zeros x: f32[100, 128]
                vadd y, x, x
                ret
            .end
            .driver main
                call work -> y
                output y, 0
                halt
            .end
            .entry main
            """);
        using var machine = new LyingMachine(program, new RunRequest());
        EachSilence(machine, At(machine, "vadd", last: true), static (result, honest, _) =>
        {
            Assert.True(result.Outcome == Outcome.Forfeited, result.Text);
            Assert.Same(honest, result.Winner);
            Assert.True(result.Proof.IsEmpty);
        });
    }

    private static void EachSilence(LyingMachine machine, int at, Action<DisputeResult, Party, Party> then)
    {
        Party liar = machine.Lie(at, 0, static bytes => bytes[5] ^= 4), honest = machine.Honest();
        Func<byte[], byte[]?> truth = liar.Ask!;
        foreach (Func<byte[], byte[]?>? ask in (Func<byte[], byte[]?>?[])[null, static _ => [], q => [.. truth(q)!, 0], q => Flipped(truth(q)!)])
        {
            then(Dispute.Settle(honest, liar with { Ask = ask }, Bisection.Sixteen), honest, liar);
        }
    }

    [Fact]
    public void A_long_response_that_is_wrong_is_proven_by_the_tokens_that_the_accused_says_he_bound_or_he_forfeits()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(8));
        using var machine = new LyingMachine(program, Prompt);
        int last = machine.Run.Length - 1;
        int[] tokens = [.. machine.Run.Select(static e => Record.TryDecode(e, out Record record, out _) && record is Retire { Head.Opcode: 0x70, Scalars: [var token] } ? (int)token : -1).Where(static t => t >= 0)];
        tokens[5] ^= 1;
        byte[][] lie = LoggedRun.With(machine.Run, last, r => (RunClose)r with { Response = RunRequest.ResponseDigest(tokens) });
        Party honest = machine.Honest(), silent = LoggedRun.Signed("liar", lie), liar = silent with { Ask = _ => [.. tokens.SelectMany(BitConverter.GetBytes)] };
        int all = Dispute.Settle(liar, honest, Bisection.Sixteen).Proof.Length;
        try
        {
            Dispute.ResponseLimit = 0;
            DisputeResult result = Dispute.Settle(liar, honest, Bisection.Sixteen);
            Assert.Same(honest, result.Winner);
            Assert.Equal(FaultKind.Close, FaultCheck.Check(result.Proof.Span, liar.Key).Finding!.Kind);
            Assert.InRange(result.Proof.Length, 1, all - 200);
            Assert.Equal(Outcome.Forfeited, Dispute.Settle(silent, honest, Bisection.Sixteen).Outcome);
        }
        finally
        {
            Dispute.ResponseLimit = null;
        }
    }

    [Fact]
    public void A_value_that_is_right_is_never_proven_wrong()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(2));
        using var machine = new LyingMachine(program, Prompt);
        int at = At(machine, "attention", last: true);
        Party liar = machine.Lie(at, 0, static bytes => bytes[^1] ^= 1), honest = machine.Honest();
        DisputeResult result = Dispute.Settle(liar, honest, Bisection.Sixteen);
        Assert.True(FaultProof.TryParse(result.Proof.Span, out FaultProof? proof));

        // The same body against the honest log: its own record does not lead to the block that was opened.
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

    private static byte[] Flipped(byte[] answer)
    {
        byte[] changed = [.. answer];
        changed[^1] ^= 1;
        return changed;
    }

    private static int At(LyingMachine machine, string mnemonic, bool last) => last
        ? Enumerable.Range(1, machine.Run.Length - 2).Last(i => machine.RowAt(i).Mnemonic == mnemonic)
        : Enumerable.Range(1, machine.Run.Length - 2).First(i => machine.RowAt(i).Mnemonic == mnemonic);

    private static int EachOpcodeLies(BoundProgram program, RunRequest request, bool last = false)
    {
        using var machine = new LyingMachine(program, request);
        HashSet<OpcodeRow> seen = [];
        IEnumerable<int> places = Enumerable.Range(1, machine.Run.Length - 2);
        foreach (int at in last ? places.Reverse() : places)
        {
            OpcodeRow row = machine.RowAt(at);
            if (row.RecordedTensors > 0 && DerivationTable.Has(row) && seen.Add(row))
            {
                Convicts(machine, machine.Lie(at, 0, static bytes => bytes[bytes.Length / 2] ^= 0x10), at);
            }
        }

        return seen.Count;
    }

    private static DisputeResult Convicts(LyingMachine machine, Party liar, int at)
    {
        Party honest = machine.Honest();
        DisputeResult result = null!;
        foreach ((Party a, Party b) in new[] { (honest, liar), (liar, honest) })
        {
            result = Dispute.Settle(a, b, Bisection.Sixteen);
            Assert.True(result.Outcome == Outcome.Proven, $"{machine.RowAt(at)} at {at}: {result.Text}");
            Assert.Same(honest, result.Winner);
            Assert.Equal((ulong)at, result.Difference!.Index);
            Assert.InRange(result.Proof.Length, 1, FaultProof.MaxBytes);
            FaultReport report = FaultCheck.Check(result.Proof.Span, liar.Key);
            Assert.True(report.Verdict == FaultVerdict.Proven, report.Text);
            Assert.Equal(FaultKind.Value, report.Finding!.Kind);
        }

        return result;
    }
}
