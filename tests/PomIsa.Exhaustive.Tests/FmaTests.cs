using PomIsa.Exhaustive.Fma;

namespace PomIsa.Exhaustive.Tests;

/// <summary>The software fused multiply-add against the instruction: a fiftieth of what the command does.</summary>
public sealed class FmaTests
{
    [InstructionFact]
    public void Software_gives_what_the_instruction_gives_on_twenty_million_triples()
    {
        var wrong = new List<string>();
        IReadOnlyList<FmaCount> counts = FmaCheck.Run(20_000_000, 2, null, wrong.Add, CancellationToken.None);
        Assert.Empty(wrong);
        Assert.All(counts, static c => Assert.Equal(0, c.Wrong));
        Assert.True(counts.Sum(static c => c.Triples) >= 20_000_000);
    }

    [InstructionFact]
    public void The_classes_hold_what_their_names_say()
    {
        IReadOnlyList<FmaCount> counts = FmaCheck.Run(1_000_000, 2, null, static _ => { }, CancellationToken.None);
        FmaCount Of(string name) => counts.Single(c => c.Class == name);
        Assert.True(Of("subnormal results").Subnormal > Of("subnormal results").Triples / 2);
        Assert.True(Of("overflow").Overflowed > 0);
        Assert.True(Of("overflow").Overflowed < Of("overflow").Triples);
        FmaCount ties = Of("ties missed by less than f64 can hold");
        Assert.True(ties.Twice > ties.Triples / 4);
    }

    [Fact]
    public void Cancellation_leaves_only_the_last_bits()
    {
        TripleClass cancellation = TripleClass.All.Single(static c => c.Name == "cancellation");
        var draw = new Draw(1);
        for (int i = 0; i < 1000; i++)
        {
            Triple t = cancellation.Make(ref draw);
            double product = (double)t.A * t.B;
            Assert.True(Math.Abs(product + t.C) <= Math.Abs(product) * 1e-6);
        }
    }

    [Fact]
    public void Ties_lie_midway_between_two_values()
    {
        TripleClass ties = TripleClass.All.Single(static c => c.Name == "ties");
        var draw = new Draw(1);
        for (int i = 0; i < 1000; i++)
        {
            Triple t = ties.Make(ref draw);
            double sum = ((double)t.A * t.B) + t.C; // exact: 25 or 26 bits
            Assert.NotEqual(sum, (float)sum);
            double unit = Math.Abs(sum - (float)sum);
            Assert.True((float)(sum + (unit / 2)) != (float)(sum - (unit / 2)));
        }
    }
}

/// <summary>Runs where the processor has the instruction.</summary>
internal sealed class InstructionFactAttribute : FactAttribute
{
    public InstructionFactAttribute() => Skip = FmaCheck.Missing;
}
