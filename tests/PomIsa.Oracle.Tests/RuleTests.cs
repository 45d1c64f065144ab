using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Evidence;
using PomIsa.Oracle.Families;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Programs;
using PomIsa.Oracle.Rules;

namespace PomIsa.Oracle.Tests;

/// <summary>Facts that the pages of spec/ publish.</summary>
public sealed class RuleTests
{
    [Fact]
    public void Philox_gives_the_published_answers()
    {
        Assert.Equal([0x6627e8d5u, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8], Philox.Block([0, 0, 0, 0], 0, 0));
        Assert.Equal([0x408f276du, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd], Philox.Block([uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue], uint.MaxValue, uint.MaxValue));
    }

    [Fact]
    public void The_example_of_the_vectors_page_is_right()
    {
        F32[] row = Values.Decimals("1e8 1 -1e8 1");
        Assert.Equal(F32.Of(2), Rows.Sum(row));
        Assert.Equal("0c44711b3ffd80e15e81c353853eedcff72eb7f1c1a6ca91b5b25733a9771019", Commitment.Of(Tensor.Of([1, 1], F32.Of(2))));
    }

    [Fact]
    public void A_dot_product_has_blocks_of_256()
    {
        F32[] a = Values.With(Values.Zeros(257), (0, "1e8"), (255, "1"), (256, "-1e8"));
        Assert.Equal(F32.Zero, Products.Dot(257, k => a[k], static _ => F32.One));
        Assert.Equal(F32.Of(300), Products.Dot(300, static _ => F32.One, static _ => F32.One));
        Assert.Equal(F32.Zero, Products.Dot(0, static _ => F32.One, static _ => F32.One));
    }

    [Fact]
    public void Bytes_of_a_driver_are_those_of_the_format()
    {
        // push 1, loop 3, push 1, emit, end, halt
        var program = new DriverProgram([new Driver("main", 0, [new("push", 1), new("loop", 3), new("push", 1), new("emit"), new("end"), new("halt")])]);
        Assert.Equal("00706973010000000506010100000000060c010609100103031001700800070100", Convert.ToHexStringLower(program.Encode()));
        var machine = new StackMachine(program);
        machine.Run();
        Assert.Equal((6, null), (machine.Retires, machine.Trap));
        Assert.Equal([1], machine.Emits);
    }
}
