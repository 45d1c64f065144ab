using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Log;

public class EntryBatchTests
{
    // Short entries, ones about as long as a batch, and ones that fill most of a page: pages end in all sorts of places.
    private static readonly byte[][] Entries =
        [.. Enumerable.Range(0, 4000).Select(static i => Bytes.Of(i, i % 97 == 0 ? 60_000 + i : i % 31 == 0 ? 3000 + (i % 200) : 1 + (i % 300)))];

    [Fact]
    public void Entries_appended_many_at_a_time_are_the_log_of_the_same_entries_one_by_one()
    {
        using var folder = new TemporaryFolder();
        Digest expected = Merkle.Root([.. Entries.Select(static e => Merkle.LeafHash(e))]);
        var random = new Random(3);
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            for (int at = 0; at < Entries.Length;)
            {
                byte[][] some = Entries[at..Math.Min(Entries.Length, at + random.Next(0, 700))];
                Assert.Equal((ulong)at, log.Append([.. some.SelectMany(static e => e)], [.. some.Select(static e => e.Length)]));
                at += some.Length;
                Assert.Equal((ulong)at, log.Size);
                if (random.Next(4) == 0)
                {
                    log.CommitAndWait();
                    Assert.Equal((ulong)at, log.CommittedSize);
                }
            }

            log.CommitAndWait();
            Assert.Equal(expected, log.Root);
        }

        using RecordLog again = RecordLog.Open(folder.Path);
        Assert.Equal(expected, again.Root);
        Assert.Equal(Entries.Select(static e => Digest.Of(e)), again.ReadAll().Select(static e => Digest.Of(e)));
        Assert.Equal((ulong)Entries.Length, again.Append([7]));
        again.CommitAndWait();
        Assert.Equal([7], again.ReadAll((ulong)Entries.Length).Single());
    }

    [Fact]
    public void Entries_whose_lengths_disagree_with_their_bytes_are_refused_and_none_is_taken()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        Assert.Throws<ArgumentException>(() => log.Append(new byte[10], [4, 5]));
        Assert.Throws<ArgumentException>(() => log.Append(new byte[10], [10, 0]));
        Assert.Throws<ArgumentException>(() => log.Append(new byte[70_000], [70_000]));
        Assert.Throws<ArgumentException>(() => log.Append(new byte[10], [11, -1]));
        Assert.Equal(0ul, log.Size);
    }

    [Fact]
    public void A_mint_allocates_nothing_once_warm()
    {
        using var folder = new TemporaryFolder();
        using RecordLog log = RecordLog.Open(folder.Path);
        Assert.True(Minter.TryBegin(log, Samples.Open(1), out Minter minter, out _));
        using (minter)
        {
            var entry = new byte[256];
            long before = 0, least = long.MaxValue;
            for (uint i = 1; i <= 6000; i++)
            {
                if (i % 300 == 0)
                {
                    // FASTER may note a page that is full; most stretches have none.
                    least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                    before = GC.GetAllocatedBytesForCurrentThread();
                }

                var head = new RetireHead(minter.RunId, i, 0, 0, i, 7);
                int length = RecordWriter.WriteRetire(entry, head, [], [minter.RunId]);
                Assert.True(minter.TryMint(entry.AsSpan(0, length), out _));
            }

            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void A_commit_that_nobody_waits_for_begins_only_when_the_last_one_is_done_and_some_time_has_passed()
    {
        using var folder = new TemporaryFolder();
        using LogFiles files = LogFiles.Open(folder.Path);
        var progress = new CommitProgress(files, int.MaxValue, static () => Environment.TickCount64);
        Assert.False(progress.TryRequest(0, atOnce: true));
        Assert.True(progress.TryRequest(5, atOnce: false));
        Assert.False(progress.TryRequest(5, atOnce: true));
        Assert.False(progress.TryRequest(6, atOnce: false));
        progress.Land(5);
        Assert.Equal(5ul, progress.Committed);
        Assert.False(progress.TryRequest(6, atOnce: false));
        Assert.True(progress.TryRequest(6, atOnce: true));
        Assert.True(progress.TryRequest(7, atOnce: true));
        progress.Land(7);
        progress.Land(6);
        progress.Await(7);
        Assert.Equal(7ul, progress.Committed);

        var eager = new CommitProgress(files, 0, static () => Environment.TickCount64);
        Assert.True(eager.TryRequest(1, atOnce: false));
        Assert.False(eager.TryRequest(2, atOnce: false));
        eager.Land(1);
        Assert.True(eager.TryRequest(2, atOnce: false));
    }
}
