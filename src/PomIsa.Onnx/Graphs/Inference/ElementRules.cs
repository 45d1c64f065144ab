using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Operators that work element by element.</summary>
internal static class ElementRules
{
    public static (string, Rule)[] All { get; } =
    [
        .. Unary(
            "Sqrt", "Tanh", "Erf", "Sigmoid", "Sin", "Cos", "Exp", "Log", "Floor", "Ceil", "Round", "Softplus", "Reciprocal", "Relu", "Clip", "Gelu",
            "LeakyRelu", "ThresholdedRelu", "Elu", "Selu", "Celu", "HardSigmoid", "HardSwish", "Mish", "Softsign", "Shrink", "Swish", "Tan", "Sinh", "Cosh",
            "Asinh", "Acosh", "Atanh", "Atan", "Asin", "Acos", "BitwiseNot", "PRelu", "SwiGLU",
            "com.microsoft.Gelu", "com.microsoft.QuickGelu", "com.microsoft.FastGelu"),
        ("com.microsoft.BiasGelu", Same),
        ("Identity", static n => n.Output(0, n.Type(0), n.Shape(0), n.Elements(0))),
        ("Neg", Map(static a => a * -1)),
        ("Abs", Map(static a => a.IsNeverNegative ? a : null)),
        ("Sign", Map(static a => a.Equals(Size.Zero) ? Size.Zero : a.Range.Least > 0 ? Size.One : a.Range.Most < 0 ? Size.Of(-1) : null)),
        ("Not", Map(static a => a.IsNumber ? Truth(a.Number == 0) : null)),
        ("IsNaN", static n => n.Output(0, OnnxType.Bool, n.Shape(0))),
        ("IsInf", static n => n.Output(0, OnnxType.Bool, n.Shape(0))),
        ("Cast", static n => Convert(n, (OnnxType)n.Node.Int("to", 1))),
        ("BitCast", static n => n.Output(0, (OnnxType)n.Node.Int("to", 0), n.Shape(0))),
        ("CastLike", static n => Convert(n, n.Type(1))),
        ("Add", Zip(static (a, b) => a + b)),
        ("Sub", Zip(static (a, b) => a - b)),
        ("Mul", Zip(static (a, b) => a * b)),
        ("Div", Zip(Quotient)),
        ("Pow", Zip(null)),
        ("Mod", Zip(Remainder)),
        ("BitShift", Zip(null)),
        ("BitwiseAnd", Zip(null)),
        ("BitwiseOr", Zip(null)),
        ("BitwiseXor", Zip(null)),
        ("Min", Several(Size.Min)),
        ("Max", Several(Size.Max)),
        ("Sum", Several(null)),
        ("Mean", Several(null)),
        ("Equal", Compare(static (least, most) => least == 0 && most == 0 ? true : least > 0 || most < 0 ? false : null)),
        ("Less", Compare(static (least, most) => most < 0 ? true : least >= 0 ? false : null)),
        ("LessOrEqual", Compare(static (least, most) => most <= 0 ? true : least > 0 ? false : null)),
        ("Greater", Compare(static (least, most) => least > 0 ? true : most <= 0 ? false : null)),
        ("GreaterOrEqual", Compare(static (least, most) => least >= 0 ? true : most < 0 ? false : null)),
        ("And", Logic(static (a, b) => a == 0 || b == 0 ? 0 : a & b)),
        ("Or", Logic(static (a, b) => a == 1 || b == 1 ? 1 : a | b)),
        ("Xor", Logic(static (a, b) => a ^ b)),
        ("Where", Where),
        ("Dropout", Dropout),
    ];

    private static IEnumerable<(string, Rule)> Unary(params string[] names) => names.Select(static name => (name, (Rule)Same));

    private static Size Truth(bool value) => value ? Size.One : Size.Zero;

    /// <summary>The first input's type and shape.</summary>
    public static void Same(Facts n)
    {
        // Operators with a second operand here (slopes, biases, gates) have results of the first one's shape, unless it broadcasts.
        bool zips = n.Has(1) && n.Node.Op is "PRelu" or "SwiGLU" or "BiasGelu" or "FastGelu";
        n.Output(0, n.Type(0), zips ? n.Node.Op == "PRelu" && n.Opset < 7 ? n.Shape(0) : n.Broadcast(0, n.Shape(0), n.Shape(1)) : n.Shape(0));
    }

    private static Rule Map(Func<Size, Size?> compute) => n =>
        n.Output(0, n.Type(0), n.Shape(0), Each(n.Elements(0), compute));

    private static ImmutableArray<Size> Each(ImmutableArray<Size> elements, Func<Size, Size?> compute)
    {
        if (elements.IsDefault)
        {
            return default;
        }

        Size?[] results = [.. elements.Select(compute)];
        return results.All(static r => r is not null) ? [.. results.OfType<Size>()] : default;
    }

    /// <summary>Elements of several operands that broadcast to a shape, one result for each place.</summary>
    private static ImmutableArray<Size> Zipped(Facts n, ImmutableArray<Size> shape, Func<Size[], Size?> compute, params ReadOnlySpan<int> inputs)
    {
        int count = Facts.Count(shape);
        if (count < 0)
        {
            return default;
        }

        var operands = new ImmutableArray<Size>[inputs.Length];
        for (int k = 0; k < inputs.Length; k++)
        {
            ImmutableArray<Size> elements = n.Elements(inputs[k]);
            if (elements.IsDefault)
            {
                return default;
            }

            operands[k] = Tensors.Expand(elements, n.Shape(inputs[k]), shape);
        }

        var results = ImmutableArray.CreateBuilder<Size>(count);
        var row = new Size[operands.Length];
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < row.Length; k++)
            {
                row[k] = operands[k][i];
            }

            if (compute(row) is not { } result)
            {
                return default;
            }

            results.Add(result);
        }

        return results.ToImmutable();
    }

    private static Rule Zip(Func<Size, Size, Size?>? compute) => n =>
    {
        ImmutableArray<Size> shape = Both(n);
        bool fmod = n.Node.Op == "Mod" && n.Node.Int("fmod", 0) != 0;
        n.Output(0, n.Type(0), shape, compute is null ? default : Zipped(n, shape, row => fmod && !row.All(static r => r.IsNeverNegative) ? null : compute(row[0], row[1]), 0, 1));
    };

    /// <summary>The shape of two operands.</summary>
    private static ImmutableArray<Size> Both(Facts n) => n.Broadcast(0, n.Shape(0), n.Shape(1));

    private static Size? Quotient(Size a, Size b) =>
        a.IsNumber && b.IsNumber ? b.Number == 0 ? null : Size.Of(checked(a.Number / b.Number))
        : a.IsNeverNegative && b.IsNeverNegative ? a.FloorDividedBy(b)
        : a.DividedEvenly(b);

    private static Size? Remainder(Size a, Size b) => b.IsNumber && b.Number == 0 ? null
        : (a.IsNumber && b.IsNumber) || (a.IsNeverNegative && b.IsNeverNegative) ? a - (b * a.FloorDividedBy(b)) : null;

    private static Rule Several(Func<Size, Size, Size>? compute) => n =>
    {
        int[] all = [.. Enumerable.Range(0, n.Node.Inputs.Count)];
        ImmutableArray<Size> shape = n.Broadcast(0, [.. all.Select(n.Shape)]);
        n.Output(0, n.Type(0), shape, compute is null ? default : Zipped(n, shape, row => row.Aggregate(compute), all));
    };

    /// <summary>A comparison by the bounds of its operands' difference, decided where it comes out the same for all sizes.</summary>
    private static Rule Compare(Func<Int128, Int128, bool?> decide) => n =>
    {
        ImmutableArray<Size> shape = Both(n);
        n.Output(0, OnnxType.Bool, shape, Zipped(n, shape, row => n.Range(row[0] - row[1]) is (var least, var most) && decide(least, most) is { } truth ? Truth(truth) : null, 0, 1));
    };

    private static Rule Logic(Func<long, long, long> compute) => n =>
    {
        ImmutableArray<Size> shape = Both(n);
        n.Output(0, OnnxType.Bool, shape, Zipped(n, shape, row => row.All(static r => r.IsNumber) ? Size.Of(compute(row[0].Number, row[1].Number)) : null, 0, 1));
    };

    private static void Where(Facts n)
    {
        ImmutableArray<Size> shape = n.Broadcast(0, n.Shape(0), n.Shape(1), n.Shape(2));
        OnnxType type = n.Type(1) == OnnxType.None ? n.Type(2) : n.Type(1);
        n.Output(0, type, shape, Zipped(n, shape, static row => row[0].IsNumber ? row[row[0].Number != 0 ? 1 : 2] : row[1].Equals(row[2]) ? row[1] : null, 0, 1, 2));
    }

    private static void Convert(Facts n, OnnxType to)
    {
        ImmutableArray<Size> elements = to switch
        {
            OnnxType.Bool => Each(n.Elements(0), static a => a.Equals(Size.Zero) ? Size.Zero : a.Range is { Least: var l, Most: var m } && (l > 0 || m < 0) ? Size.One : null),
            OnnxType.None => default,
            _ => n.Elements(0),
        };
        n.Output(0, to, n.Shape(0), elements);
    }

    private static void Dropout(Facts n)
    {
        n.Output(0, n.Type(0), n.Shape(0));
        n.Output(1, n.Opset < 10 ? n.Type(0) : OnnxType.Bool, n.Shape(0));
    }
}
