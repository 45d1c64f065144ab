using System.Collections.Immutable;
using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A machine that lies about an output loses at every opcode, and an honest one at none.</summary>
public sealed class ValueFaultTests
{
    public static TheoryData<string> Opcodes => DerivationTests.Opcodes;

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void A_wrong_bit_in_the_output_is_proven(string opcode) => ForEach(opcode, static (one, output, bytes, random) =>
    {
        long element = Wrong(one, output, bytes, random);
        Retire lie = one.Lie(output, bytes);
        Proves(one, lie, one.Dispute(lie, output, bytes), element);
        Proves(one, lie, one.Dispute(lie, output, bytes, byCells: true), element);

        // A liar whose cells lead to what he recorded has a wrong one among them; from some cell on all may be wrong.
        (ulong said, ulong truth) = (one.Element(output, bytes, element), one.Element(output, one.Bytes(output), element));
        Proves(one, lie, one.Dispute(lie, output, bytes, (cell, value) => value == truth ? said : value, byCells: true), element);
        long first = random.Next(3);
        Proves(one, lie, one.Dispute(lie, output, bytes, (cell, value) => cell >= first ? value ^ 1 : value, byCells: true), element);
    });

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void The_proof_of_a_lie_proves_nothing_against_who_claims_what_follows(string opcode) => ForEach(opcode, static (one, output, bytes, random) =>
    {
        Wrong(one, output, bytes, random);
        Retire lie = one.Lie(output, bytes);
        ValueOutcome outcome = one.Dispute(lie, output, bytes);
        Assert.True(outcome.Kind == FaultKind.Value, outcome.Text);
        Assert.True(ValueBody.TryParse(outcome.Body.Span, out ValueBody? body));
        ValueBody claimed = body with { Outputs = one.Honest(body.Outputs.Sequences) };
        Assert.False(one.Check(one.Record, outcome, claimed.ToBytes(), out string what), what);

        // The same openings about what the honest machine put out, every claim turned against it.
        byte[] honest = one.Bytes(output);
        OpenedTensor own = body.Tensors.Single(t => t.Index == one.Index && t.Output == output);
        OpenedTensor truth = BlockRanges.Open(one.Index, output, one.Subject.Form(output), honest, own.Rows.SelectMany((row, i) => own.Blocks[i].Indices.Select(b => (row, b))));
        ValueBody turned = claimed with { Tensors = [.. body.Tensors.Select(t => t == own ? truth : t)] };
        Assert.False(one.Check(one.Record, outcome, turned.ToBytes(), out what), what);
        for (int i = 0; i < 8; i++)
        {
            byte[] changed = turned.ToBytes();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(one.Check(one.Record, outcome, changed, out what), what);
        }
    });

    [Theory]
    [InlineData("argmax")]
    [InlineData("item")]
    [InlineData("sample")]
    public void A_wrong_scalar_is_proven(string opcode)
    {
        int cases = 0;
        foreach ((_, VectorCase vector) in DerivationTests.Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is not { } made)
            {
                continue;
            }

            cases++;
            using var one = new ValueCase(made.Program, made.Request, opcode);
            Retire lie = one.Record with { Scalars = [one.Record.Scalars[0] ^ 1] };
            Proves(one, lie, one.Dispute(lie, 0, []), 0);
            ValueOutcome outcome = one.Dispute(lie, 0, [], byCells: true);
            Proves(one, lie, outcome, 0);
            Assert.False(one.Dispute(one.Record, 0, []).IsProven);
        }

        Assert.True(cases > 0);
    }

    [Fact]
    public void No_bytes_are_a_reason_to_throw()
    {
        ForEach("linear.w8", static (one, output, bytes, random) =>
        {
            Wrong(one, output, bytes, random);
            Retire lie = one.Lie(output, bytes);
            ValueOutcome outcome = one.Dispute(lie, output, bytes, byCells: true);
            for (int i = 0; i < 300; i++)
            {
                byte[] changed = outcome.Body.ToArray();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                one.Check(lie, outcome, changed.AsSpan(0, random.Next(2) == 0 ? changed.Length : random.Next(changed.Length)), out _);
            }
        });
    }

    private static void Proves(ValueCase one, Retire lie, ValueOutcome outcome, long element)
    {
        Assert.True(outcome.Kind == FaultKind.Value && outcome.Index == one.Index, $"element {element}: {outcome.Kind}, {outcome.Text}");
        Assert.True(outcome.Body.Length <= ValueBody.MaxBytes);
        Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), what);
    }

    private static void ForEach(string opcode, Action<ValueCase, int, byte[], Random> test)
    {
        int cases = 0;
        var random = new Random(opcode.Length);
        foreach ((_, VectorCase vector) in DerivationTests.Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is not { } made)
            {
                continue;
            }

            using var one = new ValueCase(made.Program, made.Request, opcode);
            for (int output = 0; output < one.Subject.Outputs; output++)
            {
                byte[] bytes = one.Bytes(output);
                if (bytes.Length > 0)
                {
                    cases++;
                    test(one, output, bytes, random);
                }
            }
        }

        Assert.True(cases > 0 || opcode is "argmax" or "item" or "sample", $"no case of {opcode} is a program");
    }

    /// <summary>Turns one bit of one element.</summary>
    private static long Wrong(ValueCase one, int output, byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        bytes[at] ^= (byte)(1 << random.Next(8));
        return one.ElementOf(output, at);
    }
}
