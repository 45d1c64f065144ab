using PomIsa.Evidence.Log;

namespace PomIsa.Evidence.Tests.Log;

public class LogFailureTests
{
    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "x");
        LogException e = Assert.Throws<LogException>(() => RecordLog.Open(Path.Combine(file, "log")));
        Assert.Equal(LogFaultCode.FolderUnusable, e.Fault.Code);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        if (!Directory.Exists("/proc/self"))
        {
            return;
        }

        LogException e = Assert.Throws<LogException>(() => RecordLog.Open("/proc/self/pomisa"));
        Assert.Equal(LogFaultCode.FolderUnusable, e.Fault.Code);
        e = Assert.Throws<LogException>(() => RecordLog.Open("/proc/self"));
        Assert.Equal(LogFaultCode.FolderUnusable, e.Fault.Code);
        Assert.Contains("/proc/self", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_reported_and_nothing_is_called_committed()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string records = Path.Combine(folder.Path, "records.0");
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            File.CreateSymbolicLink(records, "/dev/full");
            log.Append([1, 2, 3]);
            LogException e = Assert.Throws<LogException>(log.CommitAndWait);
            Assert.Equal(LogFaultCode.DiskFull, e.Fault.Code);
            Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
            Assert.Equal(0ul, log.CommittedSize);
            Assert.Equal(LogFaultCode.DiskFull, Assert.Throws<LogException>(log.Commit).Fault.Code);
            Assert.Empty(log.ReadAll());
        }

        File.Delete(records);
        using RecordLog again = RecordLog.Open(folder.Path);
        Assert.Equal(0ul, again.Size);
    }

    [Fact]
    public void A_disk_that_fills_up_while_pages_stream_out_does_not_hang()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "records.0"), "/dev/full");
        LogException e = Assert.Throws<LogException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Append(new byte[60_000]);
            }
        });
        Assert.Equal(LogFaultCode.DiskFull, e.Fault.Code);
        Assert.Throws<LogException>(log.CommitAndWait);
    }

    [Fact]
    public void A_commit_file_that_cannot_be_written_is_reported()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        Directory.CreateDirectory(Path.Combine(folder.Path, "commit.1"));
        log.Append([1]);
        LogException e = Assert.Throws<LogException>(log.CommitAndWait);
        Assert.Equal(LogFaultCode.WriteFailed, e.Fault.Code);
        Assert.Equal(0ul, log.CommittedSize);
    }
}
