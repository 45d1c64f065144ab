using Google.Protobuf;
using PomIsa.Onnx.Schema;
using static PomIsa.Onnx.Tests.ModelMaker;

namespace PomIsa.Onnx.Tests;

/// <summary>Models that can't be compiled are refused in one sentence with the node.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void An_unknown_operator_is_named_with_its_node()
    {
        OnnxProblem problem = Model(Node("Frobnicate", ["x"], ["y"])).With("x", 2).Refused();
        Assert.Equal(("Frobnicate", "the_Frobnicate"), (problem.Operator, problem.Node));
        Assert.Contains("not supported", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_defined_once_and_before_their_use()
    {
        Assert.Contains("'z' is not defined", Model(Node("Add", ["x", "z"], ["y"])).With("x", 2).Refused().Reason, StringComparison.Ordinal);
        Assert.Contains("'y' is defined twice", Model(Node("Neg", ["x"], ["y"]), Node("Abs", ["x"], ["y"])).With("x", 2).Refused().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_in_a_circle_are_refused() =>
        Assert.Contains("circle", Model(Node("Add", ["x", "b"], ["a"]), Node("Neg", ["a"], ["b"]), Node("Abs", ["b"], ["y"])).With("x", 2).Refused().Reason, StringComparison.Ordinal);

    [Fact]
    public void The_order_of_nodes_does_not_matter() =>
        Assert.True(Model(Node("Abs", ["a"], ["y"]), Node("Neg", ["x"], ["a"])).With("x", 2).TryCompile(out _, out _));

    [Fact]
    public void Shapes_that_contradict_are_told()
    {
        Assert.Contains("do not broadcast", Model(Node("Add", ["x", "z"], ["y"])).With("x", 2).With("z", 3).Refused().Reason, StringComparison.Ordinal);
        Assert.Contains("has no meaning", Model(Node("MatMul", ["x", "z"], ["y"])).With("x", 2, 3).With("z", 4, 5).Refused().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Absurd_dimensions_allocate_nothing()
    {
        Assert.Contains("dimension", Model(Node("Neg", ["x"], ["y"])).With("x", 1L << 60).Refused().Reason, StringComparison.Ordinal);
        ModelProto model = Model(Node("Identity", ["w"], ["y"]));
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 1L << 30, 1L << 30 } });
        Assert.Contains("too large", model.Refused().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_that_call_themselves_are_refused()
    {
        ModelProto model = Model(new NodeProto { OpType = "F", Domain = "d", Name = "f", Input = { "x" }, Output = { "y" } }).With("x", 2);
        model.Functions.Add(new FunctionProto
        {
            Name = "F",
            Domain = "d",
            Input = { "a" },
            Output = { "b" },
            Node = { new NodeProto { OpType = "F", Domain = "d", Input = { "a" }, Output = { "b" } } },
        });
        Assert.Contains("inside one another", model.Refused().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../weights.bin")]
    [InlineData("")]
    public void Data_outside_the_models_folder_are_not_read(string location)
    {
        ModelProto model = Model(Node("Identity", ["w"], ["y"]));
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = 1,
            Dims = { 1 },
            DataLocation = 1,
            ExternalData = { new StringEntry { Key = "location", Value = location } },
        });
        Assert.Contains("outside", model.Refused(Path.GetTempPath()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_are_too_short_are_told_with_both_sizes()
    {
        string folder = Directory.CreateTempSubdirectory("pomisa").FullName;
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), new byte[7]);
        ModelProto model = Model(Node("Identity", ["w"], ["y"]));
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = 1,
            Dims = { 2 },
            DataLocation = 1,
            ExternalData = { new StringEntry { Key = "location", Value = "w.bin" } },
        });
        Assert.Contains("8 bytes from 0 of 'w.bin', which has 7", model.Refused(folder).Reason, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Cut_and_flipped_bytes_get_a_verdict()
    {
        ModelProto model = Model(Node("Softmax", ["z"], ["y"], new AttributeProto { Name = "axis", I = -1 }), Node("MatMul", ["x", "w"], ["z"])).With("x", 2, 3);
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 3, 4 }, RawData = ByteString.CopyFrom(new byte[48]) });
        byte[] bytes = model.ToByteArray();
        Assert.True(OnnxCompiler.TryCompile(bytes, new CompileOptions(), out _, out _));
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] other = i < bytes.Length ? bytes[..i] : [.. bytes];
            for (int flips = i < bytes.Length ? 0 : 1 + random.Next(3); flips > 0; flips--)
            {
                other[random.Next(other.Length)] ^= (byte)(1 << random.Next(8));
            }

            refused += OnnxCompiler.TryCompile(other, new CompileOptions(), out _, out _) ? 0 : 1;
        }

        Assert.InRange(refused, bytes.Length / 2, 3000);
    }
}
