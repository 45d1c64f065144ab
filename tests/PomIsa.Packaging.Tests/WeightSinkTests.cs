using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;
using PomIsa.Shards;

namespace PomIsa.Packaging.Tests;

public sealed class WeightSinkTests
{
    [Fact]
    public void Shards_hold_what_memory_holds_in_the_same_order_under_the_same_names()
    {
        using var folder = new TestFolder();
        var memory = new MemoryWeights();
        using var shards = new ShardWeights(folder.At("weights"), shardBytes: 6_000);
        Fill(memory);
        Fill(shards);
        shards.Close();
        Assert.Equal(memory.Entries.Select(Described), shards.Entries.Select(Described));
        Assert.Equal(["a", "b_c", "a~2", "norm", "wq", "wq.scale~2", "wk", "last"], memory.Entries.Select(static e => e.Name));

        Dictionary<string, byte[]> tensors = Read(folder.At("weights"), out int files);
        Assert.True(files > 1);
        for (int i = 0; i < memory.Entries.Count; i++)
        {
            WeightEntry entry = memory.Entries[i];
            byte[] stored = [.. WeightStorage.Of(entry).SelectMany(part => tensors[entry.Name + part.Suffix])];
            Assert.Equal(memory.Contents[i], stored);
            Assert.Equal(entry.Digest, Digest.Of(stored));
        }
    }

    [Fact]
    public void Tensors_of_whole_lines_begin_at_lines()
    {
        using var folder = new TestFolder();
        using var shards = new ShardWeights(folder.At("weights"));
        Fill(shards);
        shards.Close();
        using FileStream file = File.OpenRead(folder.At("weights", "00.shard"));
        Assert.True(TensorFile.TryReadHeader(file, out TensorFileHeader? header, out _));
        Assert.Equal(0, header.DataStart % 64);
        Assert.All(header.Tensors.Where(static t => t.ByteLength % 64 == 0), static t => Assert.Equal(0, t.Begin % 64));
    }

    [Fact]
    public void A_weight_that_is_there_already_takes_no_room()
    {
        using var folder = new TestFolder();
        using var shards = new ShardWeights(folder.At("weights"));
        byte[] bytes = new byte[64 * 40];
        Assert.Equal(0, shards.Add("a", DType.F32, [640], WeightLayout.Rows, bytes));
        Assert.Equal(0, shards.Add("b", DType.F32, [640], WeightLayout.Rows, to => to.Write(bytes)));
        Assert.Equal(1, shards.Add("c", DType.F32, [1, 640], WeightLayout.Rows, to => to.Write(bytes)));
        shards.Close();
        Assert.Equal(["a", "c"], Read(folder.At("weights"), out _).Keys.Order());
        Assert.Equal(2 * bytes.Length, shards.Bytes);
    }

    [Fact]
    public void Bytes_that_do_not_fill_the_shape_are_a_mistake_of_the_caller()
    {
        using var folder = new TestFolder();
        using var shards = new ShardWeights(folder.At("weights"));
        Assert.Throws<ArgumentException>(() => shards.Add("a", DType.F32, [4], WeightLayout.Rows, new byte[15]));
        Assert.Throws<ArgumentException>(() => shards.Add("a", DType.F32, [4], WeightLayout.Rows, to => to.Write(new byte[17])));
        Assert.Throws<ArgumentException>(() => shards.Add("a", DType.F32, [4, 17], WeightLayout.Panels16, new byte[4 * 4 * 17]));
        Assert.Throws<ArgumentException>(() => new MemoryWeights().Add("a", DType.W8, [16], WeightLayout.Rows, new byte[16]));
        Assert.Throws<ArgumentException>(() => new MemoryWeights().Add("a", DType.F32, [0], WeightLayout.Rows, []));
    }

    private static void Fill(IWeightSink sink)
    {
        float[] w = MatrixFormTests.Values(64 * 40);
        sink.Add("a", DType.F32, [3], WeightLayout.Rows, new byte[12]);
        sink.Add("b c", DType.Bool, [5], WeightLayout.Rows, new byte[5]);
        sink.Add("a", DType.I64, [8], WeightLayout.Rows, new byte[64]);
        sink.Add("norm", DType.F32, [64], WeightLayout.Rows, MemoryMarshal.AsBytes(w.AsSpan(0, 64)));
        MatrixForm.Add(sink, "wq", WeightKind.W8, 64, 40, MatrixFormTests.Rows(w, 64, 40));
        sink.Add("wq.scale", DType.F32, [7], WeightLayout.Rows, new byte[28]);
        MatrixForm.Add(sink, "wk", WeightKind.W4, 64, 40, MatrixFormTests.Rows(w, 64, 40));
        MatrixForm.Add(sink, "again", WeightKind.W4, 64, 40, MatrixFormTests.Rows(w, 64, 40));
        MatrixForm.Add(sink, "last", WeightKind.F32, 64, 40, MatrixFormTests.Rows(w, 64, 40));
    }

    private static string Described(WeightEntry e) => $"{e.Name} {e.Element}[{string.Join(',', e.Shape)}] {e.Layout} {e.Digest}";

    private static Dictionary<string, byte[]> Read(string folder, out int files)
    {
        var tensors = new Dictionary<string, byte[]>();
        string[] paths = Directory.GetFiles(folder, "*.shard");
        foreach (string path in paths)
        {
            byte[] file = File.ReadAllBytes(path);
            Assert.True(TensorFile.TryReadHeader(file, out TensorFileHeader? header, out ShardFault fault), fault.Describe());
            foreach (TensorInfo tensor in header.Tensors)
            {
                tensors.Add(tensor.Name, file[(int)(header.DataStart + tensor.Begin)..(int)(header.DataStart + tensor.End)]);
            }
        }

        files = paths.Length;
        return tensors;
    }
}
