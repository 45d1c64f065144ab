using System.Runtime.InteropServices;
using System.Text;

namespace PomIsa.Shards.Tests;

/// <summary>A store that is only read is read as the files that it is: with the same outcome as by way of FASTER.</summary>
public sealed unsafe class CommittedLogTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Log => Path.Combine(_scratch.Store, "chunks.log.0");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Chunks_of_every_length_are_read_from_the_files_alone()
    {
        int[] lengths = [0, 1, 7, 8, 31, 4096, 65_535, 1 << 20, 3_000_000, ShardStore.MaxChunkLength, 4_000_000, ShardStore.MaxChunkLength, 17, .. Enumerable.Range(100, 40)];
        byte[][] chunks = Put([.. lengths.Select(static (length, i) => RandomBytes(i, length))]);
        using ShardStore store = ShardStore.OpenToRead(_scratch.Store);
        Assert.True(TryLoad(store, chunks, out byte[][] read, out ShardFault fault), fault.Describe());
        Assert.Equal(chunks, read);
        Assert.True(store.TryGet(Digest.Of(chunks[2]), out byte[] one, out _) && one.SequenceEqual(chunks[2]));
        Assert.True(store.ReadsFilesAlone);
    }

    [Fact]
    public void A_chunk_that_was_damaged_and_put_again_is_found_behind_its_damaged_record()
    {
        byte[][] chunks = Put([.. Enumerable.Range(0, 24).Select(static i => RandomBytes(i, 5000))]);
        Damage(chunks[3], 2500);
        Put(chunks);
        using ShardStore store = ShardStore.OpenToRead(_scratch.Store);
        Assert.True(TryLoad(store, chunks, out byte[][] read, out ShardFault fault), fault.Describe());
        Assert.Equal(chunks, read);
    }

    [Fact]
    public void The_first_chunk_in_order_that_is_damaged_missing_or_of_another_length_is_named()
    {
        byte[][] chunks = Put([.. Enumerable.Range(0, 40).Select(static i => RandomBytes(i, 3000))]);
        Damage(chunks[21], 0);
        Damage(chunks[30], 2999);
        byte[][] wanted = [.. chunks];
        Assert.Equal(ShardFaultCode.ChunkCorrupt, FaultOf(wanted, 21));
        wanted[20] = RandomBytes(999, 3000);
        Assert.Equal(ShardFaultCode.ChunkMissing, FaultOf(wanted, 20));
        using ShardStore store = ShardStore.OpenToRead(_scratch.Store);
        Assert.False(TryLoad(store, wanted, out _, out _, shorter: 19));
        Assert.Equal(19, _failed);
    }

    [Fact]
    public void A_byte_changed_in_a_record_has_the_outcome_that_it_has_for_FASTER_or_a_better_one()
    {
        byte[][] chunks = Put([.. Enumerable.Range(0, 20).Select(static i => RandomBytes(i, 400))]);
        int value = File.ReadAllBytes(Log).AsSpan().IndexOf(chunks[7]);
        for (int at = value - 44; at < value + 4; at++)
        {
            Scratch.Flip(Log, at, 0x41);
            using (var faster = new ChunkLog(new StoreFolder(_scratch.Store), isReadOnly: true))
            using (ShardStore store = ShardStore.OpenToRead(_scratch.Store))
            {
                bool loads = TryLoad(store, chunks, out byte[][] read, out ShardFault fault);
                bool found = faster.ReadExactly(Digest.Of(chunks[7]), new byte[400], out ShardFault expected);
                Assert.True(loads || !found);
                Assert.Equal(loads ? default : expected, fault);
                Assert.Equal(loads ? chunks[7] : new byte[400], read[7]);
            }

            Scratch.Flip(Log, at, 0x41);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(64 + (448 * 5))]
    [InlineData(64 + (448 * 5) + 50)]
    public void A_log_that_was_cut_short_has_the_outcome_that_it_has_for_FASTER(int length)
    {
        byte[][] chunks = Put([.. Enumerable.Range(0, 20).Select(static i => RandomBytes(i, 400))]);
        using (var log = new FileStream(Log, FileMode.Open))
        {
            log.SetLength(length);
        }

        using var faster = new ChunkLog(new StoreFolder(_scratch.Store), isReadOnly: true);
        using ShardStore store = ShardStore.OpenToRead(_scratch.Store);
        Assert.False(TryLoad(store, chunks, out _, out ShardFault fault));
        Assert.Equal(length <= 64 + 448 ? 0 : 5, _failed);
        Assert.False(faster.ReadExactly(Digest.Of(chunks[_failed]), new byte[400], out ShardFault expected));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void What_was_never_committed_is_missing()
    {
        byte[][] chunks = Put([.. Enumerable.Range(0, 4).Select(static i => RandomBytes(i, 100))]);
        byte[] lost = RandomBytes(77, 100);
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(lost, out _);
        }

        // As a write that got to the disk before the process was killed.
        byte[] record = [.. File.ReadAllBytes(Log)[64..(64 + 44)], .. lost];
        MemoryMarshal.Write(record.AsSpan(8), Digest.Of(lost));
        long end = 64 + (4 * 144);
        using (var log = new FileStream(Log, FileMode.Open))
        {
            log.Position = end;
            log.Write(record);
        }

        Assert.Equal(ShardFaultCode.ChunkMissing, FaultOf([.. chunks, lost], 4));
    }

    [Fact]
    public void A_checkpoint_that_is_lost_or_damaged_is_refused_as_ever()
    {
        byte[][] chunks = Put([RandomBytes(1, 5000)]);
        string info = Assert.Single(Directory.GetFiles(Path.Combine(_scratch.Store, "checkpoints", "cpr-checkpoints"), "info.dat.0", SearchOption.AllDirectories));
        byte[] whole = File.ReadAllBytes(info);
        int text = Encoding.ASCII.GetString(whole).IndexOf('\0', 4);
        foreach (int at in Enumerable.Range(4, text - 4).Where(at => whole[at] is >= (byte)'0' and <= (byte)'8').Where(static at => at % 5 == 0))
        {
            byte[] changed = [.. whole];
            changed[at]++;
            File.WriteAllBytes(info, changed);
            AssertAsFaster();
        }

        foreach (byte[] cut in new[] { [], whole[..3], whole[..60], new byte[512] })
        {
            File.WriteAllBytes(info, cut);
            AssertAsFaster();
        }

        File.WriteAllBytes(info, whole);
        using (ShardStore store = ShardStore.OpenToRead(_scratch.Store))
        {
            Assert.True(TryLoad(store, chunks, out _, out _));
        }

        Directory.Delete(Path.Combine(_scratch.Store, "checkpoints", "index-checkpoints"), recursive: true);
        AssertAsFaster();
    }

    private void AssertAsFaster()
    {
        string? expected = Refusal(() => new ChunkLog(new StoreFolder(_scratch.Store), isReadOnly: true));
        Assert.Equal(expected, Refusal(() => ShardStore.OpenToRead(_scratch.Store)));

        static string? Refusal(Func<IDisposable> open)
        {
            try
            {
                open().Dispose();
                return null;
            }
            catch (ShardStoreException e)
            {
                return e.Message;
            }
        }
    }

    private int _failed;

    private ShardFaultCode FaultOf(byte[][] chunks, int first)
    {
        using ShardStore store = ShardStore.OpenToRead(_scratch.Store);
        Assert.False(TryLoad(store, chunks, out byte[][] read, out ShardFault fault));
        Assert.Equal(first, _failed);
        Assert.Equal(Digest.Of(chunks[first]).ToString(), fault.Where);
        Assert.All(read[first], static b => Assert.Equal(0, b));
        return fault.Code;
    }

    private byte[][] Put(byte[][] chunks)
    {
        using ShardStore store = ShardStore.Open(_scratch.Store);
        foreach (byte[] chunk in chunks)
        {
            store.Put(chunk, out _);
        }

        store.Commit();
        return chunks;
    }

    private void Damage(byte[] chunk, int at) => Scratch.Flip(Log, File.ReadAllBytes(Log).AsSpan().IndexOf(chunk) + at);

    /// <param name="shorter">This one is asked for one byte shorter than it is.</param>
    private bool TryLoad(ShardStore store, byte[][] chunks, out byte[][] read, out ShardFault fault, int shorter = -1)
    {
        int[] lengths = [.. chunks.Select((c, i) => i == shorter ? c.Length - 1 : c.Length)];
        read = [.. lengths.Select(static length => GC.AllocateArray<byte>(length, pinned: true))];
        byte[][] places = read;
        ChunkPlace[] wanted = [.. chunks.Select((chunk, i) => new ChunkPlace(
            new ManifestResource("file", 0, lengths[i], Digest.Of(chunk)), Marshal.UnsafeAddrOfPinnedArrayElement(places[i], 0)))];
        bool loads = store.TryGetAll(wanted, null, out _failed, out fault);
        Assert.Equal(loads, _failed == chunks.Length);
        return loads;
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
