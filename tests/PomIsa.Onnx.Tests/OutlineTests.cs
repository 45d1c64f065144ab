using System.Runtime.InteropServices;
using Google.Protobuf;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using static PomIsa.Onnx.Tests.ModelMaker;

namespace PomIsa.Onnx.Tests;

/// <summary>Large tensors stay where they are until they are needed.</summary>
public sealed class OutlineTests
{
    [Fact]
    public void An_outline_is_the_model_but_for_large_elements_and_those_are_found_again()
    {
        ModelProto model = WithTensors();
        byte[] bytes = model.ToByteArray();
        using ModelBytes source = ModelBytes.Of(bytes);
        ModelProto outline = ModelReader.Read(source);
        TensorProto left = outline.Graph.Initializer[0], small = outline.Graph.Initializer[1], inner = outline.Graph.Node[0].Attribute[0].T;
        Assert.Equal((0, 0), (left.RawData.Length, inner.RawData.Length));
        Assert.Equal(bytes.AsSpan((int)left.RawOffset, (int)left.RawLength).ToArray(), model.Graph.Initializer[0].RawData.ToByteArray());
        Assert.Equal(model.Graph.Initializer[1], small);
        var reader = new TensorReader(null, source);
        Assert.Equal(model.Graph.Initializer[0].RawData.ToByteArray(), reader.Read(left).Bytes);
        Assert.Equal(model.Graph.Node[0].Attribute[0].T.RawData.ToByteArray(), reader.Read(inner).Bytes);

        // With the elements put back it is the same model.
        left.RawData = model.Graph.Initializer[0].RawData;
        inner.RawData = model.Graph.Node[0].Attribute[0].T.RawData;
        (left.RawOffset, left.RawLength, inner.RawOffset, inner.RawLength) = (0, 0, 0, 0);
        Assert.Equal(model, outline);
    }

    [Theory]
    [InlineData(1), InlineData(10), InlineData(11), InlineData(12), InlineData(2), InlineData(3), InlineData(9), InlineData(22), InlineData(21), InlineData(5), InlineData(7)]
    public void Elements_in_a_file_are_those_in_the_message(int type)
    {
        // 4-bit elements, an odd number of them, over more than one piece.
        const int Count = 2_200_001;
        int bits = type switch { 21 or 22 => 4, 2 or 3 or 9 => 8, 10 or 5 => 16, 1 or 12 => 32, _ => 64 };
        var raw = new byte[(((long)Count * bits) + 7) / 8];
        new Random(type).NextBytes(raw);
        var tensor = new TensorProto { Name = "w", DataType = type, Dims = { Count }, RawData = UnsafeByteOperations.UnsafeWrap(raw) };
        byte[] inside = new TensorReader(null).Read(tensor).Bytes;
        using ModelBytes source = ModelBytes.Of(raw);
        tensor = new TensorProto { Name = "w", DataType = type, Dims = { Count }, RawLength = raw.Length };
        Assert.True(inside.AsSpan().SequenceEqual(new TensorReader(null, source).Read(tensor).Bytes));
    }

    [Fact]
    public void A_file_cannot_say_itself_where_elements_lie()
    {
        ModelProto model = Model(Node("Identity", ["w"], ["y"]));
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 1 }, RawOffset = 0, RawLength = 4 });
        Assert.Equal(0, ModelReader.Read(model.ToByteArray()).Graph.Initializer[0].RawLength);
        Assert.Contains("has 0 elements, not 1", model.Refused().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_compiles_from_a_file_as_from_memory()
    {
        ModelProto model = Model(Node("MatMul", ["x", "w"], ["y"])).With("x", 2, 64);
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 64, 100 }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(Floats(6400).AsSpan())) });
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, model.ToByteArray());
            Assert.True(OnnxCompiler.TryCompileFile(path, new CompileOptions(), out CompiledModel? file, out OnnxProblem? problem), problem?.ToString());
            Assert.True(OnnxCompiler.TryCompile(model.ToByteArray(), new CompileOptions(), out CompiledModel? memory, out _));
            Assert.Equal(memory.Module.Encode(), file.Module.Encode());
            Assert.Equal("w", file.Module.Weights[0].Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Cut_and_changed_files_are_refused_or_compiled()
    {
        byte[] bytes = WithTensors().ToByteArray();
        var random = new Random(5);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = bytes[..(i % 2 == 0 ? random.Next(bytes.Length) : bytes.Length)];
            for (int n = random.Next(4); n > 0 && changed.Length > 0; n--)
            {
                int at = random.Next(2) == 0 ? random.Next(changed.Length) : random.Next(Math.Min(changed.Length, 300));
                changed[at] = (byte)random.Next(256);
            }

            OnnxCompiler.TryCompile(changed, new CompileOptions(), out _, out _);
        }

        Assert.Contains("it ends in the middle of a field", Refused([.. bytes, 0x08]), StringComparison.Ordinal);
        Assert.Contains("longer than its message", Refused([0x3a, 0x7f]), StringComparison.Ordinal);
        Assert.Contains("it has no graph", Refused([]), StringComparison.Ordinal);
        Assert.Contains("no number", Refused([0x00]), StringComparison.Ordinal);
        Assert.Contains("wire type", Refused([0x3b]), StringComparison.Ordinal);
        Assert.Contains("64 bits", Refused([.. Enumerable.Repeat((byte)0xff, 11)]), StringComparison.Ordinal);
        byte[] nested = [];
        for (int i = 0; i < 200; i++)
        {
            // Node, its attribute, its graph, again and again.
            nested = Wrap(i % 3 == 0 ? 5 : i % 3 == 1 ? 1 : 6, nested);
        }

        Assert.Contains("deep", Refused(Wrap(7, nested)), StringComparison.Ordinal);
    }

    private static string Refused(byte[] bytes)
    {
        Assert.False(OnnxCompiler.TryCompile(bytes, new CompileOptions(), out _, out OnnxProblem? problem));
        return problem.Reason;
    }

    private static byte[] Wrap(int field, byte[] inner)
    {
        using var stream = new MemoryStream();
        using var coded = new CodedOutputStream(stream);
        coded.WriteTag(field, WireFormat.WireType.LengthDelimited);
        coded.WriteBytes(ByteString.CopyFrom(inner));
        coded.Flush();
        return stream.ToArray();
    }

    private static float[] Floats(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }

    private static ModelProto WithTensors()
    {
        TensorProto Tensor(string name, int count) =>
            new() { Name = name, DataType = 1, Dims = { count }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(Floats(count).AsSpan())) };
        ModelProto model = Model(
            new NodeProto { OpType = "Constant", Name = "c", Output = { "k" }, Attribute = { new AttributeProto { Name = "value", T = Tensor("", 2000), Type = 4 } } },
            Node("Add", ["w", "k"], ["s"]), Node("Add", ["s", "b"], ["y"]));
        model.Graph.Initializer.Add(Tensor("w", 2000));
        model.Graph.Initializer.Add(Tensor("b", 1));
        model.ProducerName = "a maker with a rather long name";
        return model;
    }
}
