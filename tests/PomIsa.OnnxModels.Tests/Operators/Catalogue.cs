using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>What operators are tried with: families of cases, each drawing its numbers from one source.</summary>
internal static class Catalogue
{
    private static readonly OnnxType[] Reals = [OnnxType.Float, OnnxType.Double, OnnxType.Float16, OnnxType.BFloat16], Wholes = [OnnxType.Int8, OnnxType.Int16, OnnxType.Int32, OnnxType.Int64, OnnxType.UInt8, OnnxType.UInt16, OnnxType.UInt32, OnnxType.UInt64], Numbers = [.. Reals, .. Wholes];

    public static Dictionary<string, Func<Make, IEnumerable<OperatorCase>>> Families { get; } = new()
    {
        ["arithmetic"] = Arithmetic,
        ["functions"] = Functions,
        ["comparisons"] = Comparisons,
        ["bits"] = Bits,
        ["cast"] = Cast,
        ["clip"] = Clip,
        ["variadic"] = Variadic,
        ["reduce"] = Reduce,
        ["arg"] = Arg,
        ["along"] = Along,
        ["cumulative"] = Cumulative,
        ["topk"] = TopK,
        ["matmul"] = MatMul,
        ["gemm"] = Gemm,
        ["einsum"] = Einsum,
        ["shape"] = Shapes,
        ["slice"] = Slices,
        ["join"] = Joins,
        ["pad"] = Pads,
        ["gather"] = Gathers,
        ["scatter"] = Scatters,
        ["select"] = Selects,
        ["norms"] = Norms,
        ["quantize"] = Quantize,
        ["windows"] = Windows,
        ["recurrent"] = Recurrent,
        ["activations"] = Activations,
        ["contrib"] = ContribCatalogue.Small,
        ["attention"] = ContribCatalogue.Attention,
        ["attention.standard"] = ContribCatalogue.Standard,
        ["losses"] = Losses,
    };

    private static OperatorCase C(string op, int opset, HostTensor?[] inputs, params (string, object)[] attributes) => new(op, opset, inputs, 1, attributes);

    private static IEnumerable<OperatorCase> Arithmetic(Make m)
    {
        (int[], int[])[] shapes = [([2, 3], [2, 3]), ([2, 3, 4], [4]), ([3], [2, 1, 1]), ([], [2]), ([2, 1, 3], [1, 4, 1]), ([], []), ([0, 3], [3]), ([2, 0], [1, 1])];
        foreach (string op in (string[])["Add", "Sub", "Mul", "Div"])
        {
            foreach (OnnxType type in Numbers)
            {
                foreach ((int[] a, int[] b) in type is OnnxType.Float or OnnxType.Int32 ? shapes : shapes[..2])
                {
                    yield return C(op, 14, [m.Any(type, a), m.Any(type, b, positive: true)]);
                }
            }

            yield return C(op, 7, [m.F(2, 3), m.F(3)]);
            yield return C(op, 13, [m.F(2, 3), m.F(1)]);
        }

        yield return C("Div", 14, [Make.Of(OnnxType.Int32, [6], -7, 7, -7, 7, int.MinValue, 5), Make.Of(OnnxType.Int32, [6], 2, -2, -2, 2, 3, 100)]);
        yield return C("Div", 14, [Make.Of(OnnxType.UInt64, [5], -1, -1, 5, long.MinValue, -3), Make.Of(OnnxType.UInt64, [5], 3, -2, -1, 2, long.MinValue)]);
        yield return C("Div", 14, [Make.Of(OnnxType.UInt32, [2], 4294967295, 7), Make.Of(OnnxType.UInt32, [2], 3, 2)]);
        yield return C("Div", 14, [Make.Of(OnnxType.Int8, [2], -128, 127), Make.Of(OnnxType.Int8, [2], 3, -5)]);
        yield return C("Div", 14, [HostTensor.OfFloat([4], 1, -1, 0, 5), HostTensor.OfFloat([4], 0, 0, 0, float.PositiveInfinity)]);
        foreach (OnnxType type in Wholes)
        {
            yield return C("Add", 14, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], Least(type), Most(type))]);
            yield return C("Mul", 14, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], Least(type), Most(type))]);
            yield return C("Sub", 14, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], Least(type), Most(type))]);
            yield return C("Div", 14, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], 1, 100)]);
            yield return C("Mod", 13, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], 1, 100)]);
            yield return C("Mod", 13, [m.I(type, [3, 2], OnnxTypes.IsUnsigned(type) ? 0 : Math.Max(Least(type), -1 << 30), Math.Min(Most(type), 1 << 30)), m.I(type, [2], 1, 100)], ("fmod", 1));
            if (!OnnxTypes.IsUnsigned(type))
            {
                yield return C("Mod", 13, [m.I(type, [9], -100, 100), m.I(type, [9], -20, -1)]);
                yield return C("Mod", 10, [m.I(type, [9], -100, 100), m.I(type, [9], -20, -1)], ("fmod", 1));
            }
        }

        foreach (OnnxType type in Reals)
        {
            yield return C("Mod", 13, [m.Floats(type, [8], -9, 9), m.Floats(type, [8], 1, 4)], ("fmod", 1));
        }

        foreach (OnnxType type in (OnnxType[])[OnnxType.Float, OnnxType.Double, OnnxType.Int32, OnnxType.Int64])
        {
            foreach (OnnxType power in (OnnxType[])[OnnxType.Float, OnnxType.Double, OnnxType.Int32, OnnxType.Int64])
            {
                HostTensor exponent = OnnxTypes.IsFloat(power) ? HostTensor.OfFloat([3], 2, 3, 1) with { Type = power } : Make.Of(power, [3], 2, 0, 3);
                yield return C("Pow", 15, [m.Any(type, [2, 3]), exponent]);
                yield return C("Pow", 13, [m.Any(type, [3], positive: true), OnnxTypes.IsFloat(power) ? Make.S(2f) with { Type = power } : Make.Of(power, [], 3)]);
            }
        }

        yield return C("Pow", 7, [m.Floats(OnnxType.Float, [2, 3], 0.1f, 3), m.F(3)]);
        yield return C("Pow", 15, [HostTensor.OfFloat([6], -2, 0, -0f, 2, 0, float.PositiveInfinity), HostTensor.OfFloat([6], 3, 0, 3, -1, -1, 0.5f)]);
        yield return C("Pow", 15, [m.Floats(OnnxType.Float16, [4], 0.5f, 2), Make.S(2f) with { Type = OnnxType.Float }]);
        yield return C("Pow", 15, [m.Any(OnnxType.Float, [3]), Make.Of(OnnxType.UInt64, [3], 1, 2, 3)]);
        yield return C("Pow", 15, [m.Any(OnnxType.Float, [3]), Make.Of(OnnxType.Int8, [3], 1, 2, 3)]);
    }

    public static long Least(OnnxType type) => type switch { OnnxType.Int8 => -128, OnnxType.Int16 => short.MinValue, OnnxType.Int32 => int.MinValue, OnnxType.Int64 or OnnxType.UInt64 => long.MinValue + 1, _ => 0 };

    public static long Most(OnnxType type) => type switch { OnnxType.Int8 => 127, OnnxType.UInt8 => 255, OnnxType.Int16 => short.MaxValue, OnnxType.UInt16 => ushort.MaxValue, OnnxType.Int32 => int.MaxValue, OnnxType.UInt32 => uint.MaxValue, _ => long.MaxValue - 1 };

    private static IEnumerable<OperatorCase> Functions(Make m)
    {
        foreach (string op in (string[])["Sqrt", "Tanh", "Erf", "Sigmoid", "Sin", "Cos", "Exp", "Log", "Floor", "Ceil", "Round", "Softplus", "Reciprocal", "Relu", "Neg", "Abs", "Sign", "Softsign", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Atanh", "Acosh"])
        {
            int opset = op is "Round" or "Softplus" or "Softsign" || op is "Tan" or "Asin" or "Acos" or "Atan" or "Sinh" or "Cosh" or "Asinh" or "Atanh" or "Acosh" or "Sin" or "Cos" ? 22 : op == "Relu" ? 14 : 13;
            foreach (OnnxType type in Reals)
            {
                float least = op is "Sqrt" or "Log" ? 0.01f : op == "Acosh" ? 1 : op is "Asin" or "Acos" or "Atanh" ? -0.99f : -3, most = op is "Asin" or "Acos" or "Atanh" ? 0.99f : 4;
                yield return C(op, opset, [m.Floats(type, [3, 5], least, most)]) with { Tolerance = 1e-5 };
                yield return C(op, opset == 22 ? 13 : opset, [m.Floats(type, [], least, most)]) with { Tolerance = 1e-5 };
            }

            yield return C(op, opset, [HostTensor.OfFloat([0])]);
            if (op is "Neg" or "Abs" or "Sign" or "Relu")
            {
                foreach (OnnxType type in Wholes)
                {
                    yield return C(op, opset, [m.Any(type, [2, 3])]);
                }
            }
        }

        yield return C("Round", 11, [HostTensor.OfFloat([8], 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 0.49999997f, 8388609)]);
        yield return C("Sqrt", 13, [HostTensor.OfFloat([3], -1, 0, float.PositiveInfinity)]);
        yield return C("Gelu", 20, [m.F(2, 3)]);
        yield return C("Gelu", 20, [m.F(2, 3)], ("approximate", "tanh"));
        yield return C("Gelu", 20, [m.Floats(OnnxType.Float16, [4])]);
        yield return C("IsNaN", 13, [HostTensor.OfFloat([3], float.NaN, 1, float.PositiveInfinity)]);
        yield return C("IsNaN", 20, [m.Floats(OnnxType.Float16, [3])]);
        foreach ((int up, int down) in ((int, int)[])[(1, 1), (1, 0), (0, 1), (0, 0)])
        {
            yield return C("IsInf", 10, [HostTensor.OfFloat([4], float.NaN, 1, float.PositiveInfinity, float.NegativeInfinity)], ("detect_positive", up), ("detect_negative", down));
        }
    }

    private static IEnumerable<OperatorCase> Comparisons(Make m)
    {
        foreach (string op in (string[])["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"])
        {
            int opset = op == "Equal" ? 19 : op.EndsWith("OrEqual", StringComparison.Ordinal) ? 16 : 13;
            foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
            {
                if (type == OnnxType.Bool && op != "Equal")
                {
                    continue;
                }

                yield return C(op, opset, [m.Any(type, [2, 3]), m.Any(type, [3])]);
                yield return C(op, opset, [m.Any(type, []), m.Any(type, [2, 1])]);
                if (OnnxTypes.IntegerBits(type) > 0)
                {
                    yield return C(op, opset, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], Least(type), Most(type))]);
                }
            }

            yield return C(op, op is "Equal" ? 11 : op.EndsWith("OrEqual", StringComparison.Ordinal) ? 12 : 9, [m.F(2, 3), m.F(2, 3)]);
            yield return C(op, opset, [HostTensor.OfFloat([3], float.NaN, 0, 1), HostTensor.OfFloat([3], float.NaN, -0f, float.NaN)]);
        }

        foreach (string op in (string[])["And", "Or", "Xor"])
        {
            yield return C(op, 7, [m.B(2, 3), m.B(3)]);
            yield return C(op, 7, [m.B(2, 1, 3), m.B(4, 1)]);
            yield return C(op, 7, [m.B(), m.B(0)]);
        }

        yield return C("Not", 1, [m.B(2, 3)]);
        yield return C("Not", 1, [m.B()]);
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Where", 16, [m.B(2, 1), m.Any(type, [3]), m.Any(type, [2, 3])]);
        }

        yield return C("Where", 9, [m.B(3), m.F(), m.F(2, 1)]);
        yield return C("Where", 9, [m.B(), m.F(2, 3), m.F(3)]);
        yield return C("Where", 9, [m.B(0), m.F(1), m.F(2, 1)]);
    }

    private static IEnumerable<OperatorCase> Bits(Make m)
    {
        foreach (OnnxType type in Wholes)
        {
            foreach (string op in (string[])["BitwiseAnd", "BitwiseOr", "BitwiseXor"])
            {
                yield return C(op, 18, [m.I(type, [2, 3], Least(type), Most(type)), m.I(type, [3], Least(type), Most(type))]);
            }

            yield return C("BitwiseNot", 18, [m.I(type, [2, 3], Least(type), Most(type))]);
        }

        foreach (OnnxType type in (OnnxType[])[OnnxType.UInt8, OnnxType.UInt16, OnnxType.UInt32, OnnxType.UInt64])
        {
            foreach (string way in (string[])["LEFT", "RIGHT"])
            {
                yield return C("BitShift", 11, [m.I(type, [3, 4], Least(type), Most(type)), m.I(type, [4], 0, OnnxTypes.IntegerBits(type) - 1)], ("direction", way));
                yield return C("BitShift", 11, [m.I(type, [4], Least(type), Most(type)), m.I(type, [], 1, 3)], ("direction", way));
                yield return C("BitShift", 11, [Make.Of(type, [2], 1, Most(type)), Make.Of(type, [3, 1], 0, 1, OnnxTypes.IntegerBits(type) - 1)], ("direction", way));
            }
        }
    }

    private static IEnumerable<OperatorCase> Cast(Make m)
    {
        OnnxType[] all = [.. Numbers, OnnxType.Bool];
        foreach (OnnxType from in all)
        {
            foreach (OnnxType to in all)
            {
                HostTensor x = OnnxTypes.IsFloat(from) ? m.Floats(from, [2, 3], OnnxTypes.IsUnsigned(to) ? 0 : -9, 100) : m.Any(from, [2, 3]);
                yield return C("Cast", 13, [x], ("to", (int)to));
                yield return C("CastLike", 15, [x, m.Any(to, [1])]);
                if (OnnxTypes.IntegerBits(from) > 0)
                {
                    yield return C("Cast", 13, [m.I(from, [7], Least(from), Most(from))], ("to", (int)to));
                }
            }
        }

        yield return C("Cast", 13, [HostTensor.OfFloat([6], 0, -0f, 0.3f, -0.7f, 1e-30f, float.NaN)], ("to", (int)OnnxType.Bool));
        yield return C("Cast", 13, [HostTensor.OfFloat([5], 65504, 65519, 65520, -70000, 1e-8f)], ("to", (int)OnnxType.Float16));
        yield return C("Cast", 9, [HostTensor.OfFloat([2], 3.7f, -3.7f)], ("to", (int)OnnxType.Int32));
        yield return C("Cast", 13, [HostTensor.OfFloat([], 3.7f)], ("to", (int)OnnxType.Int64));
        yield return C("Cast", 13, [HostTensor.OfFloat([3], 1e19f, 1.2e19f, 5)], ("to", (int)OnnxType.UInt64));
    }

    private static IEnumerable<OperatorCase> Clip(Make m)
    {
        foreach (OnnxType type in Numbers)
        {
            HostTensor One(long v) => OnnxTypes.IsFloat(type) ? m.Floats(type, [], v, v) : Make.Of(type, [], v);
            yield return C("Clip", 13, [m.Any(type, [3, 4]), One(1), One(3)]);
            yield return C("Clip", 13, [m.Any(type, [3, 4]), null, One(1)]);
            yield return C("Clip", 13, [m.Any(type, [3, 4]), One(1)]);
            yield return C("Clip", 13, [m.Any(type, [3, 4])]);
            yield return C("Clip", 13, [m.Any(type, [4]), One(3), One(1)]);
        }

        yield return C("Clip", 11, [m.F(3, 4), Make.S(-1f), Make.S(1f)]);
        yield return C("Clip", 6, [m.F(3, 4)], ("min", -1f), ("max", 0.5f));
        yield return C("Clip", 6, [m.F(3, 4)], ("max", 0.5f));
        yield return C("Clip", 6, [m.F(3, 4)]);
        yield return C("Clip", 13, [Make.Of(OnnxType.UInt64, [3], -1, 5, long.MinValue), Make.Of(OnnxType.UInt64, [], 6), Make.Of(OnnxType.UInt64, [], -2)]);
        yield return C("Clip", 13, [HostTensor.OfFloat([3], float.NaN, 5, -5), Make.S(-1f), Make.S(1f)]);
    }

    private static IEnumerable<OperatorCase> Variadic(Make m)
    {
        foreach (OnnxType type in Numbers)
        {
            foreach (string op in (string[])["Min", "Max"])
            {
                yield return C(op, 13, [m.Any(type, [2, 3]), m.Any(type, [3]), m.Any(type, [2, 1])]);
                yield return C(op, 13, [m.Any(type, [2, 3])]);
                if (OnnxTypes.IntegerBits(type) > 0)
                {
                    yield return C(op, 13, [m.I(type, [9], Least(type), Most(type)), m.I(type, [9], Least(type), Most(type))]);
                }
            }
        }

        foreach (OnnxType type in Reals)
        {
            foreach (string op in (string[])["Sum", "Mean"])
            {
                yield return C(op, 13, [m.Any(type, [2, 3]), m.Any(type, [3]), m.Any(type, [])]);
                yield return C(op, 13, [m.Any(type, [2, 3])]);
                yield return C(op, 8, [m.F(2, 3), m.F(2, 3)]);
            }
        }

        yield return C("Max", 8, [HostTensor.OfFloat([3], float.NaN, 1, 2), HostTensor.OfFloat([3], 0, float.NaN, 3)]);
        yield return C("Min", 8, [HostTensor.OfFloat([3], float.NaN, 1, 2), HostTensor.OfFloat([3], 0, float.NaN, 3)]);
    }

    private static IEnumerable<OperatorCase> Reduce(Make m)
    {
        foreach (string op in (string[])["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"])
        {
            bool log = op.Contains("Log", StringComparison.Ordinal);
            foreach (OnnxType type in (OnnxType[])[OnnxType.Float, OnnxType.Double, OnnxType.Float16, OnnxType.Int32, OnnxType.Int64, OnnxType.UInt8, OnnxType.Int8, OnnxType.UInt64, OnnxType.UInt32])
            {
                if (op == "ReduceLogSumExp" && !OnnxTypes.IsFloat(type))
                {
                    continue;
                }

                HostTensor X(params int[] s) => OnnxTypes.IsFloat(type) ? m.Floats(type, s, log ? 0.5f : -2) : m.I(type, s, 1, 4);
                yield return C(op, 18, [X(2, 3, 4), Make.L(1)]);
                yield return C(op, 18, [X(2, 3, 4), Make.L(-1, 0)], ("keepdims", 0));
                if (type != OnnxType.Float)
                {
                    continue;
                }

                yield return C(op, 18, [X(2, 3, 4)]);
                yield return C(op, 18, [X(2, 3, 4)], ("keepdims", 0));
                yield return C(op, 18, [X(2, 3, 4)], ("noop_with_empty_axes", 1));
                yield return C(op, 18, [X(2, 3, 4), Make.L()], ("noop_with_empty_axes", 1));
                yield return C(op, 18, [X(2, 3, 4), Make.L()]);
                yield return C(op, 18, [X(), Make.L()]);
                yield return C(op, 18, [X()]);
                yield return C(op, 18, [X(5), Make.L(0)], ("keepdims", 0));
                yield return C(op, 18, [X(2, 0, 3), Make.L(0)]);
                if (op != "ReduceMean")
                {
                    yield return C(op, 18, [X(2, 0, 3), Make.L(1)]);
                    yield return C(op, 18, [X(0), Make.L(0)], ("keepdims", 0));
                }

                yield return C(op, 11, [X(2, 3, 4)], ("axes", new long[] { 0, 2 }));
                yield return C(op, 11, [X(2, 3, 4)], ("axes", new long[] { -2 }), ("keepdims", 0));
                yield return C(op, 11, [X(2, 3, 4)]);
                yield return C(op, 13, [X(2, 3, 4), .. op == "ReduceSum" ? (HostTensor?[])[Make.L(-1)] : []]);
            }
        }

        foreach (string op in (string[])["ReduceMax", "ReduceMin"])
        {
            yield return C(op, 20, [m.B(3, 4), Make.L(1)]);
            yield return C(op, 20, [m.B(3, 4)], ("keepdims", 0));
            yield return C(op, 18, [Make.Of(OnnxType.UInt64, [3], -1, 5, long.MinValue), Make.L(0)]);
            yield return C(op, 18, [HostTensor.OfFloat([2, 2], float.NegativeInfinity, float.NegativeInfinity, 1, float.PositiveInfinity), Make.L(1)]);
        }

        yield return C("ReduceLogSumExp", 18, [HostTensor.OfFloat([2, 2], 1000, 999, float.NegativeInfinity, float.NegativeInfinity), Make.L(1)]);
    }

    private static IEnumerable<OperatorCase> Arg(Make m)
    {
        foreach (string op in (string[])["ArgMax", "ArgMin"])
        {
            foreach (OnnxType type in Numbers)
            {
                HostTensor x = OnnxTypes.IsFloat(type) ? m.Floats(type, [2, 4, 3]) : m.I(type, [2, 4, 3], OnnxTypes.IsUnsigned(type) ? 0 : -3, 3);
                yield return C(op, 13, [x], ("axis", 1));
                yield return C(op, 13, [x], ("axis", -1), ("keepdims", 0), ("select_last_index", 1));
                yield return C(op, 13, [x]);
            }

            yield return C(op, 11, [m.F(2, 3)], ("axis", -2));
            yield return C(op, 13, [m.F(4)], ("keepdims", 0));
            yield return C(op, 13, [Make.Of(OnnxType.Int32, [6], 1, 3, 3, 1, 3, 1)], ("select_last_index", 1));
        }
    }

    private static IEnumerable<OperatorCase> Along(Make m)
    {
        foreach (string op in (string[])["Softmax", "LogSoftmax", "Hardmax"])
        {
            foreach (OnnxType type in Reals)
            {
                yield return C(op, 13, [m.Floats(type, [2, 3, 4])]);
                yield return C(op, 13, [m.Floats(type, [2, 3, 4])], ("axis", 0));
                yield return C(op, 13, [m.Floats(type, [2, 3, 4])], ("axis", -2));
            }

            yield return C(op, 11, [m.F(2, 3, 4)]);
            yield return C(op, 11, [m.F(2, 3, 4)], ("axis", 2));
            yield return C(op, 11, [m.F(2, 3, 4)], ("axis", 0));
            yield return C(op, 11, [m.F(2, 3, 4)], ("axis", -1));
            yield return C(op, 1, [m.F(2, 3)]);
            yield return C(op, 13, [m.F(5)]);
            yield return C(op, 13, [m.F(0, 3)]);
            yield return C(op, 13, [m.F(2, 0)]);
            yield return C(op, 13, [HostTensor.OfFloat([3], 1e4f, 0, -1e4f)]);
        }

        yield return C("Hardmax", 13, [HostTensor.OfFloat([1, 4], 3, 3, 1, 3)]);
        yield return C("LpNormalization", 1, [m.F(2, 3, 4)]);
        yield return C("LpNormalization", 1, [m.F(2, 3, 4)], ("axis", 1), ("p", 1));
        yield return C("LpNormalization", 1, [HostTensor.OfFloat([2, 2], 0, 0, 1, 2)], ("axis", -1));
    }

    private static IEnumerable<OperatorCase> Cumulative(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[OnnxType.Float, OnnxType.Double, OnnxType.Int32, OnnxType.Int64])
        {
            foreach ((int exclusive, int reverse) in ((int, int)[])[(0, 0), (1, 0), (0, 1), (1, 1)])
            {
                yield return C("CumSum", 14, [m.Any(type, [3, 4]), Make.S(1)], ("exclusive", exclusive), ("reverse", reverse));
                yield return C("CumSum", 11, [m.Any(type, [3, 4]), Make.Of(OnnxType.Int32, [], -2)], ("exclusive", exclusive), ("reverse", reverse));
            }
        }

        yield return C("CumSum", 14, [m.F(1), Make.S(0)], ("exclusive", 1));
        yield return C("CumSum", 14, [m.F(0), Make.S(0)], ("exclusive", 1));
        yield return C("CumSum", 14, [m.F(2, 0), Make.S(0)]);
        yield return C("CumSum", 14, [m.F(4), Make.L(0)]);
    }

    private static IEnumerable<OperatorCase> TopK(Make m)
    {
        foreach (OnnxType type in Numbers)
        {
            HostTensor x = OnnxTypes.IsFloat(type) ? m.Floats(type, [3, 5, 2]) : m.I(type, [3, 5, 2], OnnxTypes.IsUnsigned(type) ? 0 : -50, 50);
            yield return new OperatorCase("TopK", 11, [x, Make.L(2)], 2, ("axis", 1));
            yield return new OperatorCase("TopK", 11, [x, Make.L(3)], 2, ("axis", -2), ("largest", 0));
        }

        yield return new OperatorCase("TopK", 11, [Make.Of(OnnxType.UInt64, [4], -1, 5, long.MinValue, 6), Make.L(3)], 2);
        yield return new OperatorCase("TopK", 24, [Make.Of(OnnxType.UInt64, [4], -1, 5, long.MinValue, 6), Make.L(3)], 2);
        yield return new OperatorCase("TopK", 10, [m.F(3, 5), Make.L(2)], 2);
        yield return new OperatorCase("TopK", 1, [m.F(3, 5)], 2, ("k", 2), ("axis", 0));
        yield return new OperatorCase("TopK", 11, [m.F(3, 5), Make.L(0)], 2);
        yield return new OperatorCase("TopK", 11, [HostTensor.OfFloat([6], 1, 2, 2, 1, 2, 1), Make.L(6)], 2);
        yield return new OperatorCase("TopK", 11, [HostTensor.OfFloat([6], 1, 2, 2, 1, 2, 1), Make.L(6)], 2, ("largest", 0));
    }

    private static IEnumerable<OperatorCase> MatMul(Make m)
    {
        (int[], int[])[] shapes = [([2, 3], [3, 4]), ([3], [3]), ([3], [3, 4]), ([2, 3], [3]), ([5, 2, 3], [3, 4]), ([5, 2, 3], [5, 3, 4]), ([2, 1, 2, 3], [5, 3, 4]), ([3], [5, 3, 4]), ([5, 2, 3], [3]), ([2, 0], [0, 3]), ([0, 3], [3, 2]), ([1, 17], [17, 33])];
        foreach ((int[] a, int[] b) in shapes)
        {
            yield return C("MatMul", 13, [m.F(a), m.F(b)]);
            yield return C("MatMul", 13, [m.F(a), m.F(b)]) with { Known = [1] };
            yield return C("MatMul", 13, [m.F(a), m.F(b)]) with { Known = [0] };
        }

        foreach (OnnxType type in (OnnxType[])[OnnxType.Double, OnnxType.Float16, OnnxType.BFloat16, OnnxType.Int32, OnnxType.Int64, OnnxType.UInt32, OnnxType.UInt64])
        {
            yield return C("MatMul", 13, [m.Any(type, [2, 3]), m.Any(type, [3, 4])]);
            yield return C("MatMul", 13, [m.Any(type, [2, 2, 3]), m.Any(type, [3, 4])]) with { Known = [1] };
        }

        foreach ((OnnxType a, OnnxType b) in ((OnnxType, OnnxType)[])[(OnnxType.UInt8, OnnxType.Int8), (OnnxType.UInt8, OnnxType.UInt8), (OnnxType.Int8, OnnxType.Int8), (OnnxType.Int8, OnnxType.UInt8)])
        {
            yield return C("MatMulInteger", 10, [m.I(a, [4, 3], Least(a), Most(a)), m.I(b, [3, 2], Least(b), Most(b))]);
            yield return C("MatMulInteger", 10, [m.I(a, [4, 3], Least(a), Most(a)), m.I(b, [3, 2], Least(b), Most(b)), Make.Of(a, [], 3), Make.Of(b, [], 2)]);
            yield return C("MatMulInteger", 10, [m.I(a, [2, 4, 3], Least(a), Most(a)), m.I(b, [2, 3, 2], Least(b), Most(b)), Make.Of(a, [1], 3), Make.Of(b, [2], 2, 5)]);
            yield return C("MatMulInteger", 10, [m.I(a, [4, 3], Least(a), Most(a)), m.I(b, [3, 2], Least(b), Most(b)), null, Make.Of(b, [2], 2, 5)]) with { Known = [1] };
        }
    }

    private static IEnumerable<OperatorCase> Gemm(Make m)
    {
        foreach ((int ta, int tb) in ((int, int)[])[(0, 0), (0, 1), (1, 0), (1, 1)])
        {
            int[] a = ta == 0 ? [3, 5] : [5, 3], b = tb == 0 ? [5, 4] : [4, 5];
            foreach (int[] c in (int[][])[[3, 4], [4], [1, 4], [3, 1], [1], []])
            {
                yield return C("Gemm", 13, [m.F(a), m.F(b), m.F(c)], ("transA", ta), ("transB", tb), ("alpha", 0.5f), ("beta", 0.25f));
                yield return C("Gemm", 13, [m.F(a), m.F(b), m.F(c)], ("transA", ta), ("transB", tb)) with { Known = [1, 2] };
            }

            yield return C("Gemm", 13, [m.F(a), m.F(b)], ("transA", ta), ("transB", tb));
            foreach (OnnxType type in (OnnxType[])[OnnxType.Double, OnnxType.Float16, OnnxType.Int32, OnnxType.Int64])
            {
                yield return C("Gemm", 13, [m.Any(type, a), m.Any(type, b), m.Any(type, [4])], ("transA", ta), ("transB", tb));
            }
        }

        yield return C("Gemm", 7, [m.F(3, 5), m.F(5, 4), m.F(4)]);
        yield return C("Gemm", 13, [m.F(3, 5), m.F(5, 4), m.F(4)], ("beta", 0f));
    }

    private static IEnumerable<OperatorCase> Einsum(Make m)
    {
        yield return C("Einsum", 12, [m.F(2, 3), m.F(3, 4)], ("equation", "ij,jk->ik"));
        yield return C("Einsum", 12, [m.F(2, 3), m.F(3, 4)], ("equation", "ij, jk"));
        yield return C("Einsum", 12, [m.F(3, 3)], ("equation", "ii->i"));
        yield return C("Einsum", 12, [m.F(3, 3)], ("equation", "ii"));
        yield return C("Einsum", 12, [m.F(2, 3, 3)], ("equation", "...ii->...i"));
        yield return C("Einsum", 12, [m.F(2, 3)], ("equation", "ij->ji"));
        yield return C("Einsum", 12, [m.F(2, 3)], ("equation", "ij->"));
        yield return C("Einsum", 12, [m.F(5), m.F(5)], ("equation", "i,i"));
        yield return C("Einsum", 12, [m.F(2, 4, 3), m.F(2, 3, 5)], ("equation", "bij,bjk->bik"));
        yield return C("Einsum", 12, [m.F(2, 4, 3), m.F(3, 5)], ("equation", "...ij,jk->...ik"));
        yield return C("Einsum", 12, [m.F(2, 3), m.F(4)], ("equation", "ij,k->ijk"));
        yield return C("Einsum", 12, [m.F(2, 3, 4, 5), m.F(2, 3, 6, 5)], ("equation", "bhid,bhjd->bhij"));
        yield return C("Einsum", 12, [m.F(2, 3), m.F(3, 4), m.F(4, 2)], ("equation", "ab,bc,cd->ad"));
        yield return C("Einsum", 12, [m.Floats(OnnxType.Double, [2, 3]), m.Floats(OnnxType.Double, [3])], ("equation", "ij,j->i"));
        yield return C("Einsum", 12, [m.Any(OnnxType.Int32, [2, 3]), m.Any(OnnxType.Int32, [3, 2])], ("equation", "ij,jk->ik"));
    }

    private static IEnumerable<OperatorCase> Shapes(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Transpose", 13, [m.Any(type, [2, 3, 4])], ("perm", new long[] { 2, 0, 1 }));
            yield return C("Reshape", 14, [m.Any(type, [2, 3, 4]), Make.L(0, -1)]);
            yield return C("Squeeze", 13, [m.Any(type, [1, 3, 1]), Make.L(-1)]);
            yield return C("Expand", 13, [m.Any(type, [3, 1]), Make.L(2, 1, 4)]);
            yield return C("Tile", 13, [m.Any(type, [2, 3]), Make.L(2, 1)]);
            yield return C("Identity", 14, [m.Any(type, [2])]);
            yield return C("Unsqueeze", 13, [m.Any(type, [2]), Make.L(0, -1)]);
        }

        yield return C("Transpose", 13, [m.F(2, 3, 4)]);
        yield return C("Transpose", 13, [m.F()]);
        yield return C("Transpose", 13, [m.F(2, 0, 3)]);
        yield return C("Reshape", 14, [m.F(2, 3), Make.L(6)]);
        yield return C("Reshape", 14, [m.F(1), Make.L()]);
        yield return C("Reshape", 14, [m.F(0, 3), Make.L(0, 7)], ("allowzero", 1));
        yield return C("Reshape", 14, [m.F(0, 3), Make.L(3, -1)]);
        yield return C("Reshape", 14, [m.F(2, 0, 4), Make.L(0, 0, -1)]);
        yield return C("Reshape", 5, [m.F(2, 3), Make.L(3, 2)]);
        yield return C("Squeeze", 13, [m.F(1, 3, 1)]);
        yield return C("Squeeze", 11, [m.F(1, 3, 1)], ("axes", new long[] { 0, -1 }));
        yield return C("Squeeze", 11, [m.F(1, 3, 1)]);
        yield return C("Squeeze", 13, [m.F(1), Make.L(0)]);
        yield return C("Unsqueeze", 11, [m.F(3)], ("axes", new long[] { -1, 0 }));
        yield return C("Unsqueeze", 13, [m.F(), Make.L(0)]);
        yield return C("Unsqueeze", 13, [m.F(3, 4), Make.L(3, 0, 2)]);
        foreach (int axis in (int[])[0, 1, 2, 3, -1, -2, -3])
        {
            yield return C("Flatten", 13, [m.F(2, 3, 4)], ("axis", axis));
        }

        yield return C("Flatten", 13, [m.F()], ("axis", 0));
        yield return C("Flatten", 9, [m.F(2, 3, 4)]);
        yield return C("Expand", 13, [m.F(), Make.L(2, 3)]);
        yield return C("Expand", 13, [m.F(2, 3), Make.L(3)]);
        yield return C("Expand", 13, [m.F(1, 3), Make.L(0, 3)]);
        yield return C("Expand", 13, [m.F(3), Make.L()]);
        yield return C("Tile", 13, [m.F(2, 3), Make.L(0, 2)]);
        yield return C("Tile", 6, [m.F(2, 1, 3), Make.L(1, 3, 2)]);
        yield return C("Shape", 15, [m.F(2, 3, 4)], ("start", -2));
        yield return C("Shape", 15, [m.F(2, 3, 4)], ("start", 1), ("end", -1));
        yield return C("Shape", 15, [m.F(2, 3, 4)], ("start", 5));
        yield return C("Shape", 15, [m.F(2, 3, 4)], ("start", -9), ("end", 9));
        yield return C("Shape", 13, [m.F()]);
        yield return C("Size", 13, [m.F(2, 0)]);
        yield return C("Size", 13, [m.F()]);
        yield return C("ConstantOfShape", 9, [Make.L(2, 3)]);
        yield return C("ConstantOfShape", 9, [Make.L()]);
        yield return C("ConstantOfShape", 9, [Make.L(0)]);
        yield return C("Range", 11, [Make.S(1), Make.S(10), Make.S(3)]);
        yield return C("Range", 11, [Make.S(10), Make.S(1), Make.S(-4)]);
        yield return C("Range", 11, [Make.S(3), Make.S(3), Make.S(1)]);
        yield return C("Range", 11, [Make.S(1f), Make.S(2f), Make.S(0.3f)]);
        yield return C("Range", 11, [Make.S(1f), Make.S(-2f), Make.S(-0.7f)]);
        yield return C("Range", 11, [Make.Of(OnnxType.Int32, [], 1), Make.Of(OnnxType.Int32, [], 6), Make.Of(OnnxType.Int32, [], 2)]);
        yield return C("Range", 11, [Make.Of(OnnxType.Int16, [], 5), Make.Of(OnnxType.Int16, [], 0), Make.Of(OnnxType.Int16, [], -2)]);
        foreach (OnnxType to in (OnnxType[])[OnnxType.Float, OnnxType.Int32, OnnxType.Bool, OnnxType.Float16, OnnxType.UInt8])
        {
            yield return C("EyeLike", 9, [m.F(3, 4)], ("dtype", (int)to), ("k", -1));
        }

        yield return C("EyeLike", 9, [m.F(4, 3)], ("k", 1));
        yield return C("DepthToSpace", 13, [m.F(2, 8, 2, 3)], ("blocksize", 2));
        yield return C("DepthToSpace", 13, [m.F(2, 8, 2, 3)], ("blocksize", 2), ("mode", "CRD"));
        yield return C("SpaceToDepth", 13, [m.F(2, 2, 4, 6)], ("blocksize", 2));
    }

    private static IEnumerable<OperatorCase> Slices(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Slice", 13, [m.Any(type, [4, 5]), Make.L(1), Make.L(3), Make.L(1)]);
        }

        yield return C("Slice", 13, [m.F(4, 5), Make.L(1, 2), Make.L(3, 4)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(-1, 4), Make.L(-100, 0), Make.L(0, 1), Make.L(-1, -2)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(0), Make.L(long.MaxValue), Make.L(-1), Make.L(3)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(3), Make.L(1), Make.L(0)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(100), Make.L(200), Make.L(0)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(-100), Make.L(2), Make.L(0)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(long.MaxValue), Make.L(long.MinValue), Make.L(1), Make.L(-1)]);
        yield return C("Slice", 13, [m.F(4, 5), Make.L(1), Make.L(3), null, Make.L(2)]);
        yield return C("Slice", 10, [m.F(4, 5), Make.L(1), Make.L(3), Make.L(1), Make.L(1)]);
        yield return C("Slice", 1, [m.F(4, 5)], ("starts", new long[] { 1, -2 }), ("ends", new long[] { 3, 100 }));
        yield return C("Slice", 1, [m.F(4, 5)], ("starts", new long[] { 1 }), ("ends", new long[] { -1 }), ("axes", new long[] { 1 }));
        yield return C("Slice", 13, [m.F(4, 5), Make.Of(OnnxType.Int32, [2], 1, 0), Make.Of(OnnxType.Int32, [2], 4, 5), Make.Of(OnnxType.Int32, [2], 0, 1), Make.Of(OnnxType.Int32, [2], 2, 3)]);
        yield return C("Slice", 13, [m.F(0, 5), Make.L(0), Make.L(3), Make.L(0)]);
        foreach (int opset in (int[])[11, 13, 18])
        {
            HostTensor?[] Sizes(params long[] s) => opset >= 13 ? [m.F(6, 5), Make.L(s)] : [m.F(6, 5)];
            (string, object)[] Attribute(int axis, params long[] s) => opset >= 13 ? [("axis", axis)] : [("axis", axis), ("split", s)];
            yield return new OperatorCase("Split", opset, Sizes(1, 2, 3), 3, Attribute(0, 1, 2, 3));
            yield return new OperatorCase("Split", opset, Sizes(5, 0), 2, Attribute(-1, 5, 0));
            yield return new OperatorCase("Split", opset, [m.F(6, 5)], 3, opset == 18 ? [("num_outputs", 3)] : []);
        }

        yield return new OperatorCase("Split", 18, [m.F(7)], 3, ("num_outputs", 3));
        yield return new OperatorCase("Split", 18, [m.F(5, 4)], 2, ("num_outputs", 2), ("axis", 0));
        yield return new OperatorCase("Split", 2, [m.F(6, 4)], 2, ("axis", 1));
        foreach (int axis in (int[])[0, 1, -1])
        {
            yield return C("Gather", 13, [m.F(3, 4), Make.Of(OnnxType.Int64, [2, 2], 0, 2, -1, 1)], ("axis", axis));
        }
    }

    private static IEnumerable<OperatorCase> Joins(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Concat", 13, [m.Any(type, [2, 3]), m.Any(type, [1, 3]), m.Any(type, [4, 3])], ("axis", 0));
        }

        yield return C("Concat", 13, [m.F(2, 3), m.F(2, 0), m.F(2, 1)], ("axis", -1));
        yield return C("Concat", 13, [m.F(2, 3)], ("axis", 1));
        yield return C("Concat", 4, [m.F(2, 3), m.F(2, 3)], ("axis", 1));
        yield return C("Concat", 13, [m.F(0), m.F(3), m.F(0)], ("axis", 0));
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Trilu", 14, [m.Any(type, [3, 4])]);
            yield return C("Trilu", 14, [m.Any(type, [2, 3, 3]), Make.S(-1)], ("upper", 0));
        }

        yield return C("Trilu", 14, [m.F(3, 4), Make.S(9)]);
        yield return C("Trilu", 14, [m.F(3, 4), Make.S(-9)], ("upper", 0));
        yield return C("Trilu", 14, [m.F(3, 0, 5), Make.S(6)], ("upper", 0));
        yield return C("Trilu", 14, [m.F(0, 5)]);
    }

    private static IEnumerable<OperatorCase> Pads(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Pad", 18, [m.Any(type, [2, 3]), Make.L(1, 0, 0, 2), m.Any(type, [])]);
            yield return C("Pad", 18, [m.Any(type, [2, 3]), Make.L(0, 1, 1, 0)]);
        }

        foreach (string mode in (string[])["constant", "reflect", "edge", "wrap"])
        {
            yield return C("Pad", 19, [m.F(3, 4), Make.L(1, 2, 0, 1)], ("mode", mode));
            yield return C("Pad", 19, [m.F(3, 4), Make.L(2, 1), null, Make.L(1)], ("mode", mode));
            yield return C("Pad", 19, [m.F(3, 4), Make.L(2, 1), null, Make.L(-2)], ("mode", mode));
            yield return C("Pad", 19, [m.F(3, 4), Make.L(-1, 1, 0, -2)], ("mode", mode));
            yield return C("Pad", 19, [m.F(2, 3, 4), Make.L(0, 1, 1, 0, 1, 2)], ("mode", mode));
        }

        yield return C("Pad", 13, [m.F(2, 3), Make.L(1, 0, 0, 2), Make.S(1.5f)]);
        yield return C("Pad", 11, [m.F(2, 3), Make.L(1, 0, 0, 2)], ("mode", "edge"));
        yield return C("Pad", 2, [m.F(2, 3)], ("pads", new long[] { 1, 0, 0, 2 }), ("value", 2f));
        yield return C("Pad", 18, [m.F(0, 3), Make.L(1, 0, 1, 0)]);
        yield return C("Pad", 18, [m.F(2, 3, 4), Make.L(1, 1, 0, 2), Make.S(3f), Make.L(2, 0)]);
    }

    private static IEnumerable<OperatorCase> Gathers(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("Gather", 13, [m.Any(type, [3, 4]), Make.Of(OnnxType.Int64, [2], 2, -3)], ("axis", 1));
            yield return C("GatherElements", 13, [m.Any(type, [3, 3]), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, -1, -2, -3)], ("axis", 0));
            yield return C("GatherND", 13, [m.Any(type, [2, 3, 4]), Make.Of(OnnxType.Int64, [2, 2], 0, 1, 1, -1)]);
        }

        yield return C("Gather", 13, [m.F(3, 4), Make.Of(OnnxType.Int32, [], -1)]);
        yield return C("Gather", 11, [m.F(3, 4, 2), Make.Of(OnnxType.Int32, [2, 1], 1, 0)], ("axis", -2));
        yield return C("Gather", 13, [m.F(3, 4), Make.Of(OnnxType.Int64, [0])]);
        yield return C("Gather", 1, [m.F(3, 4), Make.Of(OnnxType.Int64, [2], 1, 1)]);
        yield return C("Gather", 13, [m.F(5), Make.Of(OnnxType.Int64, [], 4)]);
        yield return C("GatherElements", 13, [m.F(2, 3), Make.Of(OnnxType.Int32, [2, 2], 2, 0, -1, 1)], ("axis", -1));
        yield return C("GatherElements", 11, [m.F(4), Make.Of(OnnxType.Int64, [6], 0, 3, 3, 1, 2, 0)]);
        yield return C("GatherElements", 13, [m.F(2, 3, 2), Make.Of(OnnxType.Int64, [1, 2, 2], 0, 2, 1, 1)], ("axis", 1));
        yield return C("GatherElements", 13, [m.F(2, 3), Make.Of(OnnxType.Int64, [0, 3])]);
        yield return C("GatherND", 12, [m.F(2, 2, 3), Make.Of(OnnxType.Int64, [2, 1], 1, 0)], ("batch_dims", 1));
        yield return C("GatherND", 12, [m.F(2, 3, 4), Make.Of(OnnxType.Int64, [2, 3, 1], 0, 1, 2, 3, 0, 1)], ("batch_dims", 2));
        yield return C("GatherND", 13, [m.F(2, 3, 4), Make.Of(OnnxType.Int64, [3], 1, 2, 3)]);
        yield return C("GatherND", 13, [m.F(2, 3, 4), Make.Of(OnnxType.Int64, [2, 1, 1], 1, 0)]);
        yield return C("Compress", 11, [m.F(3, 4), Make.Of(OnnxType.Bool, [3], 1, 0, 1)], ("axis", 0));
        yield return C("Compress", 11, [m.F(3, 4), Make.Of(OnnxType.Bool, [2], 0, 1)], ("axis", -1));
        yield return C("Compress", 11, [m.F(3, 4), Make.Of(OnnxType.Bool, [5], 1, 0, 1, 0, 1)]);
        foreach (OnnxType type in (OnnxType[])[OnnxType.Float, OnnxType.Int32, OnnxType.Int64, OnnxType.Bool, OnnxType.UInt8])
        {
            yield return C("NonZero", 13, [type == OnnxType.Float ? HostTensor.OfFloat([2, 3], 0, 1, 0, -1, 0, float.NaN) : Make.Of(type, [2, 3], 0, 1, 0, 1, 0, 1)]);
        }

        yield return C("NonZero", 13, [HostTensor.OfFloat([0])]);
    }

    private static IEnumerable<OperatorCase> Scatters(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[.. Numbers, OnnxType.Bool])
        {
            yield return C("ScatterElements", 18, [m.Any(type, [3, 4]), Make.Of(OnnxType.Int64, [2, 2], 0, 2, -1, 1), m.Any(type, [2, 2])], ("axis", 1));
            yield return C("ScatterND", 18, [m.Any(type, [3, 4]), Make.Of(OnnxType.Int64, [2, 1], 2, 0), m.Any(type, [2, 4])]);
            if (type == OnnxType.Bool)
            {
                continue;
            }

            foreach (string how in (string[])["add", "mul", "max", "min"])
            {
                yield return C("ScatterElements", 18, [m.Any(type, [5]), Make.Of(OnnxType.Int64, [4], 0, 2, 2, -1), m.Any(type, [4])], ("reduction", how));
                yield return C("ScatterND", 18, [m.Any(type, [3, 2]), Make.Of(OnnxType.Int64, [3, 1], 2, 0, 2), m.Any(type, [3, 2])], ("reduction", how));
            }
        }

        yield return C("ScatterElements", 11, [m.F(3, 3), Make.Of(OnnxType.Int32, [1, 2], 1, 2), m.F(1, 2)], ("axis", -2));
        yield return C("ScatterElements", 13, [m.F(3), Make.Of(OnnxType.Int64, [0]), HostTensor.OfFloat([0])]);
        yield return C("Scatter", 9, [m.F(3, 3), Make.Of(OnnxType.Int64, [2, 3], 1, 0, 2, 0, 2, 1), m.F(2, 3)]);
        yield return C("ScatterND", 13, [m.F(2, 3, 4), Make.Of(OnnxType.Int64, [2, 2], 0, 1, 1, 2), m.F(2, 4)]);
        yield return C("ScatterND", 13, [m.F(2, 3), Make.Of(OnnxType.Int64, [2, 2, 2], 0, 0, 0, 1, 1, 2, -1, -3), m.F(2, 2)]);
        yield return C("ScatterND", 13, [m.F(4), Make.Of(OnnxType.Int64, [1], 2), m.F()]);
        yield return C("ScatterND", 13, [m.F(4), Make.Of(OnnxType.Int64, [0, 1]), HostTensor.OfFloat([0])]);
    }

    private static IEnumerable<OperatorCase> Selects(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[OnnxType.Float, OnnxType.Int32, OnnxType.Int64])
        {
            HostTensor depth = type == OnnxType.Float ? Make.S(4f) : Make.Of(type, [], 4), ids = type == OnnxType.Float ? HostTensor.OfFloat([3], 1, -1, 3) : Make.Of(type, [3], 1, -1, 3);
            yield return C("OneHot", 11, [ids, depth, type == OnnxType.Float ? HostTensor.OfFloat([2], 0, 1) : Make.Of(type, [2], 5, 7)]);
            yield return C("OneHot", 11, [ids, depth, HostTensor.OfFloat([2], -1, 2)], ("axis", 0));
        }

        yield return C("OneHot", 11, [Make.Of(OnnxType.Int64, [2, 2], 0, 9, -9, 1), Make.L(3), HostTensor.OfFloat([2], 0, 1)], ("axis", 1));
        yield return C("OneHot", 11, [Make.Of(OnnxType.Int64, [], 2), Make.S(3), HostTensor.OfFloat([2], 0, 1)]);
        yield return C("ReverseSequence", 10, [m.F(4, 3, 2), Make.L(1, 4, 2)]);
        yield return C("ReverseSequence", 10, [m.F(3, 4), Make.L(1, 4, 2)], ("batch_axis", 0), ("time_axis", 1));
        foreach (int sorted in (int[])[0, 1])
        {
            yield return new OperatorCase("Unique", 11, [HostTensor.OfFloat([6], 2, 1, 1, 3, 4, 3)], 4, ("sorted", sorted));
            yield return new OperatorCase("Unique", 11, [HostTensor.OfFloat([3, 2], 1, 0, 0, 1, 1, 0)], 4, ("sorted", sorted), ("axis", 0));
            yield return new OperatorCase("Unique", 11, [HostTensor.OfFloat([2, 4], 1, 0, 1, 2, 3, 4, 3, 4)], 4, ("sorted", sorted), ("axis", -1));
            yield return new OperatorCase("Unique", 11, [Make.Of(OnnxType.Int64, [5], 3, 1, 3, 2, 1)], 1, ("sorted", sorted));
        }

        yield return new OperatorCase("Dropout", 13, [m.F(3, 4)], 2);
        yield return new OperatorCase("Dropout", 12, [m.F(3, 4), Make.S(0.3f)], 2);
        yield return new OperatorCase("Dropout", 13, [m.F(3), Make.S(0f), Make.Of(OnnxType.Bool, [], 1)], 2);
        yield return C("Dropout", 10, [m.F(3, 4)], ("ratio", 0.2f));
        yield return C("Dropout", 7, [m.F(3, 4)]);
        yield return C("Det", 11, [m.F(3, 3)]);
        yield return C("Det", 11, [m.F(2, 4, 4)]);
        yield return C("Det", 11, [m.F(1, 1)]);
        yield return C("Shrink", 9, [m.F(3, 4)], ("lambd", 1f), ("bias", 0.5f));
        yield return C("Shrink", 9, [m.Any(OnnxType.Int32, [6])], ("lambd", 2f), ("bias", 1f));
        foreach (string mode in (string[])["linear", "circular"])
        {
            yield return C("TensorScatter", 24, [m.F(2, 2, 5, 3), m.F(2, 2, 2, 3), Make.L(1, 3)], ("mode", mode));
        }
    }

    private static IEnumerable<OperatorCase> Norms(Make m)
    {
        foreach (OnnxType type in Reals)
        {
            foreach (int axis in (int[])[-1, 1, 0, -2])
            {
                int from = axis < 0 ? axis + 3 : axis;
                int[] tail = ((int[])[2, 3, 4])[from..];
                yield return C("LayerNormalization", 17, [m.Floats(type, [2, 3, 4]), m.Floats(type, tail), m.Floats(type, tail)], ("axis", axis));
                yield return C("RMSNormalization", 23, [m.Floats(type, [2, 3, 4]), m.Floats(type, tail)], ("axis", axis), ("epsilon", 1e-3f));
            }
        }

        yield return C("LayerNormalization", 17, [m.F(2, 3, 4), m.F(4)]);
        yield return new OperatorCase("LayerNormalization", 17, [m.F(2, 3, 4), m.F(4), m.F(4)], 3);
        yield return new OperatorCase("LayerNormalization", 17, [m.F(2, 3, 4), m.F(3, 4), m.F(3, 4)], 3, ("axis", 1));
        yield return C("LayerNormalization", 17, [m.F(2, 3, 4), m.F(4), m.F(4)]) with { Known = [1, 2] };
        yield return C("LayerNormalization", 17, [m.F(2, 3, 4), m.F(4)]) with { Known = [1] };
        yield return C("RMSNormalization", 23, [m.F(2, 3, 4), m.F(4)]) with { Known = [1] };
        yield return C("RMSNormalization", 23, [m.F(2, 3, 4), m.F(1)]);
        yield return C("BatchNormalization", 15, [m.F(2, 3, 4, 5), m.F(3), m.F(3), m.F(3), m.Floats(OnnxType.Float, [3], 0.5f)]);
        yield return C("BatchNormalization", 9, [m.F(2, 3), m.F(3), m.F(3), m.F(3), m.Floats(OnnxType.Float, [3], 0.5f)], ("epsilon", 1e-2f));
        yield return C("BatchNormalization", 7, [m.F(2, 3, 4), m.F(3), m.F(3), m.F(3), m.Floats(OnnxType.Float, [3], 0.5f)]);
        yield return new OperatorCase("BatchNormalization", 15, [m.F(2, 3, 4), m.F(3), m.F(3), m.F(3), m.Floats(OnnxType.Float, [3], 0.5f)], 3, ("training_mode", 1));
        yield return C("InstanceNormalization", 6, [m.F(2, 3, 4, 5), m.F(3), m.F(3)]);
        yield return C("InstanceNormalization", 22, [m.F(2, 3, 4), m.F(3), m.F(3)], ("epsilon", 1e-2f));
        yield return C("GroupNormalization", 18, [m.F(2, 4, 3, 3), m.F(2), m.F(2)], ("num_groups", 2));
        yield return C("GroupNormalization", 21, [m.F(2, 4, 3, 3), m.F(4), m.F(4)], ("num_groups", 2));
        yield return C("MeanVarianceNormalization", 13, [m.F(2, 3, 4, 5)]);
        yield return C("MeanVarianceNormalization", 13, [m.F(2, 3, 4, 5)], ("axes", new long[] { 1 }));
        yield return C("LRN", 13, [m.F(2, 5, 3, 3)], ("size", 3));
        yield return C("LRN", 13, [m.F(1, 6, 2, 2)], ("size", 4), ("alpha", 0.1f), ("beta", 0.5f), ("bias", 2f));
    }

    private static IEnumerable<OperatorCase> Quantize(Make m)
    {
        foreach (OnnxType type in (OnnxType[])[OnnxType.UInt8, OnnxType.Int8, OnnxType.UInt16, OnnxType.Int16])
        {
            yield return C("QuantizeLinear", 21, [m.Floats(OnnxType.Float, [3, 4], -50, 50), Make.S(0.5f), Make.Of(type, [], 3)]);
            yield return C("QuantizeLinear", 21, [m.Floats(OnnxType.Float, [3, 4], -500, 500), m.Floats(OnnxType.Float, [4], 0.5f, 2), Make.Of(type, [4], 3, 0, 1, 7)]);
            yield return C("QuantizeLinear", 21, [m.Floats(OnnxType.Float, [3, 4], -50, 50), m.Floats(OnnxType.Float, [3], 0.5f, 2), Make.Of(type, [3], 3, 0, 1)], ("axis", 0));
            yield return C("QuantizeLinear", 21, [m.Floats(OnnxType.Float, [3, 4], -50, 50), m.Floats(OnnxType.Float, [3, 2], 0.5f, 2), Make.Of(type, [3, 2], 3, 0, 1, 2, 3, 4)], ("axis", -1), ("block_size", 2));
            yield return C("DequantizeLinear", 21, [m.I(type, [3, 4], Least(type), Most(type)), Make.S(0.5f), Make.Of(type, [], 3)]);
            yield return C("DequantizeLinear", 21, [m.I(type, [3, 4], Least(type), Most(type)), m.Floats(OnnxType.Float, [4], 0.5f, 2)]);
            yield return C("DequantizeLinear", 21, [m.I(type, [3, 4], Least(type), Most(type)), m.Floats(OnnxType.Float, [3], 0.5f, 2), Make.Of(type, [3], 3, 0, 1)], ("axis", -2));
            yield return C("DequantizeLinear", 21, [m.I(type, [4, 3], Least(type), Most(type)), m.Floats(OnnxType.Float, [2, 3], 0.5f, 2), Make.Of(type, [2, 3], 3, 0, 1, 2, 3, 4)], ("axis", 0), ("block_size", 2));
        }

        yield return C("QuantizeLinear", 10, [HostTensor.OfFloat([6], 0.5f, 1.5f, 2.5f, -0.5f, 1000, -1000), Make.S(1f), Make.Of(OnnxType.UInt8, [], 128)]);
        yield return C("QuantizeLinear", 13, [m.F(3, 4), Make.S(0.1f)]);
        yield return C("QuantizeLinear", 21, [m.F(3, 4), Make.S(0.1f)], ("output_dtype", (int)OnnxType.Int16));
        yield return C("QuantizeLinear", 13, [Make.Of(OnnxType.Int32, [4], 7, -9, 300, 5), Make.S(2f), Make.Of(OnnxType.Int8, [], 1)]);
        yield return C("QuantizeLinear", 19, [m.Floats(OnnxType.Float16, [3, 4]), m.Floats(OnnxType.Float16, [], 0.1f, 0.1f), Make.Of(OnnxType.UInt8, [], 100)]);
        yield return C("DequantizeLinear", 13, [Make.Of(OnnxType.Int32, [4], 7, -9, 300, 5), Make.S(2f)]);
        yield return C("DequantizeLinear", 10, [m.I(OnnxType.UInt8, [2, 2], 0, 255), Make.S(2f), Make.Of(OnnxType.UInt8, [], 128)]);
        yield return new OperatorCase("DynamicQuantizeLinear", 11, [m.Floats(OnnxType.Float, [3, 4], -3, 5)], 3);
        yield return new OperatorCase("DynamicQuantizeLinear", 11, [m.Floats(OnnxType.Float, [6], 1, 5)], 3);
        yield return new OperatorCase("DynamicQuantizeLinear", 11, [m.Floats(OnnxType.Float, [6], -5, -1)], 3);
        yield return new OperatorCase("DynamicQuantizeLinear", 11, [HostTensor.OfFloat([3], 0, 0, 0)], 3);
        foreach (OnnxType type in (OnnxType[])[OnnxType.UInt8, OnnxType.Int8])
        {
            HostTensor z = Make.Of(type, [], 3);
            yield return C("QLinearMatMul", 21, [m.I(type, [2, 3], 0, 100), Make.S(0.1f), z, m.I(type, [3, 4], 0, 100), Make.S(0.2f), z, Make.S(0.9f), z]);
            yield return C("QLinearMatMul", 10, [m.I(type, [2, 2, 3], 0, 100), Make.S(0.1f), z, m.I(type, [2, 3, 4], 0, 100), Make.S(0.2f), z, Make.S(0.9f), z]);
            yield return C("QLinearMatMul", 10, [m.I(type, [2, 3], 0, 100), Make.S(0.1f), z, m.I(type, [3, 4], 0, 100), m.Floats(OnnxType.Float, [4], 0.1f, 0.3f), Make.Of(type, [4], 1, 2, 3, 4), Make.S(0.9f), z]);
            yield return C("ConvInteger", 10, [m.I(OnnxType.UInt8, [1, 2, 4, 4], 0, 255), m.I(type, [3, 2, 2, 2], 0, 100), Make.Of(OnnxType.UInt8, [], 5), z], ("pads", new long[] { 1, 0, 0, 1 }));
            yield return C("ConvInteger", 10, [m.I(OnnxType.UInt8, [1, 2, 4, 4], 0, 255), m.I(type, [4, 1, 2, 2], 0, 100)], ("group", 2), ("strides", new long[] { 2, 1 }));
            yield return C("QLinearConv", 10, [m.I(OnnxType.UInt8, [1, 2, 4, 4], 0, 255), Make.S(0.1f), Make.Of(OnnxType.UInt8, [], 9), m.I(type, [3, 2, 2, 2], 0, 100), Make.S(0.2f), z, Make.S(5f), Make.Of(OnnxType.UInt8, [], 1), Make.Of(OnnxType.Int32, [3], 5, 6, 7)]);
        }
    }

    private static IEnumerable<OperatorCase> Windows(Make m)
    {
        (int[], int[], (string, object)[])[] convs =
        [
            ([1, 2, 7], [3, 2, 3], []),
            ([2, 3, 6, 5], [4, 3, 3, 2], [("pads", new long[] { 1, 0, 2, 1 }), ("strides", new long[] { 2, 1 })]),
            ([1, 4, 6, 6], [4, 2, 3, 3], [("group", 2), ("dilations", new long[] { 2, 1 })]),
            ([1, 4, 9], [4, 1, 4], [("group", 4), ("pads", new long[] { 3, 0 })]),
            ([1, 2, 5, 5], [3, 2, 3, 3], [("auto_pad", "SAME_UPPER"), ("strides", new long[] { 2, 2 })]),
            ([1, 2, 5, 5], [3, 2, 2, 2], [("auto_pad", "SAME_LOWER")]),
            ([1, 2, 5, 5], [3, 2, 2, 2], [("auto_pad", "VALID")]),
            ([1, 1, 3, 4, 5], [2, 1, 2, 2, 2], [("pads", new long[] { 1, 1, 1, 0, 0, 0 })]),
        ];
        foreach ((int[] x, int[] w, (string, object)[] attributes) in convs)
        {
            yield return C("Conv", 11, [m.F(x), m.F(w), m.F(w[0])], attributes);
            yield return C("Conv", 22, [m.F(x), m.F(w)], attributes) with { Known = [1] };
        }

        (int[], int[], (string, object)[])[] turned =
        [
            ([1, 3, 5], [3, 2, 3], []),
            ([1, 3, 4, 4], [3, 2, 3, 3], [("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("output_padding", new long[] { 1, 1 })]),
            ([1, 4, 4, 4], [4, 2, 3, 2], [("group", 2)]),
            ([1, 2, 3, 3], [2, 1, 2, 2], [("dilations", new long[] { 2, 2 })]),
            ([1, 2, 3, 3], [2, 1, 3, 3], [("strides", new long[] { 3, 2 }), ("output_shape", new long[] { 10, 8 })]),
            ([1, 2, 3, 3], [2, 1, 3, 3], [("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")]),
            ([1, 2, 3, 3], [2, 1, 3, 3], [("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_LOWER")]),
        ];
        foreach ((int[] x, int[] w, (string, object)[] attributes) in turned)
        {
            int groups = (int)(attributes.FirstOrDefault(static a => a.Item1 == "group").Item2 ?? 1);
            yield return C("ConvTranspose", 11, [m.F(x), m.F(w), m.F(w[1] * groups)], attributes);
        }

        (int[], (string, object)[])[] pools =
        [
            ([1, 2, 7], [("kernel_shape", new long[] { 3 })]),
            ([1, 2, 6, 5], [("kernel_shape", new long[] { 3, 2 }), ("strides", new long[] { 2, 1 }), ("pads", new long[] { 1, 0, 1, 1 })]),
            ([1, 2, 5, 6], [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1)]),
            ([1, 2, 5, 6], [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1), ("pads", new long[] { 1, 1, 1, 1 })]),
            ([1, 1, 5, 5], [("kernel_shape", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER"), ("strides", new long[] { 2, 2 })]),
            ([1, 1, 5, 5], [("kernel_shape", new long[] { 2, 2 }), ("auto_pad", "SAME_LOWER")]),
            ([1, 1, 5, 5], [("kernel_shape", new long[] { 2, 2 }), ("auto_pad", "VALID")]),
            ([1, 1, 7, 7], [("kernel_shape", new long[] { 2, 3 }), ("dilations", new long[] { 2, 2 })]),
            ([1, 1, 4, 4, 4], [("kernel_shape", new long[] { 2, 2, 2 })]),
        ];
        foreach ((int[] x, (string, object)[] attributes) in pools)
        {
            yield return C("MaxPool", 12, [m.F(x)], attributes);
            yield return new OperatorCase("MaxPool", 22, [m.F(x)], 2, attributes);
            yield return C("AveragePool", 19, [m.F(x)], attributes);
            yield return C("AveragePool", 19, [m.F(x)], [.. attributes, ("count_include_pad", 1)]);
            yield return C("LpPool", 18, [m.F(x)], attributes);
            yield return C("LpPool", 18, [m.F(x)], [.. attributes, ("p", 1)]);
        }

        yield return C("MaxPool", 12, [m.I(OnnxType.UInt8, [1, 2, 4, 4], 0, 255)], ("kernel_shape", new long[] { 2, 2 }));
        yield return C("MaxPool", 12, [m.I(OnnxType.Int8, [1, 2, 4, 4], -128, 127)], ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }));
        yield return new OperatorCase("MaxPool", 12, [m.F(1, 2, 4, 4)], 2, ("kernel_shape", new long[] { 2, 2 }), ("storage_order", 1));
        yield return C("GlobalAveragePool", 1, [m.F(2, 3, 4, 5)]);
        yield return C("GlobalMaxPool", 1, [m.F(2, 3, 4)]);
        yield return C("GlobalAveragePool", 22, [m.Floats(OnnxType.Double, [2, 3, 4, 5])]);
        yield return C("GlobalLpPool", 2, [m.F(2, 3, 4, 5)]);
    }

    private static IEnumerable<OperatorCase> Recurrent(Make m)
    {
        foreach ((string op, int gates) in ((string, int)[])[("RNN", 1), ("GRU", 3), ("LSTM", 4)])
        {
            foreach (string direction in (string[])["forward", "reverse", "bidirectional"])
            {
                int d = direction == "bidirectional" ? 2 : 1;
                HostTensor?[] Basic() => [m.F(4, 2, 3), m.F(d, gates * 5, 3), m.F(d, gates * 5, 5)];
                yield return new OperatorCase(op, 14, Basic(), 2, ("hidden_size", 5), ("direction", direction));
                yield return new OperatorCase(op, 14, [.. Basic(), m.F(d, gates * 10)], 2, ("hidden_size", 5), ("direction", direction));
                yield return new OperatorCase(op, 14, [.. Basic(), m.F(d, gates * 10), Make.Of(OnnxType.Int32, [2], 4, 2)], 2, ("hidden_size", 5), ("direction", direction));
                yield return new OperatorCase(op, 14, [.. Basic(), null, null, m.F(d, 2, 5)], 2, ("hidden_size", 5), ("direction", direction));
            }
        }

        yield return new OperatorCase("LSTM", 14, [m.F(4, 2, 3), m.F(1, 20, 3), m.F(1, 20, 5), m.F(1, 40), null, m.F(1, 2, 5), m.F(1, 2, 5), m.F(1, 15)], 3, ("hidden_size", 5));
        yield return new OperatorCase("LSTM", 14, [m.F(4, 2, 3), m.F(1, 20, 3), m.F(1, 20, 5)], 3, ("hidden_size", 5), ("clip", 0.5f));
        yield return new OperatorCase("LSTM", 14, [m.F(4, 2, 3), m.F(1, 20, 3), m.F(1, 20, 5)], 3, ("hidden_size", 5), ("activations", new[] { "Sigmoid", "Relu", "Tanh" }));
        yield return new OperatorCase("GRU", 14, [m.F(4, 2, 3), m.F(1, 15, 3), m.F(1, 15, 5), m.F(1, 30)], 2, ("hidden_size", 5), ("linear_before_reset", 1));
        yield return new OperatorCase("RNN", 14, [m.F(4, 2, 3), m.F(1, 5, 3), m.F(1, 5, 5)], 2, ("hidden_size", 5), ("activations", new[] { "Relu" }));
    }

    private static IEnumerable<OperatorCase> Activations(Make m)
    {
        (string, int, (string, object)[])[] all =
        [
            ("LeakyRelu", 16, []), ("LeakyRelu", 6, [("alpha", 0.3f)]), ("Elu", 6, []), ("Elu", 6, [("alpha", 2f)]), ("Selu", 6, []), ("Celu", 12, []), ("Celu", 12, [("alpha", 2f)]),
            ("HardSigmoid", 6, []), ("HardSigmoid", 6, [("alpha", 0.5f), ("beta", 0.1f)]), ("HardSwish", 14, []), ("Mish", 18, []), ("ThresholdedRelu", 10, []), ("ThresholdedRelu", 10, [("alpha", 0.5f)]),
            ("Swish", 24, []), ("Swish", 24, [("alpha", 0.5f)]),
        ];
        foreach ((string op, int opset, (string, object)[] attributes) in all)
        {
            foreach (OnnxType type in Reals)
            {
                yield return C(op, opset, [m.Floats(type, [2, 5], -6, 6)], attributes);
            }

            yield return C(op, opset, [HostTensor.OfFloat([5], float.NaN, float.PositiveInfinity, -100, 0, 100)], attributes);
        }

        yield return C("PRelu", 16, [m.F(2, 3, 4), m.F(3, 1)]);
        yield return C("PRelu", 16, [m.F(2, 3, 4), m.F(1)]);
        yield return C("PRelu", 16, [m.Any(OnnxType.Int32, [2, 3]), m.Any(OnnxType.Int32, [3])]);
        yield return C("PRelu", 16, [m.Any(OnnxType.UInt32, [2, 3]), m.Any(OnnxType.UInt32, [3])]);
        yield return C("PRelu", 16, [Make.Of(OnnxType.UInt64, [3], -1, 5, 7), m.Any(OnnxType.UInt64, [3])]);
    }

    private static IEnumerable<OperatorCase> Losses(Make m)
    {
        foreach (string how in (string[])["mean", "sum", "none"])
        {
            yield return C("NegativeLogLikelihoodLoss", 13, [m.F(3, 5), Make.Of(OnnxType.Int64, [3], 1, 0, 4)], ("reduction", how));
            yield return C("NegativeLogLikelihoodLoss", 13, [m.F(2, 5, 3), Make.Of(OnnxType.Int64, [2, 3], 1, 0, 4, 2, 3, 0), m.Floats(OnnxType.Float, [5], 0.1f)], ("reduction", how));
            yield return C("NegativeLogLikelihoodLoss", 13, [m.F(3, 5), Make.Of(OnnxType.Int64, [3], 1, 0, 4), m.Floats(OnnxType.Float, [5], 0.1f)], ("reduction", how), ("ignore_index", 0));
            yield return new OperatorCase("SoftmaxCrossEntropyLoss", 13, [m.F(3, 5), Make.Of(OnnxType.Int64, [3], 1, 0, 4)], 2, ("reduction", how));
            yield return new OperatorCase("SoftmaxCrossEntropyLoss", 13, [m.F(2, 5, 3), Make.Of(OnnxType.Int64, [2, 3], 1, 0, 4, 2, 3, 0), m.Floats(OnnxType.Float, [5], 0.1f)], 2, ("reduction", how), ("ignore_index", -1));
        }
    }
}
