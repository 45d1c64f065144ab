using System.Xml.Linq;
using Google.Protobuf;
using PomIsa.Onnx.Explaining;
using PomIsa.Onnx.Schema;
using static PomIsa.Onnx.Tests.ModelMaker;

namespace PomIsa.Onnx.Tests;

/// <summary>What became of a graph is told as text, for Graphviz and as a picture.</summary>
public sealed class ExplanationTests
{
    private static readonly Explanation s_explanation = Explained(Layers(5));

    [Fact]
    public void Layers_that_are_alike_are_told_once()
    {
        LayerRun run = Assert.Single(LayerFolding.Fold(s_explanation.Before), static r => r.Times > 1);
        Assert.Equal(5, run.Times);
        Assert.Contains("layers 0–4, 1 node each", s_explanation.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_all_nodes_in_order()
    {
        int at = 0;
        foreach (LayerRun run in LayerFolding.Fold(s_explanation.After))
        {
            Assert.Equal(at, run.First);
            at = run.End;
        }

        Assert.Equal(s_explanation.After.Nodes.Length, at);
    }

    [Fact]
    public void Counts_fusions_and_near_misses_are_told()
    {
        string text = s_explanation.ToText();
        Assert.Contains("17 nodes became 12.", text, StringComparison.Ordinal);
        Assert.Contains("silu                    5 × 2 nodes: the_Sigmoid, the_Sigmoid, the_Sigmoid, …", text, StringComparison.Ordinal);
        Assert.Contains("what follows is not the rest of the formula: the_Erf", text, StringComparison.Ordinal);
        Assert.Matches("Silu +· +5  fused", text);
    }

    [Fact]
    public void A_picture_is_xml_and_shows_each_layer_once()
    {
        XElement svg = XElement.Parse(s_explanation.ToSvg());
        string[] texts = [.. svg.Descendants().Where(static d => d.Name.LocalName == "text").Select(static d => d.Value)];
        Assert.Single(texts, "Sigmoid");
        Assert.Single(texts, "Silu");
        Assert.Contains("5 layers alike", texts);
    }

    [Fact]
    public void A_graph_for_Graphviz_has_an_edge_for_each_use()
    {
        string dot = s_explanation.ToDot();
        Assert.Contains("label=\"5 layers\"", dot, StringComparison.Ordinal);
        Assert.Contains("before0 -> before1;", dot, StringComparison.Ordinal);
        Assert.Equal(dot.Count(static c => c == '{'), dot.Count(static c => c == '}'));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes() =>
        Assert.Equal((s_explanation.ToSvg(), s_explanation.ToDot(), s_explanation.ToText()), (Explained(Layers(5)).ToSvg(), Explained(Layers(5)).ToDot(), Explained(Layers(5)).ToText()));

    [Fact]
    public void A_model_that_is_refused_is_explained_too()
    {
        Explanation? explanation = null;
        ModelProto model = Model(Node("Sigmoid", ["x"], ["s"]), Node("Mul", ["x", "s"], ["m"]), Node("Frobnicate", ["m"], ["y"])).With("x", 2);
        Assert.False(OnnxCompiler.TryCompile(model.ToByteArray(), new CompileOptions { Explain = e => explanation = e }, out _, out _));
        Assert.Equal(["Silu", "Frobnicate"], explanation!.After.Nodes.Select(static n => n.Operator));
    }

    /// <summary>x · sigmoid(x) again and again, then something that is nearly a gelu.</summary>
    private static ModelProto Layers(int count)
    {
        var nodes = new List<NodeProto>();
        for (int i = 0; i < count; i++)
        {
            nodes.Add(Node("Sigmoid", [$"x{i}"], [$"s{i}"]));
            nodes.Add(Node("Mul", [$"x{i}", $"s{i}"], [$"x{i + 1}"]));
        }

        string last = $"x{count}";
        nodes.Add(Node("Mul", [last, "h"], ["d"]));
        nodes.Add(Node("Erf", ["d"], ["e"]));
        nodes.Add(Node("Add", ["e", "one"], ["a"]));
        nodes.Add(Node("Mul", ["a", last], ["b"]));
        nodes.Add(Node("Exp", ["b"], ["c"]));
        nodes.Add(Node("Neg", ["c"], ["n"]));
        nodes.Add(Node("Abs", ["n"], ["y"]));
        ModelProto model = Model([.. nodes]).With("x0", 2, 8);
        model.Graph.Initializer.Add(new TensorProto { Name = "h", DataType = 1, FloatData = { 0.70710677f } });
        model.Graph.Initializer.Add(new TensorProto { Name = "one", DataType = 1, FloatData = { 1 } });
        return model;
    }

    private static Explanation Explained(ModelProto model)
    {
        Explanation? explanation = null;
        Assert.True(OnnxCompiler.TryCompile(model.ToByteArray(), new CompileOptions { Explain = e => explanation = e }, out _, out OnnxProblem? problem), problem?.ToString());
        return explanation!;
    }
}
