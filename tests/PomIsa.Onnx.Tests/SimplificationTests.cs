using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Tests;

/// <summary>Nodes that are not needed are gone, and those that look so and are not stay.</summary>
public sealed class SimplificationTests
{
    private static readonly Size T = Size.Named("now");

    [Fact]
    public void Constants_are_folded_and_large_ones_read_when_they_are_asked_for()
    {
        var g = new GraphSketch();
        int reads = 0;
        float[] numbers = [.. Enumerable.Range(0, 300 * 400).Select(static i => (float)i)];
        GraphValue w = g.Graph.Constant("w", new KnownTensor(OnnxType.Float, [300, 400], () =>
        {
            reads++;
            return HostTensor.OfFloat([300, 400], numbers);
        }));
        GraphValue turned = g.Node("Transpose", ("perm", [1, 0]), w), small = g.Node("Sqrt", g.Node("Cast", ("to", 1), g.Known(64L))), huge = g.Node("Expand", g.Known(1f), g.Known(4096L, 4096L));
        g.Output(g.Node("MatMul", g.Floats("x", T, 400), turned), small, huge).Simplify();
        Assert.Equal(["Expand", "MatMul"], g.Operators);
        Assert.Equal(0, reads);
        Assert.Equal(8f, small.Scalar);
        float[] read = turned.Constant!.Read().ToFloat();
        Assert.Equal((400 * 17) + 5, read[(300 * 5) + 17]);
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Nodes_that_give_what_they_are_given_go()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", T, 6), v = g.Node("Tanh", x);
        v = g.Node("Identity", v);
        v = g.Node("Dropout", v);
        v = g.Node("Cast", ("to", 1), v);
        v = g.Node("Reshape", v, g.Known(-1L, 6L));
        v = g.Node("Slice", v, g.Known([0L]), g.Known([long.MaxValue]), g.Known([1L]));
        v = g.Node("Mul", v, g.Known(1f));
        v = g.Node("Sub", g.Node("Exp", v), g.Known(0f));
        v = g.Node("Transpose", g.Node("Transpose", v));
        v = g.Node("Squeeze", g.Node("Unsqueeze", v, g.Known([1L])), g.Known([1L]));
        v = g.Node("Concat", ("axis", 0), g.Floats("none", 0, 6), v);
        v = g.Node("Where", g.Node("Equal", g.Dim(x, 1), g.Known(6L)), v, g.Floats("other", T, 6));
        g.Output(v).Simplify();
        Assert.Equal(["Tanh", "Exp"], g.Operators);
        Assert.Equal("Exp", g.Graph.Outputs[0].Value.Producer!.Op);
    }

    [Fact]
    public void Nodes_that_change_a_bit_stay()
    {
        // x + 0 makes +0 of -0, and x · 1 of an input a NaN canonical; Expand and Mul below broadcast.
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", T, 6), row = g.Node("Tanh", g.Floats("row", 6));
        GraphValue wide = g.Graph.Constant("ones", HostTensor.OfFloat([1, 1, 1], 1));
        g.Output(g.Node("Add", g.Node("Tanh", x), g.Known(0f)), g.Node("Mul", x, g.Known(1f)), g.Node("Mul", row, wide), g.Node("Expand", row, g.Known(2L, 6L)), g.Node("Cast", ("to", 10), x));
        g.Output(g.Node("Slice", x, g.Known([-1L]), g.Known([long.MinValue]), g.Known([0L]), g.Known([-1L]))).Simplify();
        Assert.Equal(["Tanh", "Tanh", "Add", "Mul", "Mul", "Expand", "Cast", "Slice"], g.Operators.OrderBy(static o => Array.IndexOf(["Tanh", "Add", "Mul", "Expand", "Cast", "Slice"], o)));
    }

    [Fact]
    public void Reshapes_of_reshapes_are_one()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", 2, T, 12);
        GraphValue y = g.Node("Reshape", g.Node("Unsqueeze", g.Node("Reshape", x, g.Known(0L, -1L, 3L, 4L)), g.Known([0L])), g.Known(-1L, 4L));
        g.Output(y).Simplify();
        Assert.Equal(["Reshape"], g.Operators);
        Assert.Equal<Size>([Size.Of(6) * T, Size.Of(4)], g.Graph.Nodes.Single().Input(1)!.Elements);
    }

    [Fact]
    public void The_same_is_computed_once_and_what_differs_twice()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", T, 6);
        GraphValue a = g.Node("Mul", x, g.Known(2f)), b = g.Node("Mul", x, g.Known(2f)), c = g.Node("Mul", x, g.Known(-2f));
        GraphValue first = g.Node("Softmax", ("axis", 0), a), second = g.Node("Softmax", ("axis", 1), b), third = g.Node("Softmax", ("axis", 1), b);
        g.Output(first, second, third, c).Simplify();
        Assert.Equal(["Mul", "Mul", "Softmax", "Softmax"], g.Operators.Order());
        Assert.Same(g.Graph.Outputs[1].Value, g.Graph.Outputs[2].Value);
    }

    [Fact]
    public void Dead_nodes_and_outputs_go()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", T, 6);
        g.Node("Exp", g.Node("Log", g.Node("Abs", x)));
        GraphNode norm = g.Make("LayerNormalization", [x, g.Floats("scale", 6)], 3), used = g.Make("LayerNormalization", [g.Floats("z", T, 6), g.Floats("other", 6)], 3);
        g.Output(norm.Outputs[0]!, used.Outputs[0]!, used.Outputs[2]!).Simplify();
        Assert.Equal(2, g.Graph.Nodes.Count);
        Assert.Equal((true, true), (norm.Outputs[1] is null, norm.Outputs[2] is null));
        Assert.Equal((true, false), (used.Outputs[1] is null, used.Outputs[2] is null));
    }

    [Fact]
    public void A_decided_If_is_its_branch()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", T, 8), hidden = g.Node("Tanh", x);
        GraphNode choice = g.Make("If", [g.Node("Greater", g.Dim(x, 1), g.Known(4L))]);

        // The branch's own value has a name that stands for another one outside.
        choice.Set(GraphSketch.Branch("then_branch", "Neg", "x", hidden.Name)).Set(GraphSketch.Branch("else_branch", "Exp", "x", "b"));
        g.Graph.Capture(choice, [x]);
        g.Output(choice.Outputs[0]!, hidden).Simplify();
        Assert.Equal(["Neg", "Tanh"], g.Operators.Order());
        Assert.Equal("Neg", g.Graph.Outputs[0].Value.Producer!.Op);
        Assert.Same(x, g.Graph.Outputs[0].Value.Producer!.Input(0));
        Assert.Equal("Tanh", g.Graph.Outputs[1].Value.Producer!.Op);
    }

    [Fact]
    public void Counting_by_places_of_ones_is_a_range()
    {
        var g = new GraphSketch(11);
        GraphValue n = g.Node("Unsqueeze", ("axes", [0]), g.Dim(g.Floats("x", T), 0));
        GraphNode ones = g.Make("ConstantOfShape", [n]).Set(new Schema.AttributeProto { Name = "value", T = new Schema.TensorProto { DataType = 7, Dims = { 1 }, Int64Data = { 1 } } });
        GraphValue y = g.Node("Squeeze", ("axes", [1]), g.Node("Transpose", g.Node("NonZero", ones.Outputs[0]!)));
        g.Output(y).Simplify();
        Assert.Equal(["Range"], g.Operators);
        Assert.Equal("now", GraphSketch.Text(g.Graph.Outputs[0].Value));
    }
}
