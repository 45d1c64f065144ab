using System.Diagnostics;

namespace PomIsa.Shards.Tests;

public sealed class ShardStoreTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static byte[] Chunk(int seed, int length) => [.. Scratch.Bytes(seed, length).Select(static b => (byte)b)];

    [Fact]
    public void Chunks_of_every_length_come_back_after_reopening()
    {
        int[] lengths = [0, 1, 31, 4096, 65_535, 1 << 20, 3_000_000, ShardStore.MaxChunkLength, 1 << 20, 17];
        var digests = new List<Digest>();
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                Assert.True(store.Put(Chunk(i, lengths[i]), out Digest digest));
                digests.Add(digest);
            }

            store.Commit();
        }

        using ShardStore again = ShardStore.Open(_scratch.Store);
        for (int i = 0; i < lengths.Length; i++)
        {
            Assert.True(again.Contains(digests[i]));
            Assert.True(again.TryGet(digests[i], out byte[] chunk, out _));
            Assert.Equal(Chunk(i, lengths[i]), chunk);
        }

        Assert.Equal(digests.Order(), again.List().Select(static c => c.Digest));
        Assert.Equal(lengths.Order(), again.List().Select(static c => c.Length).Order());
    }

    [Fact]
    public void A_chunk_is_written_once()
    {
        using ShardStore store = ShardStore.Open(_scratch.Store);
        byte[] chunk = Chunk(1, 5000);
        Assert.True(store.Put(chunk, out Digest first));
        Assert.False(store.Put(chunk, out Digest second));
        Assert.Equal(first, second);
        store.Commit();
        Assert.False(store.Put(chunk, out _));
        Assert.Single(store.List());
    }

    [Fact]
    public void A_chunk_that_is_not_there_is_missing_by_name()
    {
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Digest absent = Digest.Of("absent"u8);
        Assert.False(store.Contains(absent));
        Assert.False(store.TryGet(absent, out _, out ShardFault fault));
        Assert.Equal(new ShardFault(ShardFaultCode.ChunkMissing, absent.ToString()), fault);
    }

    [Fact]
    public void What_was_not_committed_is_gone_and_what_was_stays()
    {
        Digest kept, lost;
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(Chunk(1, 5000), out kept);
            store.Commit();
            store.Put(Chunk(2, 5000), out lost);
        }

        using ShardStore again = ShardStore.Open(_scratch.Store);
        Assert.True(again.TryGet(kept, out _, out _));
        Assert.False(again.Contains(lost));
        Assert.True(again.Put(Chunk(2, 5000), out _));
        again.Commit();
        Assert.True(again.TryGet(lost, out _, out _));
    }

    [Fact]
    public void A_byte_changed_in_the_log_is_found_and_putting_the_chunk_again_repairs_it()
    {
        byte[] chunk = Chunk(1, 200_000);
        Digest digest;
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(chunk, out digest);
            store.Commit();
        }

        string log = Path.Combine(_scratch.Store, "chunks.log.0");
        int at = File.ReadAllBytes(log).AsSpan().IndexOf(chunk.AsSpan(0, 64));
        Scratch.Flip(log, at + 100_000);
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            Assert.False(store.TryGet(digest, out byte[] bytes, out ShardFault fault));
            Assert.Empty(bytes);
            Assert.Equal(new ShardFault(ShardFaultCode.ChunkCorrupt, digest.ToString()), fault);
            Assert.True(store.Put(chunk, out _));
            store.Commit();
        }

        using ShardStore repaired = ShardStore.Open(_scratch.Store);
        Assert.True(repaired.TryGet(digest, out byte[] whole, out _));
        Assert.Equal(chunk, whole);
    }

    [Fact]
    public void A_record_header_changed_in_the_log_is_found_and_crashes_nothing()
    {
        byte[] first = Chunk(1, 30_000);
        byte[] second = Chunk(2, 30_000);
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(first, out _);
            store.Put(second, out _);
            store.Commit();
        }

        string log = Path.Combine(_scratch.Store, "chunks.log.0");
        int value = File.ReadAllBytes(log).AsSpan().IndexOf(first.AsSpan(0, 64));
        for (int at = value - 4; at < value; at++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x10, 0x80, 0xff })
            {
                Scratch.Flip(log, at, mask);
                using (ShardStore store = ShardStore.Open(_scratch.Store))
                {
                    Assert.False(store.TryGet(Digest.Of(first), out _, out ShardFault fault));
                    Assert.Contains(fault.Code, new[] { ShardFaultCode.ChunkCorrupt, ShardFaultCode.ChunkMissing });
                }

                Scratch.Flip(log, at, mask);
            }
        }
    }

    [Fact]
    public void Many_read_a_store_at_once_and_nobody_writes_meanwhile()
    {
        byte[] chunk = [1, 2, 3];
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(chunk, out _);
            store.Commit();
        }

        using ShardStore one = ShardStore.OpenToRead(_scratch.Store), other = ShardStore.OpenToRead(_scratch.Store);
        Assert.True(one.TryGet(Digest.Of(chunk), out byte[] read, out _) && read.AsSpan().SequenceEqual(chunk));
        Assert.True(other.TryGet(Digest.Of(chunk), out read, out _) && read.AsSpan().SequenceEqual(chunk));
        Assert.Contains("in use", Assert.Throws<ShardStoreException>(() => ShardStore.Open(_scratch.Store)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => one.Put(chunk, out _));
    }

    [Fact]
    public void Whoever_reads_a_store_waits_for_no_lock_file_and_changes_nothing_in_its_folder()
    {
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put([1, 2, 3], out _);
            store.Commit();
            store.Put([4, 5, 6], out _); // never committed
        }

        foreach (bool hasLock in new[] { true, false })
        {
            if (!hasLock)
            {
                File.Delete(Path.Combine(_scratch.Store, "lock"));
            }

            string[] before = Listing();
            using (ShardStore store = ShardStore.OpenToRead(_scratch.Store))
            {
                Assert.True(store.TryGet(Digest.Of([1, 2, 3]), out _, out _));
                Assert.False(store.Contains(Digest.Of([4, 5, 6])));
            }

            Assert.Equal(before, Listing());
        }

        string[] Listing() =>
            [.. Directory.GetFileSystemEntries(_scratch.Store, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(static p => File.Exists(p) ? $"{p} {File.GetLastWriteTimeUtc(p):O} {Digest.Of(File.ReadAllBytes(p))}" : p)];
    }

    [Fact]
    public void A_store_that_is_not_there_is_not_made_for_whoever_reads()
    {
        Assert.Contains("no such", Assert.Throws<ShardStoreException>(() => ShardStore.OpenToRead(_scratch.Store)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scratch.Store));
    }

    [Fact]
    public void One_process_at_a_time_writes_a_store()
    {
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Contains("in use", Assert.Throws<ShardStoreException>(() => ShardStore.Open(_scratch.Store)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_named()
    {
        string file = Path.Combine(_scratch.Root, "file");
        File.WriteAllText(file, "");
        Assert.Contains(file, Assert.Throws<ShardStoreException>(() => ShardStore.Open(Path.Combine(file, "store"))).Message, StringComparison.Ordinal);
        if (Directory.Exists("/proc/self"))
        {
            Assert.Contains("/proc", Assert.Throws<ShardStoreException>(() => ShardStore.Open("/proc/pomisa")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_lost_checkpoint_is_said_and_not_taken_for_an_empty_store()
    {
        using (ShardStore store = ShardStore.Open(_scratch.Store))
        {
            store.Put(Chunk(1, 5000), out _);
            store.Commit();
        }

        Directory.Delete(Path.Combine(_scratch.Store, "checkpoints"), recursive: true);
        Assert.Contains("checkpoint", Assert.Throws<ShardStoreException>(() => ShardStore.Open(_scratch.Store)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_checkpoints_do_not_pile_up()
    {
        using ShardStore store = ShardStore.Open(_scratch.Store);
        for (int i = 0; i < 8; i++)
        {
            store.Put(Chunk(i, 1000), out _);
            store.Commit();
        }

        Assert.InRange(Directory.GetDirectories(Path.Combine(_scratch.Store, "checkpoints", "index-checkpoints")).Length, 1, 3);
        Assert.InRange(Directory.GetDirectories(Path.Combine(_scratch.Store, "checkpoints", "cpr-checkpoints")).Length, 1, 3);
        Assert.Equal(8, store.List().Length);
    }

    [Fact]
    public void A_killed_import_leaves_a_store_that_opens_and_the_import_goes_on()
    {
        Manifest manifest = _scratch.WriteModel(width: 256);
        using (Process child = Child(""))
        {
            while (child.StandardOutput.ReadLine() is { } line && line != "chunk 50")
            {
                Assert.StartsWith("chunk ", line, StringComparison.Ordinal);
            }

            child.Kill(); // SIGKILL
            child.WaitForExit();
            Assert.NotEqual(0, child.ExitCode);
        }

        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Empty(store.ListManifests());
        int there = store.List().Length;
        Assert.InRange(there, 32, manifest.Resources.Length - 1);
        Assert.All(store.List(), c => Assert.True(store.TryGet(c.Digest, out _, out _)));
        ImportReport report = _scratch.Import(store);
        Assert.Equal(there, report.ChunksPresent);
        Assert.True(WeightSet.Verify(store, report.Manifest).IsWhole);
    }

    [Fact]
    public void A_full_disk_is_said_and_what_was_committed_stays()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // the limit below is a Unix one
        }

        // A limit of 1 MiB on any file's size fails the writes as a full disk does.
        _scratch.WriteModel(width: 1024);
        using (Process child = Child("trap '' XFSZ; ulimit -f 2048; "))
        {
            string output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.True(child.ExitCode == 3, $"exit code {child.ExitCode}: {output}");
            Assert.Contains("full", output, StringComparison.Ordinal);
        }

        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Empty(store.ListManifests());
        Assert.All(store.List(), c => Assert.True(store.TryGet(c.Digest, out _, out _)));
        Assert.True(WeightSet.Verify(store, _scratch.Import(store).Manifest).IsWhole);
    }

    private Process Child(string before)
    {
        string key = Path.Combine(_scratch.Root, "key.pub");
        _scratch.Key.PublicKey.Save(key);
        string program = Path.Combine(AppContext.BaseDirectory, "PomIsa.Shards.Crash.dll");
        string[] arguments = [program, _scratch.Store, _scratch.Model, key];
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        ProcessStartInfo start = before.Length == 0
            ? new ProcessStartInfo(host, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", before + "exec \"$0\" \"$@\"", host, .. arguments]);
        start.RedirectStandardOutput = true;
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // the runtime's own large file would break the limit
        return Process.Start(start)!;
    }
}
