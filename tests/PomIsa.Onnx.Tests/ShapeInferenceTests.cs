using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Inference;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Tests;

/// <summary>Shapes and small integer tensors as formulas of what a model leaves open.</summary>
public sealed class ShapeInferenceTests
{
    private static readonly Size B = Size.Named("batch"), T = Size.Named("now"), S = Size.Named("past");

    [Fact]
    public void Every_operator_that_is_lowered_has_a_rule()
    {
        // Branches are asked themselves; loops are what their bodies make of them; fused operators are told by the pass that makes them.
        string[] without = ["If", "Loop", "Scan"];
        Assert.Empty(OperatorTable.All.Where(static o => o.Domain != FusedOperators.Domain && RuleTable.Find(o.Domain, o.Name) is null).Select(static o => o.Name).Except(without).Order());
    }

    [Fact]
    public void Arithmetic_with_shapes_vanishes()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", B, T, 768), axes = g.Known([0L]);
        GraphValue width = g.Node("Div", g.Dim(x, 2), g.Known(12L));
        GraphValue[] dims = [.. new[] { g.Dim(x, 0), g.Dim(x, 1), g.Known(12L), g.Node("Cast", ("to", 7), width) }.Select(d => g.Node("Unsqueeze", d, axes))];
        GraphValue y = g.Node("Reshape", x, g.Node("Concat", ("axis", 0), dims));
        g.Output(y).Simplify();
        Assert.Equal(["Reshape"], g.Operators);
        Assert.Equal("batch, now, 12, 64", GraphSketch.Text(y));
    }

    [Fact]
    public void Caches_grow_by_sums_and_reshapes_divide_by_them()
    {
        var g = new GraphSketch();
        GraphValue keys = g.Node("Concat", ("axis", 2), g.Floats("past", B, 12, S, 64), g.Floats("new", B, 12, T, 64));
        GraphValue flat = g.Node("Reshape", keys, g.Known(-1L, 64L)), rows = g.Node("Reshape", keys, g.Node("Concat", ("axis", 0), g.Known([0L]), g.Known([-1L]), g.Node("Unsqueeze", g.Dim(keys, 2), g.Known([0L])), g.Known([32L])));
        GraphValue scores = g.Node("MatMul", g.Floats("q", B, 12, T, 64), g.Node("Transpose", ("perm", [0, 1, 3, 2]), keys));
        g.Output(flat, rows, scores).Simplify();
        Assert.Equal("batch, 12, past + now, 64", GraphSketch.Text(keys));
        Assert.Equal(Size.Of(12) * B * (S + T), flat.Shape[0]);
        Assert.Equal("batch, 24, past + now, 32", GraphSketch.Text(rows));
        Assert.Equal("batch, 12, now, past + now", GraphSketch.Text(scores));
    }

    [Fact]
    public void Slices_have_formulas_for_lengths()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", B, T + S, 8), start = g.Node("Unsqueeze", g.Dim(g.Floats("p", S), 0), g.Known([0L])), end = g.Known([long.MaxValue]), one = g.Known([1L]);
        GraphValue later = g.Node("Slice", x, start, end, one), last = g.Node("Slice", x, g.Known([-1L]), end, one), but = g.Node("Slice", x, g.Known([0L]), g.Known([-1L]), one);
        GraphValue half = g.Node("Slice", x, g.Known([0L]), end, g.Known([2L]), g.Known([2L])), window = g.Node("Slice", x, g.Known([-4L]), end, one);
        g.Output(later, last, but, half, window).Simplify();
        Assert.Equal("batch, now, 8", GraphSketch.Text(later));
        Assert.Equal("batch, 1, 8", GraphSketch.Text(last));
        Assert.Equal(T + S - 1, but.Shape[1]);
        Assert.Equal(4, half.Shape[2].Number);

        // A window of four is shorter where there are fewer rows.
        Assert.Equal([1L, 4L, 4L], new[] { 1, 4, 9 }.Select(rows => window.Shape[1].Bind(new Dictionary<string, Size> { ["now"] = rows, ["past"] = 0 }).Number));
    }

    [Fact]
    public void A_mask_of_a_fixed_length_bounds_what_it_masks()
    {
        var g = new GraphSketch();
        GraphValue scores = g.Floats("scores", B, 12, T, S + T), mask = g.Input("mask", OnnxType.Bool, 1, 1, 1024, 1024);
        GraphValue past = g.Node("Unsqueeze", g.Dim(g.Floats("p", S), 0), g.Known([0L])), all = g.Node("Unsqueeze", g.Dim(scores, 3), g.Known([0L]));
        GraphValue rows = g.Node("Slice", mask, past, all, g.Known([2L])), seen = g.Node("Slice", rows, g.Known([0L]), all, g.Known([3L]));
        GraphValue y = g.Node("Where", seen, scores, g.Known(-10000f));
        g.Output(y).Simplify();
        Assert.Equal("batch, 12, now, past + now", GraphSketch.Text(y));
        Assert.Equal("1, 1, now, past + now", GraphSketch.Text(seen));
        Assert.Equal([(S + T, 1024L)], g.Graph.Bounds);
    }

    [Fact]
    public void Comparisons_are_decided_where_they_hold_for_all_sizes()
    {
        var g = new GraphSketch();
        g.Graph.Bounds.Add((S + T, 4096));
        GraphValue now = g.Dim(g.Floats("x", T), 0), past = g.Dim(g.Floats("p", S), 0), all = g.Node("Add", now, past);
        GraphValue open = g.Node("Equal", now, g.Known(1L)), never = g.Node("Equal", now, g.Known(-1L)), less = g.Node("Less", all, past), longer = g.Node("Greater", all, g.Known(4096L)), some = g.Node("Greater", all, g.Known(4095L));
        GraphValue positions = g.Node("Unsqueeze", g.Node("Range", past, all, g.Known(1L)), g.Known([0L]));
        GraphValue beyond = g.Node("Greater", g.Node("Add", g.Node("ReduceMax", ("keepdims", 0), positions), g.Known(1L)), g.Known(4096L));
        g.Output(open, never, less, longer, some, beyond).Simplify();
        Assert.Null(open.Integers);
        Assert.Null(some.Integers);
        Assert.Equal([0L], never.Integers!);
        Assert.Equal([0L], less.Integers!);
        Assert.Equal([0L], longer.Integers!);
        Assert.Equal([0L], beyond.Integers!);
    }

    [Fact]
    public void What_would_wrap_around_is_not_followed()
    {
        var g = new GraphSketch();
        GraphValue n = g.Dim(g.Floats("x", T), 0), square = g.Node("Mul", n, n);
        GraphValue narrow = g.Node("Cast", ("to", 6), square), wide = g.Node("Cast", ("to", 6), n), bytes = g.Node("Cast", ("to", 2), n), fourth = g.Node("Mul", square, square);
        g.Output(square, narrow, wide, bytes, fourth).Simplify();
        Assert.Equal<Size>([T * T], square.Elements);
        Assert.Equal<Size>([T], wide.Elements);
        Assert.True(narrow.Elements.IsDefault && bytes.Elements.IsDefault && fourth.Elements.IsDefault);
    }

    [Fact]
    public void What_contradicts_or_is_not_known_stays_unknown()
    {
        var g = new GraphSketch();
        GraphValue bad = g.Node("Add", g.Floats("a", 2, 3), g.Floats("b", 4, 3)), far = g.Node("Gather", g.Node("Shape", bad), g.Known(7L)), axis = g.Node("Transpose", ("perm", [0, 9]), g.Floats("c", 2, 2));
        GraphValue data = g.Node("NonZero", g.Floats("d", T)), two = g.Node("Add", g.Floats("e", T), g.Floats("f", S)), odd = g.Node("Frobnicate", two);
        g.Output(bad, far, axis, data, two, odd).Simplify();
        Assert.All(new[] { bad, axis, odd }, static v => Assert.False(v.HasShape));
        Assert.True(data.Rank == 2 && data.Shape[0].Number == 1 && data.Shape[1].HasUnknown);
        Assert.True(two.Rank == 1 && two.Shape[0].HasUnknown);
        Assert.Contains("Gather", g.Operators);
    }

    [Fact]
    public void Formulas_that_grow_without_end_are_given_up()
    {
        var g = new GraphSketch();
        GraphValue n = g.Node("Shape", g.Floats("x", [.. Enumerable.Range(0, 9).Select(static i => Size.Named($"s{i}"))])), x = g.Floats("y", T);
        GraphValue sum = g.Node("ReduceSum", ("keepdims", 1), n);
        for (int i = 0; i < 100; i++)
        {
            sum = g.Node("Mul", g.Node("Add", sum, g.Dim(x, 0)), sum);
            x = g.Node("Concat", ("axis", 0), x, x);
        }

        g.Output(sum, x).Simplify();
        Assert.True(sum.Elements.IsDefault);
    }

    [Fact]
    public void An_undecided_condition_tells_what_both_branches_do()
    {
        var g = new GraphSketch();
        GraphValue x = g.Floats("x", B, T, 8), flag = g.Input("flag", OnnxType.Bool);
        GraphNode choice = g.Make("If", [flag]);
        choice.Set(GraphSketch.Branch("then_branch", "Neg", "x", "a")).Set(GraphSketch.Branch("else_branch", "Exp", "x", "b"));
        g.Graph.Capture(choice, [x]);
        g.Output(choice.Outputs[0]!).Simplify();
        Assert.Equal("batch, now, 8", GraphSketch.Text(choice.Outputs[0]!));
        Assert.Equal(OnnxType.Float, choice.Outputs[0]!.Type);
    }
}
