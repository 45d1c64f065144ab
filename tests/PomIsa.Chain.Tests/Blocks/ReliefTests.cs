using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Mints;
using PomIsa.Chain.Trigger;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Tests.Blocks;

public sealed class ReliefTests
{
    private static readonly byte[] Text = [.. "two passed, two did not"u8];

    [Fact]
    public void Condensing_mints_stores_and_prunes_and_the_next_block_says_so()
    {
        (DevChain chain, CycleOrder order, _) = Fired();
        Digest run = SampleStream.RunOf(order);
        Assert.True(chain.TryMint(order, run, SampleStream.Mints(order, 0, 2), out _));
        Assert.True(chain.TryCondense(order, run, Text, SampleStream.Mints(order, 2, 4), out Relief relief, out _));
        Assert.Equal((4, Digest.Of(Text)), (relief.Records, relief.Response));
        StoredResponse stored = Assert.Single(chain.State.Responses);
        Assert.Equal((order.Digest, run, Digest.Of(Text)), (stored.Order, stored.Run, stored.Digest));
        Assert.Equal(Text, stored.Text.ToArray());
        Assert.Equal((4UL, 4), (chain.State.MintCount, chain.State.Governance.CondensedCount));
        Block next = chain.Apply([]).Block;
        Assert.Equal(Merkle.Root([.. SampleStream.Mints(order, 0, 4).Select(mint => mint.Id)]), next.MintRoot);
        Assert.NotEqual(Merkle.EmptyRoot, next.ReliefRoot);
        Assert.Equal(Merkle.EmptyRoot, chain.Apply([]).Block.MintRoot);
    }

    [Fact]
    public void Each_refusal_is_typed_and_changes_nothing()
    {
        (DevChain chain, CycleOrder order, CycleOrder second) = Fired(new ChainParameters { MaxResponseBytes = 64, ResponseBytes = 100 });
        Digest run = SampleStream.RunOf(order), other = SampleStream.RunOf(second);
        Digest root = chain.State.Root;
        ReliefFault Refused(CycleOrder to, Digest by, byte[] text, MintEntry[] mints)
        {
            Assert.False(chain.TryCondense(to, by, text, mints, out _, out ReliefFault fault));
            Assert.Equal(root, chain.State.Root);
            return fault;
        }

        Assert.Equal(ReliefFaultCode.ResponseEmpty, Refused(order, run, [], SampleStream.Mints(order, 0, 3)).Code);
        Assert.Equal(ReliefFaultCode.ResponseTooLong, Refused(order, run, new byte[65], SampleStream.Mints(order, 0, 3)).Code);
        Assert.Equal(ReliefFaultCode.NothingMinted, Refused(order, run, Text, []).Code);
        Assert.Equal(ReliefFaultCode.RunTaken, Refused(order, default, Text, SampleStream.Mints(order, 0, 3)).Code);
        Assert.Equal(
            new ReliefFault(ReliefFaultCode.MintRefused, new MintFault(MintFaultCode.SequenceGap, run, 1, 0)),
            Refused(order, run, Text, SampleStream.Mints(order, 1, 3)));
        CycleOrder foreign = Fired(new ChainParameters { RecordsPerPrompt = 2 }).First;
        Assert.Equal(ReliefFaultCode.OrderNotOpen, Refused(foreign, run, Text, SampleStream.Mints(order, 0, 3)).Code);

        Assert.True(chain.TryMint(order, run, SampleStream.Mints(order, 0, 1), out _));
        root = chain.State.Root;
        Assert.Equal(ReliefFaultCode.OtherRun, Refused(order, other, Text, SampleStream.Mints(order, 0, 3)).Code);
        Assert.Equal(ReliefFaultCode.RunTaken, Refused(second, run, Text, SampleStream.Mints(order, 0, 3)).Code);
        Assert.Equal(
            new ReliefFault(ReliefFaultCode.MintRefused, new MintFault(MintFaultCode.AlreadyMinted, run, 0, 1)),
            Refused(order, run, Text, SampleStream.Mints(order, 0, 3)));

        Assert.True(chain.TryCondense(order, run, new byte[60], SampleStream.Mints(order, 1, 3), out _, out _));
        root = chain.State.Root;
        Assert.Equal(ReliefFaultCode.OrderNotOpen, Refused(order, run, Text, SampleStream.Mints(order, 3, 4)).Code);
        Assert.Equal(ReliefFaultCode.RunTaken, Refused(second, run, Text, SampleStream.Mints(order, 3, 4)).Code);
        Assert.Equal(ReliefFaultCode.ResponsePoolFull, Refused(second, other, new byte[41], SampleStream.Mints(second, 0, 3)).Code);
    }

    [Fact]
    public void An_abandoned_order_gives_its_records_back_and_its_run_can_mint_no_more()
    {
        (DevChain chain, CycleOrder order, CycleOrder second) = Fired();
        Digest run = SampleStream.RunOf(order);
        Assert.True(chain.TryMint(order, run, SampleStream.Mints(order, 0, 2), out _));
        Assert.True(chain.Abandon(order));
        Assert.False(chain.Abandon(order));
        Assert.False(chain.TryMint(order, run, SampleStream.Mints(order, 2, 3), out ReliefFault fault));
        Assert.Equal(ReliefFaultCode.OrderNotOpen, fault.Code);
        Assert.False(chain.TryMint(second, run, SampleStream.Mints(order, 2, 3), out fault));
        Assert.Equal(ReliefFaultCode.RunTaken, fault.Code);

        CycleOrder again = chain.Apply(SampleStream.Whole()[chain.Height]).Orders[0];
        Assert.Equal<ProposalRecord>(order.Records, again.Records);
        Assert.NotEqual(order.Digest, again.Digest);
    }

    [Fact]
    public void A_run_that_outlives_its_block_finishes_what_it_began()
    {
        (DevChain chain, CycleOrder order, CycleOrder second) = Fired();
        chain.Abandon(second);
        for (int i = 0; i < 5; i++)
        {
            foreach (CycleOrder later in chain.Apply(SampleStream.Whole()[chain.Height]).Orders)
            {
                Assert.DoesNotContain(order.Records[0], later.Records);
                chain.Abandon(later);
            }
        }

        Assert.True(chain.TryCondense(order, SampleStream.RunOf(order), Text, SampleStream.Mints(order, 0, 1), out _, out _));
    }

    private static (DevChain Chain, CycleOrder First, CycleOrder Second) Fired(ChainParameters? parameters = null)
    {
        DevChain chain = SampleStream.Chain(parameters);
        foreach (ProposalRecord[] records in SampleStream.Whole())
        {
            BlockResult result = chain.Apply(records);
            if (result.Orders.Length > 0)
            {
                return (chain, result.Orders[0], result.Orders[1]);
            }
        }

        throw new InvalidOperationException("The stream did not fire.");
    }
}
