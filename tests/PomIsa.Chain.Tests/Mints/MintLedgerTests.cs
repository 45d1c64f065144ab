using FsCheck.Xunit;
using PomIsa.Chain.Mints;
using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Tests.Mints;

public sealed class MintLedgerTests
{
    private static readonly Digest Run = Digest.Of("run"u8), Other = Digest.Of("other"u8);

    private static MintEntry Entry(ulong sequence, byte salt = 0) => MintEntry.Of(sequence, [(byte)sequence, salt]);

    [Fact]
    public void A_mint_is_the_leaf_hash_of_its_record_in_the_tree_of_its_block()
    {
        var ledger = new MintLedger();
        Assert.True(ledger.TryMint(Run, [Entry(0), Entry(1)], out _));
        Assert.True(ledger.TryMint(Other, [Entry(0, 7)], out _));
        Digest root = Merkle.Root([Merkle.LeafHash([0, 0]), Merkle.LeafHash([1, 0]), Merkle.LeafHash([0, 7])]);
        Assert.Equal((3UL, root, root), (ledger.Count, ledger.Root, ledger.BlockRoot));
    }

    [Fact]
    public void A_second_mint_of_the_same_run_and_sequence_is_refused()
    {
        var ledger = new MintLedger();
        Assert.True(ledger.TryMint(Run, [Entry(0), Entry(1)], out _));
        Assert.False(ledger.TryMint(Run, [Entry(1, 9)], out MintFault fault));
        Assert.Equal(new MintFault(MintFaultCode.AlreadyMinted, Run, 1, 2), fault);
        Assert.True(ledger.TryMint(Other, [Entry(0, 3), Entry(1, 3)], out _));
    }

    [Fact]
    public void A_gap_a_repeated_record_and_a_sealed_run_are_refused()
    {
        var ledger = new MintLedger();
        Assert.False(ledger.TryMint(Run, [Entry(1)], out MintFault fault));
        Assert.Equal(new MintFault(MintFaultCode.SequenceGap, Run, 1, 0), fault);
        Assert.True(ledger.TryMint(Run, [Entry(0)], out _));
        Assert.False(ledger.TryMint(Run, [new MintEntry(1, Entry(0).Id)], out fault));
        Assert.Equal(new MintFault(MintFaultCode.RecordAlreadyMinted, Run, 1, 1), fault);
        Assert.False(ledger.TryMint(Run, [Entry(1), Entry(1, 5)], out fault));
        Assert.Equal(new MintFault(MintFaultCode.AlreadyMinted, Run, 1, 2), fault);
        ledger.Seal(Run);
        Assert.False(ledger.TryMint(Run, [Entry(1)], out fault));
        Assert.Equal(new MintFault(MintFaultCode.RunSealed, Run, 1, 1), fault);
        Assert.False(ledger.TryMint(Run, [Entry(0)], out fault));
        Assert.Equal(MintFaultCode.AlreadyMinted, fault.Code);
        Assert.Equal(1UL, ledger.Count);
    }

    [Fact]
    public void A_refused_batch_leaves_nothing_behind()
    {
        var ledger = new MintLedger();
        Assert.False(ledger.TryMint(Run, [Entry(0), Entry(1), Entry(5)], out MintFault fault));
        Assert.Equal(new MintFault(MintFaultCode.SequenceGap, Run, 5, 2), fault);
        Assert.Equal((0UL, 0UL, Merkle.EmptyRoot), (ledger.Count, ledger.Next(Run), ledger.Root));
        Assert.True(ledger.TryMint(Run, [Entry(0), Entry(1), Entry(2)], out _));
    }

    [Property(MaxTest = 200)]
    public void Whatever_is_asked_no_run_and_sequence_is_minted_twice(ulong seed)
    {
        var ledger = new MintLedger();
        var minted = new List<(Digest Run, ulong Sequence, Digest Id)>();
        for (int i = 0; i < 60; i++)
        {
            Digest run = Digest.Of([(byte)(SampleStream.Mix(ref seed) % 3)]);
            ulong first = SampleStream.Mix(ref seed) % (ledger.Next(run) + 2);
            var batch = new MintEntry[SampleStream.Mix(ref seed) % 4];
            for (int j = 0; j < batch.Length; j++)
            {
                ulong sequence = first + (ulong)j;
                batch[j] = MintEntry.Of(sequence, [.. run.ToArray(), (byte)(SampleStream.Mix(ref seed) % 8 == 0 ? 0 : sequence)]);
            }

            ulong before = ledger.Count;
            if (ledger.TryMint(run, batch, out _))
            {
                minted.AddRange(batch.Select(entry => (run, entry.Sequence, entry.Id)));
            }

            Assert.True(ledger.Count == before || ledger.Count == before + (ulong)batch.Length);
            if (SampleStream.Mix(ref seed) % 20 == 0)
            {
                ledger.Seal(run);
            }
        }

        Assert.Equal((ulong)minted.Count, ledger.Count);
        Assert.Equal(minted.Count, minted.Select(mint => (mint.Run, mint.Sequence)).Distinct().Count());
        Assert.Equal(minted.Count, minted.Select(mint => mint.Id).Distinct().Count());
        Assert.Equal(Merkle.Root([.. minted.Select(mint => mint.Id)]), ledger.Root);
    }
}
