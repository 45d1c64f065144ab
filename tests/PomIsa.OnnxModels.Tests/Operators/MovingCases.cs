using PomIsa.Onnx.Reading;
using static PomIsa.OnnxModels.Tests.Operators.CaseParts;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Operators that move elements and make shapes.</summary>
internal static class MovingCases
{
    public static IEnumerable<OperatorCase> Shapes(Make m)
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

    public static IEnumerable<OperatorCase> Slices(Make m)
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

    public static IEnumerable<OperatorCase> Joins(Make m)
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

    public static IEnumerable<OperatorCase> Pads(Make m)
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

    public static IEnumerable<OperatorCase> Gathers(Make m)
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

    public static IEnumerable<OperatorCase> Scatters(Make m)
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

    public static IEnumerable<OperatorCase> Selects(Make m)
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
}
