using System.Text;

namespace PomIsa.Shards.Tests;

/// <summary>spec/shards.md, chapter 6.</summary>
public sealed class WeightTreeTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string TreePath => Path.Combine(_scratch.Model, WeightTree.FileName);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_example_of_the_page_is_what_is_written()
    {
        Directory.CreateDirectory(_scratch.Model);
        TensorFile.Write(Path.Combine(_scratch.Model, "x.shard"), [TensorData.I8("x", [2], [1, -1])]);
        ManifestWriter.Sign(_scratch.Model, "tiny", _scratch.Key);

        // name, dtype, rank, dimension, and the hash of the one block 01 ff
        byte[] leaf = [1, 0, (byte)'x', 2, (byte)'I', (byte)'8', 1, 2, 0, 0, 0, 0, 0, 0, 0, .. Bytes(Digest.Of([0, 1, 0xff]))];
        string expected = $"pomisa weights tree v1\n1\n{Digest.Of([0, .. leaf])}\n";
        Assert.Equal(expected, File.ReadAllText(TreePath));
        Assert.Equal("pomisa weights tree v1\n1\nc46a41a45b34d05b0c4106d285504c9bca72e2390ab4eeab586d7711a5bb57d1\n", expected);
    }

    [Fact]
    public void Every_maker_of_a_manifest_lists_it_and_import_accepts_it()
    {
        Manifest manifest = _scratch.WriteModel();
        Assert.Contains(manifest.Resources, static r => r.Path == WeightTree.FileName);
        Assert.True(WeightTree.TryParse(File.ReadAllBytes(TreePath), out WeightTree? tree));
        Assert.Equal(9, tree.Tensors);
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Equal(9, _scratch.Import(store).Tensors);
    }

    [Fact]
    public void A_folder_without_it_is_a_model_all_the_same()
    {
        _scratch.WriteModel();
        File.Delete(TreePath);
        File.WriteAllBytes(Path.Combine(_scratch.Model, Manifest.FileName), ManifestWriter.CreateBundle(_scratch.Model, "govsum", _scratch.Key));
        using ShardStore store = ShardStore.Open(_scratch.Store);
        _scratch.Import(store);
    }

    [Fact]
    public void Another_tree_is_refused_though_it_is_signed()
    {
        _scratch.WriteModel();
        Assert.True(WeightTree.TryParse(File.ReadAllBytes(TreePath), out WeightTree? tree));
        File.WriteAllBytes(TreePath, (tree with { Root = Digest.Of([1]) }).ToBytes());
        File.WriteAllBytes(Path.Combine(_scratch.Model, Manifest.FileName), ManifestWriter.CreateBundle(_scratch.Model, "govsum", _scratch.Key));
        using ShardStore store = ShardStore.Open(_scratch.Store);
        Assert.Equal(ShardFaultCode.TreeMismatch, _scratch.Refusal(store).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pomisa weights tree v1\n01\n{0}\n")]
    [InlineData("pomisa weights tree v1\n1\n{0}")]
    [InlineData("pomisa weights tree v1\n1\n{0}\n\n")]
    [InlineData("pomisa weights tree v2\n1\n{0}\n")]
    [InlineData("pomisa weights tree v1\n-1\n{0}\n")]
    public void There_is_one_form(string form) =>
        Assert.False(WeightTree.TryParse(Encoding.ASCII.GetBytes(string.Format(form, Digest.Of([]))), out _));

    private static byte[] Bytes(Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }
}
