using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Isa.Verification;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class ArenaPlanTests
{
    [Property(MaxTest = 200)]
    public void Registers_that_are_alive_together_never_share_bytes(byte[] choices)
    {
        VerifiedFunction step = RandomStep(choices);
        foreach (long t in new long[] { 8, 5, 1 })
        {
            ArenaPlan plan = ArenaPlan.For(step, [t, 32]);
            LiveRange[] ranges = [.. LiveRanges.Of(step)];
            foreach (LiveRange a in ranges)
            {
                Assert.Equal(0, plan.Offsets[a.Register] % ArenaPlan.Alignment);
                Assert.True(plan.Offsets[a.Register] + plan.Lengths[a.Register] <= plan.TotalBytes);
                foreach (LiveRange b in ranges.Where(b => b.Register != a.Register && b.First <= a.Last && a.First <= b.Last))
                {
                    bool apart = plan.Offsets[a.Register] + plan.Lengths[a.Register] <= plan.Offsets[b.Register]
                        || plan.Offsets[b.Register] + plan.Lengths[b.Register] <= plan.Offsets[a.Register];
                    Assert.True(apart, $"{a} and {b}");
                }
            }
        }
    }

    [Property(MaxTest = 200)]
    public void A_smaller_symbol_never_takes_more_bytes(byte[] choices)
    {
        VerifiedFunction step = RandomStep(choices);
        long[] totals = [.. Enumerable.Range(0, 9).Select(t => ArenaPlan.For(step, [t, 32]).TotalBytes)];
        Assert.Equal(totals.Order(), totals);
    }

    [Fact]
    public void A_chain_of_registers_needs_two_places()
    {
        Instruction[] chain = [.. Enumerable.Range(1, 20).Select(i => Op("exp", R(i), R(i - 1)))];
        VerifiedFunction step = StepOf(Step(1, 0, [.. Enumerable.Repeat(F32(16), 21)], [.. chain, Op("ret")]));
        Assert.Equal(128, ArenaPlan.For(step, [8, 32]).TotalBytes);
    }

    /// <summary>Reads and writes of eight registers, of a constant and a symbolic type by turns.</summary>
    private static VerifiedFunction RandomStep(byte[] choices)
    {
        const int Count = 12;
        TensorType[] types = [.. Enumerable.Range(0, Count).Select(i => i % 3 == 0 ? F32(Sym(0), 16) : i % 3 == 1 ? F32(40) : F32(Sym(0), 3))];
        var body = new List<Instruction>();
        var written = new HashSet<int> { 0, 1 };
        foreach (byte choice in choices)
        {
            int to = 2 + (choice % (Count - 2));
            int from = (to % 3) + (3 * (choice / 16 % 4));
            body.Add(written.Contains(from) && from != to ? Op("exp", R(to), R(from)) : Op("zeros", R(to)));
            written.Add(to);
        }

        for (int result = 2; result < 4; result++)
        {
            body.Add(Op("zeros", R(result)));
        }

        return StepOf(Step(2, 2, types, [.. body, Op("ret")]));
    }

    private static VerifiedFunction StepOf(Function step) =>
        Verified(new Module { Symbols = Ts, Functions = [Driver([], Op("halt")), step] }).Functions[1];
}
