using PomIsa.Isa.Verification;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

/// <summary>Which products commit to what they multiply (spec/runs.md, rule 7). Weight 0 goes with each opcode; the code is looked at, not verified.</summary>
public sealed class RecordedOperandsTests
{
    [Fact]
    public void The_product_behind_a_gate_commits_to_nothing_and_the_one_behind_that_does() => Records(
        Step(
            Op("matmul", R(1), R(0), R(0)),
            Op("linear.w8", R(2), R(0), R(0)),
            Op("swiglu", R(3), R(1), R(2)),
            Op("linear.w8", R(4), R(3), R(0)),
            Op("silu", R(4), R(4)),
            Op("linear.w4", R(5), R(4), R(0)),
            Op("matmul.i8", R(6), R(5), R(0)),
            Op("ret")),
        1, 1, -1, -1, -1, 1, -1, -1);

    [Fact]
    public void A_chain_of_products_records_every_second_one() => Records(
        Step(
            Conv(1, 0),
            Conv(2, 1),
            Op("vmax", R(2), R(2), R(2)),
            Conv(3, 2),
            Conv(3, 3),
            Op("ret")),
        1, -1, -1, 1, -1, -1);

    [Fact]
    public void A_loaded_bias_keeps_a_product_near_and_is_not_near_alone() => Records(
        Step(
            Op("matmul", R(1), R(0), R(0)),
            Op("load", R(2), R(0)),
            Op("vadd", R(1), R(1), R(2)),
            Op("gelu.tanh", R(1), R(1)),
            Op("matmul", R(3), R(1), R(0)),
            Op("vmul", R(4), R(2), R(2)),
            Op("matmul", R(3), R(4), R(0)),
            Op("matmul", R(3), R(2), R(0)),
            Op("ret")),
        1, -1, -1, -1, -1, -1, 1, 1, -1);

    [Theory]
    [InlineData("rmsnorm")]
    [InlineData("softmax")]
    [InlineData("reshape")]
    [InlineData("cast")]
    [InlineData("parameter")]
    public void Only_element_wise_opcodes_over_near_registers_hand_it_on(string between)
    {
        Instruction middle = between switch
        {
            "rmsnorm" => Op("rmsnorm", R(2), R(1), R(0), F(1e-5f)),
            "parameter" => Op("vadd", R(2), R(1), R(0)),
            _ => Op(between, R(2), R(1)),
        };
        Records(Step(Op("matmul", R(1), R(0), R(0)), middle, Op("matmul", R(3), R(2), R(0)), Op("ret")), 1, -1, 1, -1);
    }

    [Fact]
    public void The_last_writer_before_an_instruction_decides() => Records(
        Step(
            Op("matmul", R(1), R(0), R(0)),
            Op("silu", R(2), R(1)),
            Op("softmax", R(1), R(0)),
            Op("matmul", R(3), R(2), R(0)), // made of the register as it was
            Op("silu", R(2), R(1)),
            Op("matmul", R(3), R(2), R(0)),
            Op("ret")),
        1, -1, -1, -1, -1, 1, -1);

    [Fact]
    public void Output_always_commits() => Records(
        Driver([F32(1), F32(1)], Op("matmul", R(1), R(0), R(0)), Op("output", R(1), U(0)), Op("output", R(0), U(1)), Op("halt")), 1, 0, 0, -1);

    [Fact]
    public void Registers_that_do_not_exist_are_nothing() => Records(
        Step(Op("matmul", R(90), R(0), R(0)), Op("silu", R(1), R(90)), Op("matmul", R(2), R(1), R(0)), Op("vadd", new Operand(ulong.MaxValue), R(1), R(2)), Op("ret")),
        1, -1, 1, -1, -1);

    [Fact]
    public void Whatever_is_drawn_each_is_told_by_following_its_operands_back()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            Instruction[] body = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => Drawn(random))];
            int[] recorded = RecordedOperands.Of(Step(body));
            for (int at = 0; at < body.Length; at++)
            {
                Assert.Equal(Commits(body, at), recorded[at] >= 0);
                Assert.True(recorded[at] < 0 || recorded[at] == body[at].Row.CommittedOperand);
            }
        }
    }

    // The rule as the specification words it.
    private static bool Commits(Instruction[] body, int at) => body[at].Row.CommittedOperand >= 0 && !IsNear(body, at, body[at].Operands[body[at].Row.CommittedOperand].Index);

    private static bool IsNear(Instruction[] body, int at, int register)
    {
        int writer = Writer(body, at, register);
        if (writer < 0)
        {
            return false;
        }

        OpcodeRow row = body[writer].Row;
        int[] reads = [.. Enumerable.Range(0, row.Operands.Length).Where(i => row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Read }).Select(i => body[writer].Operands[i].Index)];
        return row.CommittedOperand >= 0 ? Commits(body, writer)
            : row.Family == Family.ElementWise && reads.Any(r => IsNear(body, writer, r)) && reads.All(r => IsNear(body, writer, r) || (Writer(body, writer, r) is >= 0 and var w && body[w].Row.Mnemonic == "load"));
    }

    private static int Writer(Instruction[] body, int at, int register)
    {
        while (--at >= 0)
        {
            OpcodeRow row = body[at].Row;
            if (Enumerable.Range(0, row.Operands.Length).Any(i => row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write } && body[at].Operands[i].Index == register))
            {
                return at;
            }
        }

        return -1;
    }

    private static Instruction Drawn(Random random)
    {
        Operand Any() => R(random.Next(5));
        return random.Next(6) switch
        {
            0 => Op("matmul", Any(), Any(), R(0)),
            1 => Op("linear.w8", Any(), Any(), R(0)),
            2 => Op("load", Any(), R(0)),
            3 => Op("silu", Any(), Any()),
            4 => Op("vadd", Any(), Any(), Any()),
            _ => random.Next(3) == 0 ? Op("softmax", Any(), Any()) : Op("swiglu", Any(), Any(), Any()),
        };
    }

    private static Instruction Conv(int y, int x) => Op("conv", [R(y), R(x), R(0), .. Enumerable.Repeat(U(1), 8)]);

    private static Function Step(params Instruction[] body) => Build.Step(1, 1, [.. Enumerable.Repeat(F32(1, 1), 8)], body);

    private static void Records(Function function, params int[] expected) => Assert.Equal(expected, RecordedOperands.Of(function));
}
