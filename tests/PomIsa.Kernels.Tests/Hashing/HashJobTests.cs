using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PomIsa.Kernels.Tests.Hashing;

public unsafe partial class HashJobTests
{
    private static readonly int Page = Environment.SystemPageSize;

    [Fact]
    public void Lanes_with_messages_of_mixed_lengths_equal_the_library()
    {
        var random = new Random(11);
        int[] edges = [0, 1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 1023, 1024, 1025];
        for (int round = 0; round < 400; round++)
        {
            int count = random.Next(1, 40);
            int[] lengths = [.. Enumerable.Range(0, count).Select(i => random.Next(3) == 0 ? random.Next(0, 300) : edges[random.Next(edges.Length)])];
            Check(round % 2 == 0 ? -1 : random.Next(0, 256), lengths, round);
        }
    }

    [Fact]
    public void One_long_message_among_short_ones_equals_the_library()
    {
        for (int at = 0; at < 16; at++)
        {
            int[] lengths = [.. Enumerable.Range(0, 16).Select(i => i == at ? 5000 + at : i)];
            Check(0, lengths, at);
        }
    }

    [Fact]
    public void Hashes_may_take_the_place_of_the_messages()
    {
        byte[] nodes = RandomBytes.Of(3, 66 * 32);
        byte[] expected = [.. Enumerable.Range(0, 33).SelectMany(i => SHA256.HashData([1, .. nodes.AsSpan(64 * i, 64)]))];
        fixed (byte* at = nodes)
        {
            var jobs = new HashJob[33];
            for (int i = 0; i < jobs.Length; i++)
            {
                jobs[i] = new HashJob(at + (64 * i), 64, at + (32 * i));
            }

            fixed (HashJob* first = jobs)
            {
                Sha256Lanes.HashAll(1, first, jobs.Length);
            }
        }

        Assert.Equal(expected, nodes.AsSpan(0, expected.Length));
    }

    [Fact]
    public void No_byte_outside_a_message_is_touched()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // One page that can be read between two that can't: messages begin and end at its edges.
        byte* pages = (byte*)MemoryMap(0, 3 * Page, 3, 0x22, -1, 0);
        try
        {
            byte* page = pages + Page;
            RandomBytes.Of(4, Page).CopyTo(new Span<byte>(page, Page));
            Assert.Equal(0, MemoryProtect(pages, Page, 0));
            Assert.Equal(0, MemoryProtect(page + Page, Page, 0));
            byte* hashes = stackalloc byte[16 * Digest.Size];
            HashJob* jobs = stackalloc HashJob[16];
            for (int length = 0; length < 200; length++)
            {
                foreach (int prefix in new[] { -1, 7 })
                {
                    for (int i = 0; i < 16; i++)
                    {
                        jobs[i] = new HashJob(i % 2 == 0 ? page : page + Page - length, length, hashes + (i * Digest.Size));
                    }

                    Sha256Lanes.HashAll(prefix, jobs, 16);
                    CheckAll(prefix, jobs, 16);
                }
            }
        }
        finally
        {
            _ = MemoryUnmap(pages, 3 * Page);
        }
    }

    private static void Check(int prefix, int[] lengths, int seed)
    {
        byte[] messages = RandomBytes.Of(seed, lengths.Sum() + 1);
        var hashes = new byte[lengths.Length * Digest.Size];
        var jobs = new HashJob[lengths.Length];
        fixed (byte* message = messages, hash = hashes)
        {
            for (int i = 0, at = 0; i < lengths.Length; at += lengths[i++])
            {
                jobs[i] = new HashJob(message + at, lengths[i], hash + (i * Digest.Size));
            }

            fixed (HashJob* first = jobs)
            {
                Sha256Lanes.HashAll(prefix, first, jobs.Length);
                CheckAll(prefix, first, jobs.Length);
            }
        }
    }

    private static void CheckAll(int prefix, HashJob* jobs, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] message = new ReadOnlySpan<byte>(jobs[i].Message, jobs[i].Length).ToArray();
            byte[] expected = SHA256.HashData(prefix < 0 ? message : [(byte)prefix, .. message]);
            Assert.Equal(expected, new ReadOnlySpan<byte>(jobs[i].Hash, Digest.Size).ToArray());
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MemoryMap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MemoryProtect(byte* address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(byte* address, nint length);
}
