using System.Text;
using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Tests.Values;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Outputs;

/// <summary>What the accused signs of a whole run, and what comes of it where it is not what he recorded.</summary>
public sealed class ClaimTests
{
    private const string Feed = """
            call forward, words -> logits
            push 3
            loop 3
                argmax logits
                dup
                emit
                push 1
                add
                push 1
                sub
                token word
                call forward, word -> logits
            end
        """;

    public static TheoryData<PrivacyMode> Modes => [PrivacyMode.None, PrivacyMode.Tokens, PrivacyMode.All];

    [Fact]
    public void A_note_is_read_in_its_one_spelling_alone()
    {
        using LogKey key = LogKey.Create("example.org/accused"), other = LogKey.Create("example.org/other");
        (Digest run, Digest root) = (Digest.Of("run"u8), Digest.Of("root"u8));
        byte[] note = OutputsNote.Sign(key, run, 42, root);
        Assert.True(OutputsNote.TryOpen(note, key.Verifier, run, out ulong leaves, out Digest read));
        Assert.Equal((42UL, root), (leaves, read));
        string text = $"pomisa outputs v1\nexample.org/accused\n{run}\n42\n{Convert.ToBase64String(root.ToArray())}\n";
        Assert.StartsWith(text, Encoding.UTF8.GetString(note), StringComparison.Ordinal);
        Assert.False(OutputsNote.TryOpen(note, other.Verifier, run, out _, out _));
        Assert.False(OutputsNote.TryOpen(note, key.Verifier, root, out _, out _));
        foreach (string changed in (string[])
        [
            text.Replace("\n42\n", "\n042\n", StringComparison.Ordinal),
            text.Replace("\n42\n", "\n+42\n", StringComparison.Ordinal),
            text.Replace("\n42\n", "\n18446744073709551616\n", StringComparison.Ordinal),
            text.Replace("v1", "v2", StringComparison.Ordinal),
            text.Replace("accused", "other", StringComparison.Ordinal),
            text.Replace(run.ToString(), run.ToString().ToUpperInvariant(), StringComparison.Ordinal),
            text.Replace("=\n", "\n", StringComparison.Ordinal),
            text[..^2] + "1=\n",
            text + "\n",
            text + new string('x', OutputsNote.MaxBytes) + "\n",
            "\n",
        ])
        {
            Assert.False(OutputsNote.TryOpen(SignedNote.Sign(changed, key), key.Verifier, run, out _, out _), changed);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_record_that_is_not_what_its_maker_claims_is_proven_wrong_without_a_program(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        foreach (string opcode in (string[])["linear.w8", "argmax", "emit", "dup"])
        {
            using ValueCase one = Case(program, mode, opcode);
            foreach (Retire lie in Lies(one.Record))
            {
                // He recorded one thing and stands to another: to what follows, or to a leaf of another form.
                ValueOutcome outcome = one.Dispute(lie, one.Liar(one.Record, 0, null));
                Contradicts(one, lie, outcome);
                Contradicts(one, lie, one.Dispute(lie, one.Liar(one.Record, 0, null, leaf: (s, data) => s == one.Index ? [.. data, 0] : data)));
                Contradicts(one, lie, one.Dispute(lie, one.Liar(one.Record, 0, null, leaf: (s, data) => s == one.Index ? [.. data.Skip(1)] : data)));
                Assert.True(OpenedOutputs.TryParse(outcome.Body.Span, out OpenedOutputs? claim));
                Assert.False(one.Check(one.Record, outcome, outcome.Body.Span, out string what), what);
                Assert.False(one.Check(lie, outcome, (claim with { Note = [] }).ToBody(), out what), what);
                Assert.False(one.Check(lie, outcome, (claim with { Sequences = [one.Index - 1] }).ToBody(), out what), what);
                var random = new Random(3);
                for (int i = 0; i < 40; i++)
                {
                    byte[] changed = outcome.Body.ToArray();
                    changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                    Assert.False(one.Check(one.Record, outcome, changed, out what), what);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_honest_machine_is_proven_nothing_and_forfeits_nothing(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        foreach (string opcode in (string[])["linear.w8", "argmax", "sub", "token", "halt"])
        {
            using ValueCase one = Case(program, mode, opcode);
            ValueOutcome outcome = one.Dispute(one.Record, 0, null);
            Assert.True(outcome is { IsProven: false, Forfeits: false, OutputRounds: 0 }, outcome.Text);
        }
    }

    [Theory]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void A_value_under_salt_that_does_not_follow_is_proven(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        foreach ((string opcode, FaultKind kind) in ((string, FaultKind)[])[("argmax", FaultKind.Value), ("sub", FaultKind.Scalars), ("dup", FaultKind.Scalars), ("emit", FaultKind.Scalars)])
        {
            using ValueCase one = Case(program, mode, opcode);
            long said = 7;
            Retire lie = Salting(one, [.. Enumerable.Repeat(said, one.Record.Salted.Length)]);
            ValueOutcome outcome = one.Dispute(lie, one.Liar(one.Record, 0, null, leaf: (s, data) => s == one.Index ? Saying(data, said) : data));
            Assert.True(outcome.Kind == kind && outcome.Index == one.Index, $"{opcode}: {outcome.Kind}, {outcome.Text}");
            Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), $"{opcode}: {what}");
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_output_that_does_not_follow_is_proven_whatever_of_it_is_under_salt(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        foreach (string opcode in (string[])["linear.w8", "rmsnorm", "token", "input"])
        {
            using ValueCase one = Case(program, mode, opcode);
            for (int output = 0; output < one.Subject.Outputs; output++)
            {
                byte[] bytes = one.Bytes(output);
                bytes[bytes.Length / 2] ^= 4;
                Retire lie = one.Lie(output, bytes);
                ValueOutcome outcome = one.Dispute(lie, output, bytes);
                Assert.True(outcome.Kind == FaultKind.Value && outcome.Index == one.Index, $"{opcode}: {outcome.Kind}, {outcome.Text}");
                Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), $"{opcode}: {what}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_draw_takes_its_position_from_a_scalar_that_is_under_salt(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind("""
                call forward, words -> logits
                push 3
                sample logits
                emit
            """);
        using ValueCase one = Case(program, mode, "sample", new SamplingParameters(SamplingKind.Drawn, 7, BitConverter.SingleToUInt32Bits(0.8f), BitConverter.SingleToUInt32Bits(0.9f), 12));
        Retire lie = mode == PrivacyMode.None ? one.Record with { Scalars = [one.Record.Scalars[0] ^ 1] } : Salting(one, [7]);
        ValueOutcome outcome = one.Dispute(lie, one.Liar(mode == PrivacyMode.None ? lie : one.Record, 0, null, leaf: (s, data) => s == one.Index && mode != PrivacyMode.None ? Saying(data, 7) : data));
        Assert.True(outcome.Kind == FaultKind.Value && outcome.Index == one.Index, $"{outcome.Kind}, {outcome.Text}");
        Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), what);
    }

    [Theory]
    [InlineData(PrivacyMode.Tokens)]
    [InlineData(PrivacyMode.All)]
    public void A_response_under_salt_that_is_not_what_was_emitted_is_proven(PrivacyMode mode)
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        using var pool = new WorkerPool(1);
        RunSecret secret = RunSecret.Of([.. Enumerable.Repeat((byte)9, 32)]);
        var request = new RunRequest { Prompt = [3, 1, 4], Privacy = new RunPrivacy(mode, secret) };
        byte[][] entries = LoggedRun.Of(program, request);
        ulong last = (ulong)entries.Length - 1;
        Digest said = Digest.Of("another"u8), salt = secret.Salt(last, 0);
        byte[][] lie = LoggedRun.With(entries, (int)last, r => (RunClose)r with { Response = Salted.Of(salt, said) });
        foreach ((Func<ulong, byte[], byte[]>? leaf, FaultKind kind) in ((Func<ulong, byte[], byte[]>?, FaultKind)[])
            [((s, data) => s == last ? [.. said.ToArray(), .. salt.ToArray()] : data, FaultKind.Close), (null, FaultKind.Claim)])
        {
            using LogKey key = LogKey.Create("example.org/liar");
            var checkpoint = new Checkpoint(key.Name, last + 1, Merkle.Root([.. lie.Select(static e => Merkle.LeafHash(e))]));
            var party = new ValueParty(program, request, Digest.Of(lie[0]), 0, last + 1, static _ => null, key, pool) { Leaf = leaf };
            var liar = new Party("liar", new MemoryLog(lie, checkpoint, checkpoint.Sign(key)), key.Verifier) { Ask = question => party.Answer(question) };
            Party honest = LoggedRun.Signed("honest", entries, program) with { Runs = _ => new OwnRun(program, request) };
            DisputeResult result = Dispute.Settle(liar, honest, Bisection.Sixteen, pool);
            Assert.True(result.Outcome == Outcome.Proven && ReferenceEquals(result.Winner, honest), result.Text);
            FaultReport report = FaultCheck.Check(result.Proof.Span, key.Verifier);
            Assert.Equal((FaultVerdict.Proven, kind, last), (report.Verdict, report.Finding?.Kind, report.Finding?.Index));
        }
    }

    [Fact]
    public void The_first_output_that_differs_is_found_behind_thousands_that_do_not()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.Everything);
        using var one = new ValueCase(program, new RunRequest { Prompt = [3, 1, 2] }, "halt");
        foreach (ulong at in (ulong[])[2, 3, 16, 17, 255, 256, 257, one.Index - 1, one.Index])
        {
            Func<byte[], byte[]?> liar = one.Liar(one.Record, 0, null, leaf: (s, data) => s >= at ? [.. data, 1] : data);
            ValueOutcome outcome = one.Dispute(one.Record, liar);
            Assert.True(outcome.Kind == FaultKind.Claim && outcome.Index == at, outcome.Text);
            Assert.InRange(outcome.OutputRounds, 2, 3);
            Assert.Equal(outcome.OutputRounds + 2, outcome.Questions);
            Assert.True(one.Check(one.Record, outcome, outcome.Body.Span, out string what), what);

            // Roots of what lies behind it must lead to what was signed, too.
            Assert.True(one.Dispute(one.Record, question => question[0] == (byte)QuestionKind.OutputRanges ? Flipped(liar(question)!, ^2) : liar(question)).Forfeits);
        }
    }

    [Theory]
    [InlineData("matmul")]
    [InlineData("linear.w8")]
    [InlineData("matmul.i8")]
    public void What_a_product_multiplies_is_looked_at_before_what_it_gives(string opcode)
    {
        int cases = 0;
        foreach ((_, VectorCase vector) in DerivationTests.Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is not { } made)
            {
                continue;
            }

            // All follows from the wrong operand, but that does not follow.
            using var one = new ValueCase(made.Program, made.Request, opcode);
            RunRequest wrong = made.Request with { Planted = inner => new PlantBefore(inner, one.Index, static context => context.View(1).Raw[^1] ^= 0x40) };
            byte[][] entries = LoggedRun.Of(made.Program, wrong);
            if (entries[one.Index].AsSpan().SequenceEqual(one.Entries[one.Index]))
            {
                continue; // its rows are quantized to the same
            }

            cases++;
            Assert.True(Record.TryDecode(entries[one.Index], out Record record, out _));
            ValueOutcome outcome = one.Dispute((Retire)record, one.Liar(wrong));
            Assert.True(outcome.Kind == FaultKind.Value && outcome.Index == one.Index, outcome.Text);
            Assert.True(one.Check((Retire)record, outcome, outcome.Body.Span, out string what), what);
        }

        Assert.True(cases > 0);
    }

    [Fact]
    public void Who_is_silent_or_shows_what_he_did_not_sign_forfeits_at_every_question()
    {
        foreach ((_, VectorCase vector) in DerivationTests.Some("linear.w8").Take(1))
        {
            OpcodeProgram made = OpcodeProgram.Of(vector)!;
            using var one = new ValueCase(made.Program, made.Request, "linear.w8");
            byte[] bytes = one.Bytes(0);
            bytes[^1] ^= 4;
            Func<byte[], byte[]?> truth = one.Liar(one.Record, 0, bytes);
            int questions = one.Dispute(one.Record, truth).Questions;
            Assert.InRange(questions, 3, 8);
            for (int silent = 0; silent < questions; silent++)
            {
                foreach (Func<byte[], byte[]?> answer in (Func<byte[], byte[]?>[])[static _ => null, static _ => [], static a => [.. a, 0], static a => a[..^1], static a => Flipped(a, ^2), static a => Flipped(a, 2), static a => Flipped(a, a.Length / 2)])
                {
                    int asked = 0;
                    ValueOutcome outcome = one.Dispute(one.Record, question => asked++ == silent ? answer(truth(question)!) : truth(question));
                    Assert.True(outcome is { Forfeits: true, IsProven: false, Body.IsEmpty: true }, $"question {silent}: {outcome.Text}");
                }
            }
        }
    }

    [Fact]
    public void A_record_with_several_commitments_has_no_leaf()
    {
        Digest one = Digest.Of("one"u8), other = Digest.Of("other"u8);
        var head = new RetireHead(Digest.Of("run"u8), 1, 0, 0, 0, 0x51);
        byte[] leaf = [.. one.ToArray(), .. other.ToArray()];
        Assert.True(OutputsLeaf.TryParse(new Retire(head, [], [one], []), leaf, out _));
        Assert.True(OutputsLeaf.TryParse(new Retire(head, [], [], []), leaf, out _));
        Assert.False(OutputsLeaf.TryParse(new Retire(head, [], [one, other], []), [.. leaf, .. other.ToArray()], out _));
        Assert.False(OutputsLeaf.TryParse(new Retire(head, [], [one, other], []), leaf, out _));
    }

    [Fact]
    public void A_claim_of_fewer_outputs_or_of_another_run_is_none()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(Feed);
        using ValueCase one = Case(program, PrivacyMode.None, "argmax");
        Func<byte[], byte[]?> truth = one.Liar(one.Record, 0, null);
        Assert.True(Question.TryParse(new Question(QuestionKind.Outputs, one.Index - 1, 0, 0, 0, 0, 0, []).ToBytes(), out Question? fewer));
        Assert.True(one.Dispute(one.Record, _ => truth(fewer.ToBytes())).Forfeits);
        foreach (Question beyond in (Question[])
        [
            new(QuestionKind.Outputs, (ulong)one.Entries.Length, 0, 0, 0, 0, 0, []),
            new(QuestionKind.Outputs, ulong.MaxValue, 0, 0, 0, 0, 0, []),
            new(QuestionKind.OutputRanges, one.Index, 0, 0, 0, one.Index + 2, 16, []),
            new(QuestionKind.OutputRanges, one.Index, 0, 0, 62, 1, 16, []),
            new(QuestionKind.Leaf, one.Index, 0, one.Index + 1, 0, 0, 0, []),
            new(QuestionKind.Leaf, one.Index, 0, ulong.MaxValue, 0, 0, 0, []),
        ])
        {
            Assert.Empty(truth(beyond.ToBytes())!);
        }
    }

    private static byte[] Flipped(byte[] answer, Index at)
    {
        byte[] changed = [.. answer];
        changed[at] ^= 1;
        return changed;
    }

    private static ValueCase Case(BoundProgram program, PrivacyMode mode, string opcode, SamplingParameters? by = null)
    {
        var request = new RunRequest { Prompt = [3, 1, 4], Sampling = by ?? SamplingParameters.Greedy };
        return new ValueCase(program, mode == PrivacyMode.None ? request : request with { Privacy = new RunPrivacy(mode, RunSecret.Of([.. Enumerable.Repeat((byte)9, 32)])) }, opcode);
    }

    /// <summary>A record with other scalars, or commitments.</summary>
    private static IEnumerable<Retire> Lies(Retire record)
    {
        if (record.Scalars is [var scalar, ..])
        {
            yield return record with { Scalars = record.Scalars.SetItem(0, scalar ^ 1) };
        }

        if (record.Commitments is [_])
        {
            yield return record with { Commitments = [Digest.Of([1])] };
        }

        if (record.Salted is { Length: > 0 } salted)
        {
            yield return record with { Salted = salted.SetItem(salted.Length - 1, Digest.Of([1])) };
        }
    }

    /// <summary>A leaf of scalars under salt that has this one instead of each.</summary>
    private static byte[] Saying(byte[] leaf, long scalar)
    {
        byte[] changed = [.. leaf];
        for (int at = 0; at < changed.Length; at += sizeof(long) + Digest.Size)
        {
            BitConverter.TryWriteBytes(changed.AsSpan(at), scalar);
        }

        return changed;
    }

    private static Retire Salting(ValueCase one, long[] scalars) => one.Record with
    {
        Salted = [.. scalars.Select((v, i) => Salted.Of(one.Request.Privacy!.Secret.Salt(one.Record.Head.Sequence, (byte)i), v))],
    };

    private static void Contradicts(ValueCase one, Retire lie, ValueOutcome outcome)
    {
        Assert.True(outcome.Kind == FaultKind.Claim && outcome.Index == one.Index, $"{outcome.Kind}, {outcome.Text}");
        Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), what);
    }
}
