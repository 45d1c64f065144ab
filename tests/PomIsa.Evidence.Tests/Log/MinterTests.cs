using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Records;

namespace PomIsa.Evidence.Tests.Log;

public class MinterTests
{
    [Fact]
    public void A_run_that_was_cut_off_at_any_record_ends_up_the_same()
    {
        List<byte[]> run = Samples.Run(1, 6);
        for (int cut = 1; cut <= run.Count; cut++)
        {
            using var folder = new TemporaryFolder();
            Execute(folder.Path, Samples.Open(1), run, cut);
            Execute(folder.Path, Samples.Open(1), run, run.Count);
            Execute(folder.Path, Samples.Open(1), run, run.Count);
            using RecordLog log = RecordLog.Open(folder.Path);
            Assert.Equal(run, log.ReadAll());
        }
    }

    [Fact]
    public void A_second_run_follows_the_first()
    {
        using var folder = new TemporaryFolder();
        Execute(folder.Path, Samples.Open(1), Samples.Run(1, 3), 5);
        Execute(folder.Path, Samples.Open(2), Samples.Run(2, 4), 6);
        Execute(folder.Path, Samples.Open(1), Samples.Run(1, 3), 5);
        using RecordLog log = RecordLog.Open(folder.Path);
        Assert.Equal(Samples.Run(1, 3).Concat(Samples.Run(2, 4)), log.ReadAll());
    }

    [Fact]
    public void An_execution_that_differs_from_the_log_is_stopped_at_the_first_difference()
    {
        using var folder = new TemporaryFolder();
        Execute(folder.Path, Samples.Open(1), Samples.Run(1, 6), 5);
        using RecordLog log = RecordLog.Open(folder.Path);
        Assert.True(Minter.TryBegin(log, Samples.Open(1), out Minter minter, out _));
        using (minter)
        {
            Assert.True(minter.TryMint(Samples.Encode(Samples.Retire(minter.RunId, 1)), out _));
            Assert.False(minter.TryMint(Samples.Encode(Samples.Retire(minter.RunId, 2, salt: 1)), out MintFault fault));
            Assert.Equal(new MintFault(MintFaultCode.DiffersFromLog, minter.RunId, 2, 2), fault);
            Assert.Equal(5ul, log.Size);
        }
    }

    [Fact]
    public void An_action_is_never_minted_twice()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        Assert.True(Minter.TryBegin(log, Samples.Open(1), out Minter minter, out _));
        using (minter)
        {
            byte[] first = Samples.Encode(Samples.Retire(minter.RunId, 1));
            Assert.True(minter.TryMint(first, out _));
            Assert.False(minter.TryMint(first, out MintFault fault));
            Assert.Equal(MintFaultCode.AlreadyMinted, fault.Code);
            Assert.False(minter.TryMint(Samples.Encode(Samples.Retire(minter.RunId, 3)), out fault));
            Assert.Equal(MintFaultCode.SequenceGap, fault.Code);
            Assert.False(minter.TryMint(Samples.Encode(Samples.Retire(Digest.Of("x"u8), 2)), out fault));
            Assert.Equal(MintFaultCode.WrongRun, fault.Code);
            Assert.False(minter.TryMint([1, 2, 3], out fault));
            Assert.Equal(MintFaultCode.Malformed, fault.Code);
            Assert.Equal(2ul, log.Size);
        }
    }

    private static void Execute(string folder, RunOpen open, List<byte[]> run, int records)
    {
        using RecordLog log = RecordLog.Open(folder);
        Assert.True(Minter.TryBegin(log, open, out Minter minter, out MintFault fault), fault.ToString());
        using (minter)
        {
            for (int i = 1; i < records; i++)
            {
                Assert.Equal((ulong)i, minter.NextSequence);
                Assert.True(minter.TryMint(run[i], out fault), fault.ToString());
            }

            log.CommitAndWait();
        }
    }
}
