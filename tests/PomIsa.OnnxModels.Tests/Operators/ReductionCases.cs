using PomIsa.Onnx.Reading;
using static PomIsa.OnnxModels.Tests.Operators.CaseParts;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Operators along axes: reductions, sorting, running sums.</summary>
internal static class ReductionCases
{
    public static IEnumerable<OperatorCase> Reduce(Make m)
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

    public static IEnumerable<OperatorCase> Arg(Make m)
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

    public static IEnumerable<OperatorCase> Along(Make m)
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

    public static IEnumerable<OperatorCase> Cumulative(Make m)
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

    public static IEnumerable<OperatorCase> TopK(Make m)
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

    public static IEnumerable<OperatorCase> Norms(Make m)
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

    public static IEnumerable<OperatorCase> Losses(Make m)
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
