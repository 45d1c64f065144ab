using System.Runtime.InteropServices;
using PomIsa.Conformance.Vectors;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A commitment that nobody can open is proven wrong by deriving all of the output, and a right one never is.</summary>
public sealed class WholeOutputTests
{
    public static TheoryData<string> Opcodes => [.. InstructionTable.All
        .Where(static r => r.RecordedTensors > 0 && PomIsa.Disputes.Values.Opcodes.DerivationTable.Has(r) && r.Mnemonic is not "input").Select(static r => r.Mnemonic)];

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void What_follows_is_what_the_machine_commits_to(string opcode)
    {
        foreach (ValueCase one in Cases(opcode))
        {
            for (int output = 0; output < one.Record.Commitments.Length; output++)
            {
                using var whole = new WholeOutput(one.Subject, one.Sources, new CapturedBlocks(one.Program, one.Request, one.Values));
                Assert.Equal(one.Record.Commitments[output], whole.Commit(output));
            }
        }
    }

    [Theory]
    [InlineData("softmax y, x")]
    [InlineData("rmsnorm y, x, g, 1e-5")]
    [InlineData("layernorm y, x, g, b, 1e-5")]
    public void What_a_rows_elements_have_in_common_is_not_the_next_rows(string instruction)
    {
        using BoundProgram program = Programs.Bind($"""
            .module rows
            .input x f32[3, 5]
            .weight g f32[5] = 1, 2, 3, 4, 5
            .weight b f32[5] = 5, 4, 3, 2, 1
            .step work(x: f32[3, 5]) -> (y: f32[3, 5])
                {instruction}
                ret
            .end
            .driver main
                input x, x
                call work, x -> y
                output y, 0
                halt
            .end
            .entry main
            """);
        float[] x = [.. Enumerable.Range(0, 15).Select(static i => i * i / 16f)];
        using var one = new ValueCase(program, new RunRequest { Inputs = [new InputTensor(DType.F32, [3, 5], [.. MemoryMarshal.AsBytes<float>(x)])] }, instruction.Split(' ')[0]);
        using var whole = new WholeOutput(one.Subject, one.Sources, new CapturedBlocks(one.Program, one.Request, one.Values));
        Assert.Equal(one.Record.Commitments[0], whole.Commit(0));
    }

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void A_commitment_of_random_bytes_is_proven_wrong_without_the_accused(string opcode)
    {
        var random = new Random(opcode.Length);
        int proven = 0;
        foreach (ValueCase one in Cases(opcode))
        {
            for (int output = 0; output < one.Record.Commitments.Length; output++)
            {
                Retire lie = Unopenable(one, output, random);
                ValueOutcome outcome = one.Dispute(lie, output, one.Bytes(output));
                Assert.True(outcome.Forfeits, outcome.Text);
                if (!outcome.IsProven)
                {
                    continue; // it does not fit
                }

                proven++;
                Assert.True(ValueBody.TryParse(outcome.Body.Span, out ValueBody? body) && body.IsWhole && body.Tensors.All(t => t.Index != one.Index));
                Assert.True(one.Check(lie, outcome, outcome.Body.Span, out string what), what);
                Assert.False(one.Check(one.Record, outcome, outcome.Body.Span, out what), what);
                for (int i = 0; i < 24; i++)
                {
                    byte[] changed = outcome.Body.ToArray();
                    int at = i < 12 ? i : random.Next(changed.Length);
                    changed[at] ^= (byte)(1 << random.Next(8));
                    Assert.False(one.Check(one.Record, outcome, changed, out what), what);
                }
            }
        }

        Assert.True(proven > 0, $"no output of {opcode} is proven");
    }

    [Fact]
    public void It_has_no_cells_and_names_no_element()
    {
        ValueCase one = Cases("softmax").First();
        ValueOutcome outcome = one.Dispute(Unopenable(one, 0, new Random(1)), 0, one.Bytes(0));
        Assert.True(ValueBody.TryParse(outcome.Body.Span, out ValueBody? body) && body.IsWhole);
        Assert.False(ValueBody.TryParse((body with { Element = 1 }).ToBytes(), out _));
        Assert.False(ValueBody.TryParse((body with { Cells = new OpenedCells([], 0, body.Tensors[0].Blocks[0]) }).ToBytes(), out _));
        Assert.True(ValueBody.TryParse((body with { IsWhole = false, Element = 1 }).ToBytes(), out _));
    }

    [Theory]
    [InlineData("zeros x: f32[1, 1]", "expand y, x", "f32[128, 128]", null)]
    [InlineData("zeros x: f32[1, 1]", "expand y, x", "f32[127, 130]", "too much is read for one proof")] // 16,510 elements
    [InlineData("zeros x: f32[1, 58, 32]", "matmul.batch y, x, x2", "f32[1, 58, 32]", null)] // 58 · 32 elements take 32 · 2 reads and 5 steps more: 128,064
    [InlineData("zeros x: f32[1, 60, 32]", "matmul.batch y, x, x2", "f32[1, 60, 32]", "too much is read for one proof")] // 132,480
    [InlineData("zeros x: f32[100, 128]", "vadd y, x, x", "f32[100, 128]", "its body can't be read")] // it would have 51,200 bytes at least
    public void What_takes_too_much_is_neither_proven_nor_checked(string input, string instruction, string type, string? refused)
    {
        using BoundProgram program = Programs.Bind($"""
            .module small
            .step work() -> (y: {type})
                {input}
                zeros x2: f32[1, 32, 32]
                {instruction}
                ret
            .end
            .driver main
                call work -> y
                output y, 0
                halt
            .end
            .entry main
            """);
        using var one = new ValueCase(program, new RunRequest(), instruction.Split(' ')[0]);
        Retire lie = Unopenable(one, 0, new Random(3));
        ValueOutcome outcome = one.Dispute(lie, 0, one.Bytes(0));
        Assert.True(outcome.Forfeits, outcome.Text);
        Assert.Equal(refused is null, outcome.IsProven);

        ValueBody all = AllOperands(one);
        ValueOutcome hostile = outcome with { Body = all.ToBytes(), Pins = [0, .. all.Tensors.Select(static t => t.Index), one.Index] };
        Assert.Equal(refused is null, one.Check(lie, hostile, hostile.Body.Span, out string what));
        Assert.Equal(refused ?? what, what);
    }

    /// <summary>A body that opens all of what the instruction reads.</summary>
    private static ValueBody AllOperands(ValueCase one)
    {
        var blocks = new CapturedBlocks(one.Program, one.Request, one.Values) { Index = one.Index };
        using var reader = new ElementReader(one.Subject, one.Sources, blocks) { IsBounded = false };
        for (int operand = 0; operand < one.Subject.Row.Operands.Length; operand++)
        {
            for (long element = 0; one.Subject.Row.Operands[operand].Effect == Effect.Read && element < one.Subject.Length(operand); element++)
            {
                reader.Read(operand, element);
            }
        }

        return blocks.Body(0, 0, null, null);
    }

    private static Retire Unopenable(ValueCase one, int output, Random random)
    {
        var bytes = new byte[Digest.Size];
        random.NextBytes(bytes);
        return one.Record with { Commitments = one.Record.Commitments.SetItem(output, new Digest(bytes)) };
    }

    private static IEnumerable<ValueCase> Cases(string opcode)
    {
        foreach ((_, VectorCase vector) in DerivationTests.Some(opcode))
        {
            if (OpcodeProgram.Of(vector) is { } made)
            {
                using var one = new ValueCase(made.Program, made.Request, opcode);
                yield return one;
            }
        }
    }
}
