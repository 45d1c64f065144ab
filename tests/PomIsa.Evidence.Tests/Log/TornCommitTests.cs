using PomIsa.Evidence.Log;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Log;

/// <summary>
/// What a disk may hold when the power goes during a commit. Its records and its slot are under way at once, and so may the note
/// be, in the other slot, that the commit before is durable: each of their sectors is there or not, in any order.
/// </summary>
public class TornCommitTests
{
    private const int Sector = 512;

    [Fact]
    public void Whatever_of_a_commit_reached_the_disk_it_counts_with_all_of_its_records_or_the_one_before_does()
    {
        using var folder = new TemporaryFolder();
        Files[] after = Committed(folder.Path);
        int whole = 0, states = 0;
        for (int commit = 2; commit < after.Length; commit++)
        {
            (Files before, Files then) = (after[commit - 1], after[commit]);
            int slot = then.TentativeSlot, other = 1 - slot;
            foreach (byte[] written in Torn(after[commit - 2].Slots[slot], before.Slots[slot], then.Slots[slot]))
            {
                foreach ((byte[] records, bool areAll) in Partial(before.Records, then.Records))
                {
                    bool counts = areAll && written.AsSpan().SequenceEqual(then.Slots[slot]);
                    var state = new Files(records, slot == 0 ? [written, before.Slots[other]] : [before.Slots[other], written], default, 0, 0);
                    Holds(folder.Path, state, counts ? then : before);
                    whole += counts ? 1 : 0;
                    states++;
                }
            }
        }

        Assert.InRange(whole, 3, states / 10);
    }

    [Fact]
    public void A_durable_commit_counts_whatever_came_of_the_note_that_says_so()
    {
        using var folder = new TemporaryFolder();
        Files[] after = Committed(folder.Path);
        for (int commit = 1; commit < after.Length; commit++)
        {
            int other = 1 - after[commit].TentativeSlot;
            foreach (byte[] note in Torn(after[commit - 1].Slots[other], after[commit].Slots[other]))
            {
                byte[][] slots = [.. after[commit].Slots];
                slots[other] = note;
                Holds(folder.Path, after[commit] with { Slots = slots }, after[commit]);
            }
        }
    }

    [Fact]
    public void Records_that_were_durable_and_are_gone_are_damage()
    {
        using var pool = new WorkerPool(1);
        using var folder = new TemporaryFolder();
        Files[] after = Committed(folder.Path);
        Files last = after[^1];
        int tentative = last.TentativeSlot;
        foreach (byte[] records in new[] { after[^2].Records, [], last.Records[..^Sector] })
        {
            Damaged(last with { Records = records }); // both slots say so
            Damaged(last with { Records = records, Slots = Only(last, 1 - tentative) }); // the note alone
            Damaged(last with { Records = records, Slots = Only(last, tentative) }); // no slot is left to go back to
        }

        Damaged(last with { Slots = [[1, 2, 3], [4, 5, 6]] });
        Damaged(after[^2] with { Records = after[^3].Records, Slots = Order(tentative, last.Slots[tentative], after[^2].Slots[1 - tentative]) }); // neither commit's records

        static byte[][] Only(Files files, int slot) => Order(slot, files.Slots[slot], Bytes.Of(1, 30));

        static byte[][] Order(int slot, byte[] first, byte[] second) => slot == 0 ? [first, second] : [second, first];

        void Damaged(Files state)
        {
            state.Write(folder.Path);
            Assert.Equal(LogFaultCode.Corrupted, Assert.Throws<LogException>(() => RecordLog.Open(folder.Path)).Fault.Code);
            Assert.Equal(LogFaultCode.Corrupted, Assert.Throws<LogException>(() => RecordLog.OpenToRead(folder.Path)).Fault.Code);
            Assert.Equal(LogFaultCode.Corrupted, Assert.Throws<LogException>(() => RecordLog.ReadFolder(folder.Path, pool, out _)).Fault.Code);
        }
    }

    [Fact]
    public void What_is_appended_after_a_commit_that_was_cut_off_is_kept()
    {
        using var folder = new TemporaryFolder();
        Files[] after = Committed(folder.Path);
        Files before = after[^2], then = after[^1];
        for (int cut = before.Records.Length; cut < then.Records.Length; cut += Sector)
        {
            (then with { Records = then.Records[..cut], Slots = Slots(then.Slots[then.TentativeSlot]) }).Write(folder.Path);
            Digest root;
            using (RecordLog log = RecordLog.Open(folder.Path))
            {
                Assert.Equal((before.Size, before.Root), (log.Size, log.Root));
                for (int i = 0; i < 3; i++)
                {
                    log.Append(Bytes.Of(cut + i, 900));
                }

                log.CommitAndWait();
                root = log.Root;
            }

            using RecordLog again = RecordLog.Open(folder.Path);
            Assert.Equal((before.Size + 3, root), (again.Size, again.Root));
        }

        byte[][] Slots(byte[] tentative) => then.TentativeSlot == 0 ? [tentative, before.Slots[1]] : [before.Slots[0], tentative];
    }

    [Fact]
    public void The_slot_of_the_last_commit_is_never_the_one_that_the_next_writes()
    {
        using var folder = new TemporaryFolder();
        using LogFiles files = LogFiles.Open(folder.Path);
        using var device = new LogDevice(files);
        using var slots = new CommitSlots(files, device, CommitSlots.Read(files)[0]);
        slots.Settle();
        long[] numbers = [1, 2, 4, 6, 7, 9, 11]; // FASTER leaves out the number of a commit that a later one covers
        byte[][] last = Slots();
        for (int i = 0; i < numbers.Length; i++)
        {
            int durable = Array.FindIndex(last, slot => CommitSlot.TryDecode(slot) is { IsSettled: false });
            slots.Commit(0, 0, [(byte)i], numbers[i]);
            byte[][] now = Slots();
            CommitSlot?[] read = [.. now.Select(static slot => CommitSlot.TryDecode(slot))];
            int written = Array.FindIndex(read, static slot => slot is { IsSettled: false });
            Assert.NotEqual(durable, written);
            Assert.All(read, slot => Assert.Equal(numbers[i], slot!.Number));
            last = now;
        }

        byte[][] Slots() => [Slot(0), Slot(1)];

        byte[] Slot(int slot) => File.Exists(files.CommitPath(slot)) ? ReadShared(files.CommitPath(slot)) : [];
    }

    [Fact]
    public void A_log_of_slots_that_all_say_durable_opens_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        Files[] after = Committed(folder.Path);
        (Files before, Files last) = (after[^2], after[^1]);
        byte[][] slots = [.. last.Slots];
        slots[last.TentativeSlot] = last.Slots[1 - last.TentativeSlot];
        slots[1 - last.TentativeSlot] = before.Slots[before.TentativeSlot == 0 ? 1 : 0];
        Holds(folder.Path, last with { Slots = slots }, last);
        (last with { Slots = slots, Records = before.Records }).Write(folder.Path);
        Assert.Equal(LogFaultCode.Corrupted, Assert.Throws<LogException>(() => RecordLog.Open(folder.Path)).Fault.Code);
    }

    // The files after each commit; the first are those of a new log.
    private static Files[] Committed(string folder)
    {
        var after = new List<Files>();
        for (int commit = 0; commit < 5; commit++)
        {
            using RecordLog log = RecordLog.Open(folder);
            for (int i = 0; commit > 0 && i < 4; i++)
            {
                log.Append(Bytes.Of((commit * 10) + i, 1 + (Sector * (1 + i))));
            }

            log.CommitAndWait();
            after.Add(Files.Of(folder, log));
        }

        Assert.All(after.Skip(1), static files => Assert.InRange(files.TentativeSlot, 0, 1));
        return [.. after];
    }

    // A file that is written over once or twice: as before, as after each, and torn within each.
    private static IEnumerable<byte[]> Torn(params byte[][] contents)
    {
        yield return contents[0];
        for (int next = 1; next < contents.Length; next++)
        {
            foreach (int at in new[] { 1, 9, 40, contents[next].Length / 2, contents[next].Length - 1 })
            {
                yield return [.. contents[next][..at], .. contents[next - 1].Skip(at)];
            }

            yield return contents[next];
        }
    }

    // Records of which only some sectors are there: the first ones, all but one, one alone.
    private static IEnumerable<(byte[] Records, bool AreAll)> Partial(byte[] before, byte[] then)
    {
        int[] changed = [.. Enumerable.Range(0, then.Length / Sector).Where(s => !Part(then, s).AsSpan().SequenceEqual(Part(before, s)))];
        yield return (then, true);
        for (int i = 0; i < changed.Length; i++)
        {
            yield return (With(changed[..i]), false);
            yield return (With([.. changed[..i], .. changed[(i + 1)..]]), false);
            yield return (With([changed[i]]), changed.Length == 1);
        }

        byte[] With(int[] sectors)
        {
            var records = new byte[sectors.Length == 0 ? before.Length : Math.Max(before.Length, (sectors[^1] + 1) * Sector)];
            before.CopyTo(records, 0);
            foreach (int sector in sectors)
            {
                Part(then, sector).CopyTo(records, sector * Sector);
            }

            return records;
        }

        static byte[] Part(byte[] bytes, int sector) => [.. bytes.Skip(sector * Sector).Take(Sector)];
    }

    private static void Holds(string folder, Files state, Files expected)
    {
        state.Write(folder);
        using (var pool = new WorkerPool(1))
        using (EntryList entries = RecordLog.ReadFolder(folder, pool, out Digest root))
        {
            Assert.Equal((expected.Size, expected.Root), ((ulong)entries.Count, root));
        }

        using RecordLog log = RecordLog.Open(folder);
        Assert.Equal((expected.Size, expected.Root), (log.Size, log.Root));
        Assert.Equal((int)expected.Size, log.ReadAll().Count());
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Files(byte[] Records, byte[][] Slots, Digest Root, ulong Size, int TentativeSlot)
    {
        internal static Files Of(string folder, RecordLog log)
        {
            byte[][] slots = [Read(folder, "commit.0"), Read(folder, "commit.1")];
            return new Files(
                Read(folder, "records.0"), slots, log.Root, log.Size, Array.FindIndex(slots, static slot => CommitSlot.TryDecode(slot) is { IsSettled: false }));
        }

        internal void Write(string folder)
        {
            File.WriteAllBytes(Path.Combine(folder, "records.0"), Records);
            File.WriteAllBytes(Path.Combine(folder, "commit.0"), Slots[0]);
            File.WriteAllBytes(Path.Combine(folder, "commit.1"), Slots[1]);
        }

        private static byte[] Read(string folder, string name) => File.Exists(Path.Combine(folder, name)) ? ReadShared(Path.Combine(folder, name)) : [];
    }
}
