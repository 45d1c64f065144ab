using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Log;

public sealed class LogPagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _pool = new(2);

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(300, 3000)]
    [InlineData(40_000, 120)]
    [InlineData(2_200, RecordLog.MaxEntryBytes)] // two files
    public void A_sound_log_is_read_as_it_was_appended(int count, int most)
    {
        byte[][] entries = [.. Enumerable.Range(0, count).Select(i => Bytes.Of(i, 1 + ((i * 7919) % most)))];
        Digest root = Append(entries);
        Assert.True(TryRead(out EntryList? read, out Digest over));
        using (read)
        {
            Assert.Equal(root, over);
            Same(entries, read);
        }

        using EntryList folder = RecordLog.ReadFolder(_folder.Path, _pool, out over);
        Assert.Equal(root, over);
        Same(entries, folder);
    }

    [Fact]
    public void Whatever_was_changed_is_found_as_it_is_by_opening_the_log()
    {
        byte[][] entries = [.. Samples.Run(1, 12)];
        Digest root = Append(entries);
        string records = Path.Combine(_folder.Path, "records.0");
        byte[] bytes = File.ReadAllBytes(records);
        var covered = new HashSet<int>();
        int end = LoggedCommit.Begin;
        foreach (byte[] entry in entries)
        {
            covered.UnionWith(Enumerable.Range(end, 12 + entry.Length));
            end += (12 + entry.Length + 3) & ~3;
        }

        for (int at = 0; at < end + 8; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(records, damaged);
            bool sound = TryRead(out EntryList? read, out Digest over);
            using (read)
            {
                Assert.Equal(!covered.Contains(at), sound);
                if (sound)
                {
                    Assert.Equal(root, over);
                    Same(entries, read!);
                }
            }

            Assert.Equal(Told(OpenedRoot), Told(ReadRoot));
        }

        foreach (int length in new[] { int.MaxValue, int.MaxValue - 15, int.MinValue, -1, 0, RecordLog.MaxEntryBytes, RecordLog.MaxEntryBytes + 1, 1 << 17, 1 << 18 })
        {
            byte[] damaged = [.. bytes];
            BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(LoggedCommit.Begin + 8), length);
            File.WriteAllBytes(records, damaged);
            Assert.False(TryRead(out _, out _));
        }

        foreach (int length in new[] { 0, 1, LoggedCommit.Begin, end / 2, end - 1 })
        {
            File.WriteAllBytes(records, bytes[..length]);
            Assert.False(TryRead(out _, out _));
            Assert.Equal(Told(OpenedRoot), Told(ReadRoot));
        }

        File.Delete(records);
        Assert.False(TryRead(out _, out _));

        Digest ReadRoot()
        {
            using EntryList list = RecordLog.ReadFolder(_folder.Path, _pool, out Digest over);
            Same(entries, list);
            return over;
        }
    }

    [Fact]
    public void A_commit_that_says_more_than_the_files_hold_is_not_followed()
    {
        Append([.. Samples.Run(1, 12)]);
        CommitSlot sound = Slot();
        Assert.True(LoggedCommit.TryRead(sound.Metadata, out LoggedCommit commit));
        foreach ((long until, ulong size) in new[]
        {
            (commit.Until, commit.Size + 1), (commit.Until, commit.Size - 1), (commit.Until, ulong.MaxValue), (commit.Until, (ulong)int.MaxValue), (commit.Until - 4, commit.Size),
            (commit.Until + 4, commit.Size), (long.MaxValue, commit.Size), (1L << 50, commit.Size), (1L << 31, 1UL << 27), (64, commit.Size), (0, commit.Size), (-1, commit.Size),
        })
        {
            Assert.False(TryRead(out _, out _, sound with { Metadata = With(until, size) }));
        }

        Assert.True(TryRead(out EntryList? read, out _, sound with { Metadata = With(commit.Until, commit.Size) }));
        read.Dispose();
        for (int at = 0; at < sound.Metadata.Length; at++)
        {
            byte[] changed = [.. sound.Metadata];
            changed[at] ^= 0x40;
            Assert.True(at is >= 28 and < 36 || !TryRead(out _, out _, sound with { Metadata = changed }), $"byte {at}");
        }

        byte[] With(long until, ulong size)
        {
            byte[] metadata = [.. sound.Metadata];
            BinaryPrimitives.WriteInt64LittleEndian(metadata.AsSpan(20), until);
            BinaryPrimitives.WriteUInt64LittleEndian(metadata.AsSpan(44), size);
            long checksum = BinaryPrimitives.ReadInt64LittleEndian(metadata.AsSpan(4)) ^ commit.Until ^ until ^ (long)commit.Size ^ (long)size;
            BinaryPrimitives.WriteInt64LittleEndian(metadata.AsSpan(4), checksum);
            return metadata;
        }
    }

    [Fact]
    public void Entries_that_were_changed_with_their_checksums_do_not_have_the_root()
    {
        Append([.. Samples.Run(1, 12)]);
        string records = Path.Combine(_folder.Path, "records.0");
        byte[] bytes = File.ReadAllBytes(records);
        bytes[64 + 12 + 20] ^= 1; // in the first entry's first whole words, and in its checksum
        bytes[64 + ((8 + 4 + 20) % 8)] ^= 1;
        File.WriteAllBytes(records, bytes);
        Assert.False(TryRead(out _, out _));
        LogException e = Assert.Throws<LogException>(() => RecordLog.ReadFolder(_folder.Path, _pool, out _));
        Assert.Contains("don't have the root", e.Message, StringComparison.Ordinal);
    }

    private Digest Append(byte[][] entries)
    {
        using RecordLog log = RecordLog.Open(_folder.Path);
        foreach (byte[] entry in entries)
        {
            log.Append(entry);
        }

        log.CommitAndWait();
        return log.Root;
    }

    private Digest OpenedRoot()
    {
        using RecordLog log = RecordLog.OpenToRead(_folder.Path);
        return log.Root;
    }

    private CommitSlot Slot()
    {
        using LogFiles files = LogFiles.OpenToRead(_folder.Path);
        return CommitSlots.Read(files)[0].Slot;
    }

    private bool TryRead([NotNullWhen(true)] out EntryList? entries, out Digest root, CommitSlot? slot = null)
    {
        slot ??= Slot();
        using LogFiles files = LogFiles.OpenToRead(_folder.Path);
        return LogPages.TryRead(files, slot, _pool, out entries, out root);
    }

    private static string Told(Func<Digest> read)
    {
        try
        {
            return read().ToString();
        }
        catch (LogException e)
        {
            return e.Message;
        }
    }

    private static void Same(byte[][] expected, EntryList list)
    {
        Assert.Equal(expected.Length, list.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(list[i].SequenceEqual(expected[i]), $"entry {i}");
        }
    }
}
