using PomIsa.Onnx.Reading;
using static PomIsa.OnnxModels.Tests.Operators.CaseParts;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Operators of one element at a time.</summary>
internal static class ElementwiseCases
{
    public static IEnumerable<OperatorCase> Arithmetic(Make m)
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

    public static IEnumerable<OperatorCase> Functions(Make m)
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

    public static IEnumerable<OperatorCase> Comparisons(Make m)
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

    public static IEnumerable<OperatorCase> Bits(Make m)
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

    public static IEnumerable<OperatorCase> Cast(Make m)
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

    public static IEnumerable<OperatorCase> Clip(Make m)
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

    public static IEnumerable<OperatorCase> Variadic(Make m)
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

    public static IEnumerable<OperatorCase> Activations(Make m)
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
}
