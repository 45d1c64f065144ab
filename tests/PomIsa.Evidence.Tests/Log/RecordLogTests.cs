using System.Diagnostics;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Log;

public class RecordLogTests
{
    [Fact]
    public void What_was_committed_is_there_after_opening_again_and_the_rest_is_cut()
    {
        using var folder = new TemporaryFolder();
        var expected = new List<byte[]>();
        for (int round = 0; round < 4; round++)
        {
            using RecordLog log = RecordLog.Open(folder.Path);
            Assert.Equal((ulong)expected.Count, log.RecoveredSize);
            Assert.Equal(Merkle.Root([.. expected.Select(static e => Merkle.LeafHash(e))]), log.Root);
            Same(expected, log.ReadAll());
            for (int i = 0; i < 700; i++)
            {
                byte[] entry = Bytes.Of((round * 1000) + i, 1 + (i * 7 % 3000));
                Assert.Equal((ulong)expected.Count, log.Append(entry));
                expected.Add(entry);
            }

            log.CommitAndWait();
            Assert.Equal(log.Size, log.CommittedSize);
            Same(expected, log.ReadAll());
            Same(expected.Skip(650), log.ReadAll(650));
            for (int i = 0; i < 50; i++)
            {
                log.Append(Bytes.Of(i, 100));
            }
        }
    }

    [Fact]
    public void Entries_of_every_size_up_to_the_limit_fit()
    {
        using var folder = new TemporaryFolder();
        byte[][] entries = [Bytes.Of(1, 1), Bytes.Of(2, RecordLog.MaxEntryBytes), Bytes.Of(3, 65_000), Bytes.Of(4, 5), Bytes.Of(5, RecordLog.MaxEntryBytes), Bytes.Of(6, 60_000)];
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            foreach (byte[] entry in entries)
            {
                log.Append(entry);
            }

            Assert.Throws<ArgumentException>(() => log.Append([]));
            Assert.Throws<ArgumentException>(() => log.Append(new byte[RecordLog.MaxEntryBytes + 1]));
            log.CommitAndWait();
        }

        using RecordLog again = RecordLog.Open(folder.Path);
        Same(entries, again.ReadAll());
    }

    [Fact]
    public void A_commit_that_nobody_waits_for_completes()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        log.Commit();
        log.Append(Bytes.Of(1, 10));
        log.Commit();
        Assert.True(SpinWait.SpinUntil(() => log.CommittedSize == 1, 10_000));
        log.CommitAndWait();
        Assert.Single(log.ReadAll());
    }

    [Fact]
    public void A_torn_tail_is_cut_and_written_over()
    {
        using var pool = new WorkerPool(2);
        using var folder = new TemporaryFolder();
        var expected = new List<byte[]>();
        for (int round = 1; round <= 4; round++)
        {
            using EntryList read = RecordLog.ReadFolder(folder.Path, pool, out Digest root);
            Same(expected, Enumerable.Range(0, read.Count).Select(i => read[i].ToArray()));
            Assert.Equal(Merkle.Root([.. expected.Select(static e => Merkle.LeafHash(e))]), root);
            using (RecordLog log = RecordLog.Open(folder.Path))
            {
                Same(expected, log.ReadAll());
                for (int i = 0; i < 300; i++)
                {
                    expected.Add(Bytes.Of((round * 1000) + i, 1 + (i * 7 % 900)));
                    log.Append(expected[^1]);
                }

                log.CommitAndWait();
            }

            // As a disk may leave it: bytes behind the last commit, and the slot of a commit that did not complete.
            using (FileStream records = File.OpenWrite(Path.Combine(folder.Path, "records.0")))
            {
                records.Seek(0, SeekOrigin.End);
                records.Write(Bytes.Of(round, 5000 * round));
            }

            using FileStream slot = File.OpenWrite(Path.Combine(folder.Path, (round & 1) == 1 ? "commit.0" : "commit.1"));
            slot.Write(Bytes.Of(round, 30));
        }

        using RecordLog last = RecordLog.Open(folder.Path);
        Same(expected, last.ReadAll());
    }

    [Fact]
    public void A_clock_that_jumps_back_delays_no_commit()
    {
        using var folder = new TemporaryFolder();
        long now = 1_000_000;
        using RecordLog log = RecordLog.Open(folder.Path, 50, () => now);
        for (ulong size = 1; size <= 3; size++, now -= 500_000)
        {
            log.Append(Bytes.Of((int)size, 10));
            log.Commit();
            Assert.True(SpinWait.SpinUntil(() => log.CommittedSize == size, 10_000));
        }

        foreach (string file in Directory.GetFiles(folder.Path))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch); // the dates of its files are nothing to it
        }

        log.Dispose();
        using RecordLog again = RecordLog.Open(folder.Path);
        Assert.Equal(3ul, again.Size);
    }

    [Fact]
    public void An_empty_log_opens_small_and_again()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 3; i++)
        {
            using RecordLog log = RecordLog.Open(folder.Path);
            Assert.Equal(0ul, log.Size);
            Assert.Equal(Merkle.EmptyRoot, log.Root);
            log.CommitAndWait();
        }

        Assert.InRange(Directory.EnumerateFiles(folder.Path).Sum(static file => new FileInfo(file).Length), 0, 4096);
    }

    [Fact]
    public void The_second_to_open_a_log_is_told_that_it_is_in_use()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        LogException e = Assert.Throws<LogException>(() => RecordLog.Open(folder.Path));
        Assert.Equal(LogFaultCode.InUse, e.Fault.Code);
        Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_read_a_log_at_once_and_nobody_writes_meanwhile()
    {
        using var folder = new TemporaryFolder();
        Digest root;
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            Assert.Equal(LogFaultCode.InUse, Assert.Throws<LogException>(() => RecordLog.OpenToRead(folder.Path)).Fault.Code);
            log.Append([1, 2, 3]);
            log.CommitAndWait();
            root = log.Root;
        }

        using RecordLog one = RecordLog.OpenToRead(folder.Path), other = RecordLog.OpenToRead(folder.Path);
        Assert.Equal((1UL, root), (one.Size, one.Root));
        Assert.Equal((1UL, root), (other.Size, other.Root));
        Assert.Equal(LogFaultCode.InUse, Assert.Throws<LogException>(() => RecordLog.Open(folder.Path)).Fault.Code);
    }

    [Fact]
    public void A_hundred_thousand_records_are_appended_in_seconds()
    {
        using var folder = new TemporaryFolder();
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            byte[] entry = Samples.Encode(Samples.Retire(Digest.Of("run"u8), 1));
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < 100_000; i++)
            {
                entry[^1] = (byte)i;
                log.Append(entry);
                if (i % 1000 == 0)
                {
                    log.Commit();
                }
            }

            log.CommitAndWait();
            Assert.InRange(clock.ElapsedMilliseconds, 0, 5000);
        }

        using RecordLog again = RecordLog.Open(folder.Path);
        Assert.Equal(100_000ul, again.Size);
    }

    [Fact]
    public void Every_changed_byte_of_the_files_is_noticed_or_harmless()
    {
        using var folder = new TemporaryFolder();
        Digest root;
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            foreach (byte[] entry in Samples.Run(1, 12))
            {
                log.Append(entry);
            }

            log.CommitAndWait();
            root = log.Root;
        }

        string records = Path.Combine(folder.Path, "records.0");
        byte[] bytes = File.ReadAllBytes(records);
        int end = Array.FindLastIndex(bytes, static b => b != 0);
        int noticed = 0;
        for (int at = 0; at <= end; at += 5)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(records, damaged);
            noticed += Opens(folder.Path, root) ? 0 : 1;
        }

        Assert.InRange(noticed, end * 4 / 5 / 5, (end / 5) + 1);
        File.WriteAllBytes(records, bytes[..(end / 2)]);
        Assert.False(Opens(folder.Path, root));
        File.Delete(records);
        Assert.False(Opens(folder.Path, root));
        File.WriteAllBytes(records, bytes);
        Assert.True(Opens(folder.Path, root));
        File.Delete(Path.Combine(folder.Path, "commit.0"));
        File.Delete(Path.Combine(folder.Path, "commit.1"));
        Assert.False(Opens(folder.Path, root));
    }

    private static void Same(IEnumerable<byte[]> expected, IEnumerable<byte[]> actual) =>
        Assert.Equal(expected.Select(static e => Digest.Of(e)), actual.Select(static e => Digest.Of(e)));

    // True: it opened with everything that was committed. False: it was reported as corrupted. Anything else fails the test.
    private static bool Opens(string folder, Digest root)
    {
        try
        {
            using RecordLog log = RecordLog.Open(folder);
            Assert.Equal(root, log.Root);
            return true;
        }
        catch (LogException e)
        {
            Assert.Equal(LogFaultCode.Corrupted, e.Fault.Code);
            return false;
        }
    }
}
