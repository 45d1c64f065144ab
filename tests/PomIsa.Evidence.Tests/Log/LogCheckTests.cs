using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tests.Keeping;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Log;

public class LogCheckTests
{
    private static readonly List<byte[]> Sound = [.. Samples.Run(1, 5), .. Samples.Run(2, 5)];

    private static Checkpoint Checkpoint(List<byte[]> entries) =>
        new("o", (ulong)entries.Count, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));

    private static LogCheckFault Check(List<byte[]> entries, Checkpoint? checkpoint = null)
    {
        bool sound = LogCheck.Verify(entries, checkpoint ?? Checkpoint(Sound), out LogCheckFault fault);
        Assert.Equal(sound, fault.Code == LogCheckCode.None);
        using var pool = new WorkerPool(1);
        using var list = EntryList.Of(entries);
        Assert.Equal(sound, LogCheck.Verify(list, checkpoint ?? Checkpoint(Sound), list.Root(pool), pool, out LogCheckFault found));
        Assert.Equal(fault, found);
        return fault;
    }

    [Fact]
    public void A_sound_log_passes_and_so_does_one_that_grew()
    {
        Assert.Equal(LogCheckCode.None, Check(Sound).Code);
        Assert.Equal(LogCheckCode.None, Check(Sound, Checkpoint(Sound[..4])).Code);
        Assert.Equal(LogCheckCode.None, Check([], Checkpoint([])).Code);
    }

    [Fact]
    public void A_root_that_is_known_is_held_against_a_checkpoint_of_all_entries_alone()
    {
        using var pool = new WorkerPool(2);
        (Checkpoint all, Checkpoint some) = (Checkpoint(Sound), Checkpoint(Sound[..4]));
        Assert.True(LogCheck.Verify(EntryList.Of(Sound), all, all.Root, pool, out _));
        Assert.False(LogCheck.Verify(EntryList.Of(Sound), all, some.Root, pool, out LogCheckFault fault));
        Assert.Equal((LogCheckCode.RootDiffers, (ulong)Sound.Count), (fault.Code, fault.Index));
        Assert.False(LogCheck.Verify(EntryList.Of(Sound), new Checkpoint("o", all.Size, some.Root), all.Root, pool, out fault));
        Assert.Equal(LogCheckCode.RootDiffers, fault.Code);
        Assert.True(LogCheck.Verify(EntryList.Of(Sound), some, all.Root, pool, out _));
        Assert.False(LogCheck.Verify(EntryList.Of(Sound), new Checkpoint("o", some.Size, all.Root), all.Root, pool, out _));
        Assert.False(LogCheck.Verify(EntryList.Of(Sound[..4]), all, all.Root, pool, out fault));
        Assert.Equal(LogCheckCode.TooShort, fault.Code);
        Assert.False(LogCheck.Verify(EntryList.Of([.. Sound, Sound[8]]), new Checkpoint("o", all.Size + 1, all.Root), all.Root, pool, out fault));
        Assert.Equal(LogCheckCode.DuplicateMint, fault.Code);
    }

    [Fact]
    public void A_log_with_any_byte_changed_is_refused()
    {
        for (int i = 0; i < Sound.Count; i++)
        {
            for (int at = 0; at < Sound[i].Length; at++)
            {
                List<byte[]> changed = [.. Sound];
                changed[i] = [.. Sound[i]];
                changed[i][at] ^= 1;
                Assert.NotEqual(LogCheckCode.None, Check(changed).Code);
            }
        }

        List<byte[]> malformed = [.. Sound];
        malformed[3] = [.. Sound[3], 0];
        LogCheckFault fault = Check(malformed);
        Assert.Equal((LogCheckCode.Malformed, 3ul), (fault.Code, fault.Index));
    }

    [Fact]
    public void A_list_is_held_to_the_same_rules_as_entries_one_by_one()
    {
        var random = new Random(7);
        byte[][][] runs = [[.. Samples.Run(1, 9)], [.. Samples.Run(2, 9)], [.. KeptLog.PrivateEntries(3, 3, RunSecret.Create())], [.. Samples.PrivateRun(PrivacyMode.All, RunSecret.Create(), [1, 2, 3, 4, 5, 6]).Select(Samples.Encode)]];
        var codes = new HashSet<LogCheckCode>();
        for (int round = 0; round < 3000; round++)
        {
            List<byte[]> entries = [];
            int[] next = new int[runs.Length];
            for (int run = 0; entries.Count < 24; run = random.Next(4) == 0 ? random.Next(runs.Length) : run)
            {
                int slip = random.Next(60);
                next[run] += slip switch { 0 => -1, 1 => 1, _ => 0 };
                byte[] entry = runs[run][Math.Clamp(next[run]++, 0, runs[run].Length - 1)];
                entry = slip == 2 ? [.. entry.AsSpan(0, 6), .. runs[random.Next(runs.Length)][1].AsSpan(6, 32), .. entry.AsSpan(38)] : [.. entry];
                entry[random.Next(entry.Length)] ^= (byte)(slip == 3 ? 1 : 0);
                entry[Math.Min(63, entry.Length - 1)] &= (byte)(slip == 4 ? 0 : 0xFF); // in a private retire: what was under salt as a commitment in the open
                entries.Add(entry);
            }

            codes.Add(Check(entries, Checkpoint(entries)).Code);
        }

        Assert.Superset(
            new HashSet<LogCheckCode> { LogCheckCode.None, LogCheckCode.DuplicateMint, LogCheckCode.SequenceGap, LogCheckCode.UnknownRun, LogCheckCode.WrongForm, LogCheckCode.WrongTokens, LogCheckCode.Malformed },
            codes);
    }

    [Fact]
    public void A_log_with_a_record_removed_swapped_or_doubled_is_refused_with_its_place()
    {
        for (int i = 1; i < 5; i++)
        {
            List<byte[]> removed = [.. Sound];
            removed.RemoveAt(i);
            LogCheckFault fault = Check(removed);
            Assert.Equal((LogCheckCode.SequenceGap, (ulong)i), (fault.Code, fault.Index));

            List<byte[]> swapped = [.. Sound];
            (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
            Assert.Equal(i, (int)Check(swapped).Index);

            List<byte[]> doubled = [.. Sound];
            doubled.Insert(i, Sound[i]);
            fault = Check(doubled);
            Assert.Equal((LogCheckCode.DuplicateMint, (ulong)i + 1), (fault.Code, fault.Index));
        }

        Assert.Equal(LogCheckCode.TooShort, Check(Sound[..^1]).Code);
        Assert.Equal(LogCheckCode.UnknownRun, Check(Sound[1..]).Code);
        Assert.Equal(LogCheckCode.DuplicateMint, Check([.. Sound, Sound[0]]).Code);
        Assert.Equal(LogCheckCode.RootDiffers, Check([.. Sound[7..], .. Sound[..7]]).Code);
        Assert.Equal(LogCheckCode.RootDiffers, Check(Sound, Checkpoint(Sound) with { Root = default }).Code);
    }
}
