using FsCheck.Xunit;
using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Tests.Blocks;

public sealed class DevChainTests
{
    // A change here means that old blocks no longer verify: it needs a new version tag in the encoding that changed.
    private const string Golden =
        """
        0 117f5510fbcd1e6f6cccc0410edfb6c55cbfe65cb629cbcc68b7e316dc4fa195
        1 ff2d9917a6e22284811262fdc34ffcbdfc6121bd1eac27f02dff944106079361
        28 2ff66958d450fe2936f75d9de321811e1aeb74556508d9fb9114c68853f73495
        29 ae518bad7e5049a209601b327c5c6aa72355853f2b556f003704ffdc0ee39fb1
        100 cb761bd0bcbaeb171a898084c787f8f864e2f0d3658fcea4a2dd8712de301165
        """;

    [Fact]
    public void The_sample_stream_gives_these_block_hashes()
    {
        DevChain chain = SampleStream.Chain();
        var heads = new Dictionary<long, string> { [0] = chain.Head.ToString() };
        foreach (ProposalRecord[] records in SampleStream.Whole())
        {
            chain.Drive(records, SampleStream.Machine);
            heads[chain.Height] = chain.Head.ToString();
        }

        string actual = string.Join('\n', new long[] { 0, 1, 28, 29, 100 }.Select(height => $"{height} {heads[height]}"));
        Assert.True(Golden == actual, actual);
    }

    [Fact]
    public void The_same_stream_gives_the_same_hashes_and_any_change_gives_others()
    {
        Digest[] Heads(ChainParameters parameters, ProposalRecord[][] stream, CycleMachine machine)
        {
            DevChain chain = SampleStream.Chain(parameters);
            return [.. stream.Select(records => chain.Drive(records, machine).Hash)];
        }

        static bool Refusing(CycleOrder order, out CycleOutcome outcome)
        {
            outcome = default;
            return false;
        }

        ProposalRecord[][] stream = SampleStream.Whole();
        Digest[] heads = Heads(new ChainParameters(), stream, SampleStream.Machine);
        Assert.Equal(heads, Heads(new ChainParameters(), stream, SampleStream.Machine));
        Assert.NotEqual(heads[0], Heads(new ChainParameters { RecordsPerPrompt = 3 }, stream, SampleStream.Machine)[0]);
        Digest[] refused = Heads(new ChainParameters(), stream, Refusing);
        Assert.Equal(heads[27], refused[27]);
        Assert.NotEqual(heads[28], refused[28]);

        stream[4] = [SampleStream.Record(1, 5)];
        Digest[] changed = Heads(new ChainParameters(), stream, SampleStream.Machine);
        Assert.Equal(heads[..4], changed[..4]);
        Assert.All(Enumerable.Range(4, 96), at => Assert.NotEqual(heads[at], changed[at]));
    }

    [Property(MaxTest = 25)]
    public void Every_byte_of_a_record_is_either_pending_or_pruned(ulong seed)
    {
        DevChain chain = SampleStream.Chain(new ChainParameters { CyclesPerBlock = 1 + (int)(seed % 3) });
        long taken = 0;
        int count = 0;
        var commitments = new List<Digest>();
        foreach (ProposalRecord[] records in SampleStream.Whole(seed))
        {
            taken += records.Sum(record => (long)ProposalEncoding.Bytes(record).Length);
            count += records.Length;
            commitments.AddRange(records.Select(ProposalEncoding.Commitment));
            BlockResult result = chain.Apply(records);
            foreach (CycleOrder order in result.Orders)
            {
                long pressure = chain.State.Pressure.Pressure.Raw, pending = chain.State.Governance.PendingBytes;
                switch (SampleStream.Mix(ref seed) % 4)
                {
                    case 0:
                        Assert.True(chain.Abandon(order));
                        break;
                    default:
                        SampleStream.Machine(order, out CycleOutcome outcome);
                        Assert.True(chain.TryCondense(order, outcome.Run, outcome.Response, outcome.Mints.Span, out Relief relief, out _));
                        Assert.Equal(pending - chain.State.Governance.PendingBytes - (32L * relief.Records), relief.FreedBytes);
                        Assert.True(chain.State.Pressure.Pressure.Raw < pressure);
                        Assert.True(relief.After.Pressure < relief.Before.Pressure);
                        break;
                }
            }

            RecordShelf shelf = chain.State.Governance;
            Assert.Equal(taken, shelf.PendingBytes + shelf.PrunedBytes);
            Assert.Equal(count, shelf.PendingCount + shelf.CondensedCount);
            Assert.Equal(shelf.PendingBytes + (32L * shelf.CondensedCount), chain.State.StatePool.Used);
            Assert.Equal(0, chain.OpenOrders);
        }

        Assert.Equal(commitments, Enumerable.Range(1, SampleStream.Blocks).SelectMany(height => chain.State.Governance.CommitmentsAt(height)));
    }

    [Fact]
    public void Orders_take_the_oldest_records_first_and_none_twice()
    {
        DevChain chain = SampleStream.Chain();
        var ordered = new List<long>();
        foreach (ProposalRecord[] records in SampleStream.Whole())
        {
            BlockResult result = chain.Apply(records);
            foreach (CycleOrder order in result.Orders)
            {
                Assert.InRange(order.Records.Length, 1, 4);
                Assert.Equal(SummaryPrompt.Of(order.Records), order.Prompt);
                Assert.Equal(result.Block.Events[0], order.Event);
                Assert.Equal(result.Block.Parent, order.Event.Parent);
                ordered.AddRange(order.Records.Select(record => record.Id));
            }

            Assert.True(result.Orders.IsEmpty || result.Block.Threshold.Phase is Phase.Crossed or Phase.Sustained);
        }

        Assert.Equal(Enumerable.Range(100, ordered.Count).Select(id => (long)id), ordered);
    }

    [Fact]
    public void A_pruned_record_is_still_proved_by_its_commitment()
    {
        DevChain chain = SampleStream.Chain();
        var blocks = new List<(Block Block, ProposalRecord[] Records)>();
        foreach (ProposalRecord[] records in SampleStream.Whole())
        {
            blocks.Add((chain.Drive(records, SampleStream.Machine).Block, records));
        }

        (Block block, ProposalRecord[] held) = blocks[27];
        ProposalRecord record = held[3];
        Assert.True(chain.State.Governance.TryFind(record.Id, out RecordPlace place));
        Assert.Equal(new RecordPlace(28, 3, ProposalEncoding.Commitment(record), Condensed: true), place);
        Assert.True(chain.State.Governance.Proves(record));
        Assert.False(chain.State.Governance.Proves(record with { Abstain = record.Abstain + 1 }));
        Digest[] leaves = chain.State.Governance.CommitmentsAt(28);
        Assert.True(Merkle.VerifyInclusion(3, (ulong)leaves.Length, place.Commitment, Merkle.InclusionPath(leaves, 3), block.RecordsRoot));
    }

    [Fact]
    public void A_record_that_breaks_a_rule_or_comes_again_changes_nothing()
    {
        DevChain chain = SampleStream.Chain();
        ProposalRecord record = SampleStream.Record(7, 3);
        chain.Apply([record]);
        Digest root = chain.State.Root;
        Assert.Throws<ArgumentException>(() => chain.Apply([SampleStream.Record(8, 3), record]));
        Assert.Throws<ArgumentException>(() => chain.Apply([SampleStream.Record(8, 3), SampleStream.Record(8, 3)]));
        Assert.Throws<ArgumentException>(() => chain.Apply([SampleStream.Record(8, 3) with { Yes = -1 }]));
        Assert.Equal((1L, root), (chain.Height, chain.State.Root));
    }
}
