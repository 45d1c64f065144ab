using System.Runtime.InteropServices;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Openings;

public class OpeningWriterTests
{
    private static readonly Digest Run = Digest.Of("a run"u8);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_file_is_the_same_whoever_writes_it_and_gives_each_product_again(int threads)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "openings");
        using WorkerPool? pool = threads == 0 ? null : new WorkerPool(threads);
        var random = new Random(1);
        var products = new List<(int Rows, int Columns, int Width, int[] Sums)>();
        using var expected = new MemoryStream();
        using var list = new MemoryStream();
        expected.Write("PISAOPN2"u8);
        expected.Write(Run.ToArray());
        using (OpeningWriter writer = OpeningWriter.Create(path, Run))
        {
            if (pool is not null)
            {
                writer.WriteBehind(pool);
            }

            // Small ones, some of which have as many columns, ones that fill most of a piece, one whose rows are larger than a piece is.
            for (int i = 1; i <= 60; i++)
            {
                int rows = i == 40 ? 3 : random.Next(1, 9), columns = i == 40 ? 700_000 : i % 3 == 0 ? 100 : random.Next(1, i % 10 == 0 ? 40_000 : 600);
                int width = ((int[])[20, 16, 24, 32])[i % 4];
                int[] sums = MemoryMarshal.Cast<byte, int>(Bytes.Of(-i, sizeof(int) * rows * columns)).ToArray();
                sums = [.. sums.Select(sum => sum >> (32 - width))];
                sums[random.Next(sums.Length)] = int.MinValue >> (32 - width);
                products.Add((rows, columns, width, sums));
                writer.Add((ulong)(3 * i), rows, columns, sums);
                Array.ForEach([.. sums.Chunk(columns)], row => expected.Write(Packed(row, width)));
                list.Write(MemoryMarshal.AsBytes([3L * i]));
                list.Write(MemoryMarshal.AsBytes([rows, columns, width, 0]));
                Assert.Equal(expected.Length, writer.Length);
            }

            list.WriteTo(expected);
            expected.Write(MemoryMarshal.AsBytes([60L]));
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        IsGivenAgain(path, products);
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

            var sums = new int[1 << 18];
            Assert.Throws<IOException>(() =>
            {
                for (ulong i = 1; i < 100; i++)
                {
                    writer.Add(i, 1, sums.Length, sums);
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
        Assert.Throws<ArgumentException>(() => writer.Add(1, 2, 3, new int[5]));
        Assert.Throws<ArgumentException>(() => writer.Add(1, 2, 3, new int[7]));
        Assert.Throws<ArgumentException>(() => writer.Add(1, 0, 3, []));
        Assert.Throws<ArgumentException>(() => writer.Add(1, -2, -3, new int[6]));
        Assert.Equal(40, writer.Length);
    }

    private static byte[] Packed(int[] row, int width)
    {
        var bytes = new byte[((row.Length * width) + 7) / 8];
        for (int i = 0; i < row.Length * width; i++)
        {
            bytes[i / 8] |= (byte)((row[i / width] >> (i % width) & 1) << (i % 8));
        }

        return bytes;
    }

    private static unsafe void IsGivenAgain(string path, List<(int Rows, int Columns, int Width, int[] Sums)> products)
    {
        Assert.True(OpeningFile.TryOpen(path, Run, out OpeningFile? file, out string fault), fault);
        using (file)
        {
            int place = 0;
            for (int i = 0; i < products.Count; i++)
            {
                (int rows, int columns, int width, int[] sums) = products[i];
                place = i % 7 == 0 ? 0 : place;
                byte* row = file.Find((ulong)(3 * (i + 1)), rows, columns, ref place, out int found);
                Assert.True(row != null && found == width);
                for (int t = 0; t < rows; t++, row += PackedSums.Bytes(columns, width))
                {
                    var unpacked = new int[columns];
                    PackedSums.Unpack(new PackedRow((nint)row, width), 0, unpacked);
                    Assert.True(sums.AsSpan(t * columns, columns).SequenceEqual(unpacked));
                }
            }

            place = 0;
            Assert.True(file.Find(4, products[0].Rows, products[0].Columns, ref place, out _) == null);
            Assert.True(file.Find(3, products[0].Rows + 1, products[0].Columns, ref place, out _) == null);
            Assert.True(file.Find(3, products[0].Rows, products[0].Columns + 1, ref place, out _) == null);
        }
    }
}
