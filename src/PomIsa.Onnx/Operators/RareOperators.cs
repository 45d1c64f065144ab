using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Losses, inverse functions of angles, and what few models use.</summary>
internal static class RareOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("NegativeLogLikelihoodLoss", static n => n.Output(0, n.E.As(Loss(n, n.E.F32(n.Input(0))), n.Input(0).Type))),
        ("SoftmaxCrossEntropyLoss", CrossEntropy),
        ("Atan", static n => n.Output(0, n.E.As(Atan(n.E, n.E.F32(n.Input(0))), n.Input(0).Type))),
        ("Asin", static n => n.Output(0, n.E.As(Asin(n.E, n.E.F32(n.Input(0))), n.Input(0).Type))),
        ("Acos", static n => n.Output(0, n.E.As(n.E.Zip("vsub", Constant(MathF.PI / 2), Asin(n.E, n.E.F32(n.Input(0)))), n.Input(0).Type))),
        ("CumProd", CumProd),
        ("Unique", Unique),
        ("Det", Det),
    ];

    private static Reg Constant(float value) => Emitter.Scalar(DType.F32, value);

    private static void CrossEntropy(NodeContext n)
    {
        Emitter e = n.E;
        Val scores = n.Input(0);
        Reg log = ReduceOperators.Back(e, NormOperators.LogSoftmax(e, ReduceOperators.Last(e, e.F32(scores), 1)), 1);
        n.Output(0, e.As(Loss(n, log), scores.Type));
        n.Output(1, e.As(log, scores.Type));
    }

    /// <summary>Minus the logarithm at each label, weighted; labels to be ignored weigh nothing.</summary>
    private static Reg Loss(NodeContext n, Reg log)
    {
        Emitter e = n.E;
        Val labels = n.Input(1);
        int classes = log.Shape[1];
        Reg target = e.To(labels.Reg, DType.I64), weight = Emitter.Filled(DType.F32, labels.Shape, 1);
        if (n.Optional(2) is { } given)
        {
            Reg safe = e.Zip("vmin", e.Zip("vmax", target, Emitter.Scalar(DType.I64, 0)), Emitter.Scalar(DType.I64, classes - 1));
            weight = e.Emit("gather", [e.F32(given), safe], Operand.OfU32(0));
        }

        if (n.Has("ignore_index"))
        {
            Reg ignored = e.Zip("veq", target, Emitter.Integers([], [n.Int("ignore_index", 0)]));
            weight = e.Emit("where", [ignored, Emitter.Filled(DType.F32, labels.Shape, 0), weight]);
            target = e.Emit("where", [ignored, Emitter.Filled(DType.I64, labels.Shape, 0), target]);
        }

        // The entry of each label's class: one of the classes along the second axis.
        int[] one = [labels.Shape[0], 1, .. labels.Shape[1..]], kind = [classes, .. Enumerable.Repeat(1, log.Rank - 2)];
        Reg hit = e.Zip("veq", e.Reshape(target, one), Emitter.Integers(kind, [.. Enumerable.Range(0, classes).Select(static c => (long)c)]));
        Reg chosen = ReduceOperators.Over(e, "sum", e.Emit("where", [hit, log, Constant(0)]), [1], keep: false);
        Reg loss = e.Emit("neg", [e.Emit("vmul", [chosen, weight])]);
        int[] all = [.. Enumerable.Range(0, loss.Rank)];
        return n.Text("reduction", "mean") switch
        {
            "none" => loss,
            "sum" => ReduceOperators.Over(e, "sum", loss, all, keep: false),
            _ => e.Emit("vdiv", [ReduceOperators.Over(e, "sum", loss, all, keep: false), ReduceOperators.Over(e, "sum", weight, all, keep: false)]),
        };
    }

    /// <summary>Arc tangent by Abramowitz and Stegun, 4.4.49: an odd polynomial up to 1, its error at most 2e-8, and π/2 - atan(1/x) beyond.</summary>
    private static Reg Atan(Emitter e, Reg x)
    {
        float[] coefficients = [0.0028662257f, -0.0161657367f, 0.0429096138f, -0.0752896400f, 0.1065626393f, -0.1420889944f, 0.1999355085f, -0.3333314528f, 1];
        Reg size = e.Emit("abs", [x]), beyond = e.Zip("vgt", size, Constant(1));
        Reg t = e.Emit("where", [beyond, e.Zip("vdiv", Constant(1), size), size]), square = e.Emit("vmul", [t, t]);
        Reg p = Emitter.Filled(DType.F32, x.Shape, coefficients[0]);
        foreach (float c in coefficients.AsSpan(1))
        {
            p = e.Zip("vadd", e.Emit("vmul", [p, square]), Constant(c));
        }

        Reg angle = e.Emit("vmul", [p, t]);
        angle = e.Emit("where", [beyond, e.Zip("vsub", Constant(MathF.PI / 2), angle), angle]);
        return e.Emit("vmul", [angle, e.Emit("sign", [x])]);
    }

    private static Reg Asin(Emitter e, Reg x) =>
        Atan(e, e.Emit("vdiv", [x, e.Emit("sqrt", [e.Emit("vmul", [e.Zip("vsub", Constant(1), x), e.Zip("vadd", x, Constant(1))])])]));

    private static void CumProd(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        int axis = NodeContext.Axis(n.Constants(1)[0], x.Rank), dim = x.Shape[axis];
        bool reverse = n.Int("reverse", 0) != 0, exclusive = n.Int("exclusive", 0) != 0;
        Reg from = ArithmeticOperators.Computed(e, x);
        Reg? product = null;
        var parts = new Reg[dim];
        for (int i = 0; i < dim; i++)
        {
            int at = reverse ? dim - 1 - i : i;
            Reg one = MoveOperators.SliceAxis(e, from, axis, at, 1, 1);
            Reg before = product ?? e.To(Emitter.Filled(DType.I32, one.Shape, 1), from.Element);
            product = product is null ? one : e.Emit("vmul", [product, one]);
            parts[at] = exclusive ? before : product;
        }

        n.Output(0, dim == 0 ? x : e.As(MoveOperators.ConcatAll(e, parts, axis), x.Type));
    }

    /// <summary>Distinct elements or slices; the values must be known, since they decide how many there are.</summary>
    private static void Unique(NodeContext n)
    {
        Val x = n.Input(0);
        HostTensor known = x.Known ?? throw new OnnxException("the distinct elements of unknown values are unknown") { Unknown = x.Reg.Unknown };
        bool along = n.Has("axis");
        int axis = along ? NodeContext.Axis(n.Int("axis", 0), x.Rank) : 0;
        double[] values = OnnxTypes.IsFloat(x.Type) ? Array.ConvertAll(known.ToFloat(), static f => (double)f) : Array.ConvertAll(known.ToInt64(), static i => (double)i);
        int count = along ? x.Shape[axis] : x.Reg.Length, inner = along ? MoveOperators.Product(x.Shape.AsSpan(axis + 1)) : 1, outer = count == 0 ? 0 : values.Length / (count * inner);
        double[] Slice(int i) => [.. Enumerable.Range(0, outer).SelectMany(o => Enumerable.Range(0, inner).Select(k => values[(((o * count) + i) * inner) + k]))];
        double[][] slices = [.. Enumerable.Range(0, count).Select(Slice)];
        var order = Comparer<double[]>.Create(static (a, b) => a.Zip(b).Select(static p => p.First.CompareTo(p.Second)).FirstOrDefault(static c => c != 0));
        var first = new List<int>();
        foreach (int i in Enumerable.Range(0, count))
        {
            if (!first.Exists(f => order.Compare(slices[f], slices[i]) == 0))
            {
                first.Add(i);
            }
        }

        if (n.Int("sorted", 1) != 0)
        {
            first.Sort((a, b) => order.Compare(slices[a], slices[b]));
        }

        long[] inverse = [.. slices.Select(s => (long)first.FindIndex(f => order.Compare(slices[f], s) == 0))];
        long[] indices = [.. first.Select(static f => (long)f)], counts = [.. Enumerable.Range(0, first.Count).Select(u => (long)inverse.Count(i => i == u))];
        Reg from = along ? x.Reg : n.E.Reshape(x.Reg, x.Reg.Length);
        n.Output(0, x with { Reg = n.E.Emit("gather", [from, Emitter.Integers([indices.Length], indices)], Operand.OfU32((uint)axis)) });
        n.Output(1, Val.Of(HostTensor.OfInt64([indices.Length], indices)));
        n.Output(2, Val.Of(HostTensor.OfInt64([inverse.Length], inverse)));
        n.Output(3, Val.Of(HostTensor.OfInt64([counts.Length], counts)));
    }

    /// <summary>Determinants by expansion along the first row; matrices are small.</summary>
    private static void Det(NodeContext n)
    {
        const int Most = 6;
        Emitter e = n.E;
        Val x = n.Input(0);
        int size = x.Shape[^1];
        if (size > Most || x.Shape[^2] != size)
        {
            throw new OnnxException($"determinants of matrices larger than {Most} are not supported");
        }

        Reg Entry(int row, int column) => MoveOperators.SliceAxis(e, MoveOperators.SliceAxis(e, e.F32(x), x.Rank - 2, row, 1, 1), x.Rank - 1, column, 1, 1);
        Reg Minor(int row, int[] columns)
        {
            if (columns.Length == 1)
            {
                return Entry(row, columns[0]);
            }

            Reg? sum = null;
            for (int i = 0; i < columns.Length; i++)
            {
                Reg part = e.Emit("vmul", [Entry(row, columns[i]), Minor(row + 1, [.. columns.Where((_, c) => c != i)])]);
                sum = sum is null ? part : e.Emit(i % 2 == 0 ? "vadd" : "vsub", [sum, part]);
            }

            return sum!;
        }

        n.Output(0, e.As(e.Reshape(Minor(0, [.. Enumerable.Range(0, size)]), x.Shape.AsSpan(0, x.Rank - 2)), x.Type));
    }
}
