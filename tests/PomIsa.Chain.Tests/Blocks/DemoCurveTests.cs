using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Tests.Blocks;

public sealed class DemoCurveTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public void Surges_fire_calm_does_not_and_cycles_relieve()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            DevChain chain = SampleStream.Chain();
            ProposalRecord[][] stream = SampleStream.Whole(seed);
            var crossings = new List<long>();
            int releases = 0;
            foreach (ProposalRecord[] records in stream)
            {
                Block block = chain.Drive(records, SampleStream.Machine).Block;
                PressureReading p = block.Pressure;
                output.WriteLine($"{block.Height,3} {records.Length,2} {new string((char)35, (int)p.Pressure.InPermille / 10),-60} p {p.Pressure} fill {p.Fill} growth {p.Growth} backlog {p.Backlog} threshold {block.Threshold.Threshold} {block.Threshold.Phase} after {chain.State.Pressure.Pressure}");
                if (block.Threshold.Phase == Phase.Crossed)
                {
                    crossings.Add(block.Height);
                }

                releases += block.Threshold.Phase == Phase.Released ? 1 : 0;
            }

            output.WriteLine($"proposals {stream.Sum(b => b.Length)} crossings {string.Join(' ', crossings)} condensed {chain.State.Governance.CondensedCount} responses {chain.State.Responses.Count}");
            Assert.Equal(3, crossings.Count);
            Assert.All(crossings, height => Assert.True(SampleStream.InSurge(height), $"seed {seed}: fired at {height}"));
            Assert.Equal(3, releases);
            Assert.InRange(chain.State.Governance.CondensedCount, 100, stream.Sum(records => records.Length));
        }
    }
}
