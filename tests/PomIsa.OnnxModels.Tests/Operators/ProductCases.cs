using PomIsa.Onnx.Reading;
using static PomIsa.OnnxModels.Tests.Operators.CaseParts;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Operators that multiply matrices, also quantized and in windows and loops.</summary>
internal static class ProductCases
{
    public static IEnumerable<OperatorCase> MatMul(Make m)
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

    public static IEnumerable<OperatorCase> Gemm(Make m)
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

    public static IEnumerable<OperatorCase> Einsum(Make m)
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

    public static IEnumerable<OperatorCase> Quantize(Make m)
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

    public static IEnumerable<OperatorCase> Windows(Make m)
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

    public static IEnumerable<OperatorCase> Recurrent(Make m)
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
}
