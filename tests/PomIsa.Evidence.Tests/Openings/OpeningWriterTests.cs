using System.Runtime.InteropServices;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Openings;

public unsafe class OpeningWriterTests
{
    private static readonly Digest Run = Digest.Of("a run"u8);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_file_is_the_same_whoever_writes_it_and_wherever_its_sums_were_computed(int threads)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "openings");
        using WorkerPool? pool = threads == 0 ? null : new WorkerPool(threads);
        var random = new Random(threads);
        using var expected = new MemoryStream();
        using var list = new MemoryStream();
        expected.Write("PISAOPN1"u8);
        expected.Write(Run.ToArray());
        using (OpeningWriter writer = OpeningWriter.Create(path, Run))
        {
            if (pool is not null)
            {
                writer.WriteBehind(pool);
            }

            // Small ones, ones that fill most of a piece, one that is larger than any piece may be.
            for (int i = 1; i <= 60; i++)
            {
                int rows = i == 40 ? 3 : random.Next(1, 9), columns = i == 40 ? 1_500_000 : random.Next(1, i % 10 == 0 ? 40_000 : 600);
                byte[] scales = Bytes.Of(i, i % 4 == 0 ? 0 : sizeof(float) * rows), sums = Bytes.Of(-i, sizeof(int) * rows * columns);
                Write(writer, (ulong)(3 * i), rows, columns, scales, sums, reserves: i % 3 != 0, forgets: i % 7 == 0);
                expected.Write(scales);
                expected.Write(sums);
                list.Write(MemoryMarshal.AsBytes([3L * i]));
                list.Write(MemoryMarshal.AsBytes([rows, columns, scales.Length == 0 ? 0 : 1, 0]));
                Assert.Equal(expected.Length, writer.Length);
            }

            list.WriteTo(expected);
            expected.Write(MemoryMarshal.AsBytes([60L]));
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_full_disk_ends_the_file_and_leaves_nothing(int threads)
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "openings");
        using WorkerPool? pool = threads == 0 ? null : new WorkerPool(threads);
        File.CreateSymbolicLink(path + ".new", "/dev/full");
        using (OpeningWriter writer = OpeningWriter.Create(path, Run))
        {
            if (pool is not null)
            {
                writer.WriteBehind(pool);
            }

            var sums = new byte[1 << 19];
            Assert.Throws<IOException>(() =>
            {
                for (ulong i = 1; i < 100; i++)
                {
                    writer.Add(i, 1, sums.Length / sizeof(int), new byte[4], sums);
                }
            });
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Lengths_that_disagree_are_refused()
    {
        using var folder = new TemporaryFolder();
        using OpeningWriter writer = OpeningWriter.Create(Path.Combine(folder.Path, "openings"), Run);
        Assert.Throws<ArgumentException>(() => writer.Add(1, 2, 3, new byte[4], new byte[24]));
        Assert.Throws<ArgumentException>(() => writer.Add(1, 2, 3, new byte[8], new byte[20]));
        Assert.Equal(40, writer.Length);
    }

    private static void Write(OpeningWriter writer, ulong sequence, int rows, int columns, byte[] scales, byte[] sums, bool reserves, bool forgets)
    {
        int* place = reserves ? writer.Reserve(rows, columns, scales.Length > 0) : null;
        if (place is null || forgets)
        {
            writer.Add(sequence, rows, columns, scales, sums);
            return;
        }

        var reserved = new Span<byte>(place, sums.Length);
        sums.CopyTo(reserved);
        writer.Add(sequence, rows, columns, scales, reserved);
    }
}
