using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Tiles;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Tiles;

public class TileTests
{
    private static byte[] Entry(int i) => [.. BitConverter.GetBytes(i), .. new byte[i % 7]];

    private static void Write(string folder, int size)
    {
        var writer = new TileWriter(folder);
        for (int i = 0; i < size; i++)
        {
            writer.Append(Entry(i));
        }

        writer.Finish();
    }

    private static Digest[] Leaves(int size) => [.. Enumerable.Range(0, size).Select(static i => Merkle.LeafHash(Entry(i)))];

    [Fact]
    public void A_log_of_70000_entries_has_the_tiles_of_the_standard()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, 70_000);
        string[] files = [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.Path, f).Replace('\\', '/'))];
        Assert.Equal(273, files.Count(static f => f.StartsWith("tile/0/", StringComparison.Ordinal) && !f.Contains(".p", StringComparison.Ordinal)));
        Assert.Equal(273 + 1, files.Count(static f => f.StartsWith("tile/entries/", StringComparison.Ordinal)));
        Assert.Equal(
            ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"],
            files.Where(static f => f.Contains(".p", StringComparison.Ordinal) || f.StartsWith("tile/1/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        var tree = new TileTree(new FolderTiles(folder.Path), 70_000);
        Digest root = Merkle.Root(Leaves(70_000));
        Assert.Equal(root, tree.Root);
        foreach (ulong index in (ulong[])[0, 255, 256, 65_535, 65_536, 69_999])
        {
            Assert.True(Merkle.VerifyInclusion(index, 70_000, Merkle.LeafHash(Entry((int)index)), tree.InclusionPath(index, 70_000), root));
        }

        Assert.Equal(70_000, TileCheck.Entries(new FolderTiles(folder.Path), 70_000).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public void Roots_and_proofs_from_tiles_are_those_of_the_tree(int size)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, size);
        var source = new FolderTiles(folder.Path);
        var tree = new TileTree(source, (ulong)size);
        Digest[] leaves = Leaves(size);
        Assert.Equal(Enumerable.Range(0, size).Select(Entry), TileCheck.Entries(source, (ulong)size));
        for (int n = 0; n <= size; n += 1 + (size / 9))
        {
            Assert.Equal(Merkle.Root(leaves.AsSpan(0, n)), tree.RootOf((ulong)n));
            Assert.Equal(Merkle.ConsistencyProof(leaves, n), tree.ConsistencyProof((ulong)n, (ulong)size));
            for (int i = 0; i < n; i += 1 + (n / 5))
            {
                Assert.Equal(Merkle.InclusionPath(leaves.AsSpan(0, n), i), tree.InclusionPath((ulong)i, (ulong)n));
                Assert.Equal(Entry(i), TileCheck.Entry(source, (ulong)size, (ulong)i));
            }
        }
    }

    [Fact]
    public void A_log_that_grew_is_written_over_its_former_state_and_another_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, 300);
        Write(folder.Path, 300);
        Write(folder.Path, 700);
        Assert.Equal(700, TileCheck.Entries(new FolderTiles(folder.Path), 700).Count());
        Assert.Equal(300, TileCheck.Entries(new FolderTiles(folder.Path), 300).Count());
        var other = new TileWriter(folder.Path);
        TileException refused = Assert.Throws<TileException>(() =>
        {
            for (int i = 0; i < 256; i++)
            {
                other.Append(Entry(i + 1));
            }
        });
        Assert.Contains("another log", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_byte_that_is_changed_in_any_file_is_found()
    {
        using var folder = new TemporaryFolder();
        List<byte[]> entries = [.. Enumerable.Range(0, 60).SelectMany(static i => Samples.Run(i, 4))]; // 360: a full tile and a level above
        var writer = new TileWriter(folder.Path);
        entries.ForEach(e => writer.Append(e));
        writer.Finish();
        var source = new FolderTiles(folder.Path);
        var checkpoint = new Checkpoint("o", (ulong)entries.Count, new TileTree(source, (ulong)entries.Count).Root);
        Assert.True(Sound());
        var random = new Random(5);
        string[] files = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        foreach (string file in files)
        {
            byte[] whole = File.ReadAllBytes(file);
            for (int round = 0; round < 40; round++)
            {
                byte[] changed = [.. whole];
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, round == 39 ? whole[..random.Next(whole.Length)] : changed);
                Assert.False(Sound(), file);
            }

            File.WriteAllBytes(file, [.. whole, 0, 0]);
            Assert.False(Sound(), file);
            File.Delete(file);
            Assert.False(Sound(), file);
            File.WriteAllBytes(file, whole);
        }

        Assert.True(Sound());

        bool Sound()
        {
            try
            {
                return LogCheck.Verify(TileCheck.Entries(source, checkpoint.Size), checkpoint, out _);
            }
            catch (TileException)
            {
                return false;
            }
        }
    }
}
