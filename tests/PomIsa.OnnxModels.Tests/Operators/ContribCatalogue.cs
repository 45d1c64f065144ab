using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Contributed operators of ONNX Runtime, and attention of both domains.</summary>
internal static class ContribCatalogue
{
    private const string Ms = "com.microsoft.";

    private static OperatorCase C(string op, HostTensor?[] inputs, params (string, object)[] attributes) => new(Ms + op, 21, inputs, 1, attributes);

    public static IEnumerable<OperatorCase> Small(Make m)
    {
        yield return C("FastGelu", [m.F(2, 8)]) with { Tolerance = 1e-4 };
        yield return C("FastGelu", [m.F(2, 8), m.F(8)]) with { Tolerance = 1e-4 };
        yield return C("BiasGelu", [m.F(2, 8), m.F(8)]);
        yield return C("Gelu", [m.F(2, 8)]);
        yield return C("QuickGelu", [m.F(2, 8)]);
        yield return C("QuickGelu", [m.F(2, 8)], ("alpha", 1f));
        foreach (int rank in (int[])[2, 3])
        {
            int[] x = rank == 2 ? [3, 8] : [2, 3, 8];
            yield return new OperatorCase(Ms + "SkipLayerNormalization", 21, [m.F(x), m.F(x), m.F(8), m.F(8), m.F(8)], 1, ("epsilon", 1e-3f));
            yield return new OperatorCase(Ms + "SkipLayerNormalization", 21, [m.F(x), m.F(x), m.F(8)], 1);
            yield return new OperatorCase(Ms + "SkipSimplifiedLayerNormalization", 21, [m.F(x), m.F(x), m.F(8), m.F(8)], 1, ("epsilon", 1e-3f));
        }

        yield return new OperatorCase(Ms + "SkipLayerNormalization", 21, [m.F(2, 3, 8), m.F(3, 8), m.F(8), m.F(8)], 1);
        yield return new OperatorCase(Ms + "SkipSimplifiedLayerNormalization", 21, [m.F(2, 3, 8), m.F(1, 3, 8), m.F(8)], 1);
        yield return new OperatorCase("SimplifiedLayerNormalization", 21, [m.F(2, 3, 8), m.F(8)], 1, ("axis", -1), ("epsilon", 1e-3f), ("stash_type", 1));
        foreach ((int a, int b) in ((int, int)[])[(0, 0), (1, 0), (0, 1), (1, 1)])
        {
            yield return C("FusedMatMul", [a == 0 ? m.F(2, 3, 4) : m.F(2, 4, 3), b == 0 ? m.F(2, 4, 5) : m.F(2, 5, 4)], ("transA", a), ("transB", b), ("alpha", 0.5f));
        }

        yield return C("FusedMatMul", [m.F(3, 2, 4), m.F(2, 4, 5)], ("transBatchA", 1));
        yield return C("FusedMatMul", [m.F(2, 3, 4), m.F(4, 2, 5)], ("transBatchB", 1));
        yield return C("FusedMatMul", [m.F(4, 2, 3), m.F(4, 2, 5)], ("transBatchA", 1), ("transA", 1), ("transBatchB", 1));
        foreach (int bits in (int[])[4, 8])
        {
            int blob = 32 * bits / 8;
            HostTensor weights = m.I(OnnxType.UInt8, [6, 3, blob], 0, 255), scales = m.Floats(OnnxType.Float, [18], 0.1f, 1), zeros = m.I(OnnxType.UInt8, bits == 4 ? [12] : [18], 0, bits == 4 ? 255 : 200);
            (string, object)[] attributes = [("K", 96), ("N", 6), ("bits", bits), ("block_size", 32)];
            yield return C("MatMulNBits", [m.F(2, 3, 96), weights, scales], attributes) with { Known = [1, 2], Tolerance = 1e-4 };
            yield return C("MatMulNBits", [m.F(3, 96), weights, scales, zeros], attributes) with { Known = [1, 2, 3], Tolerance = 1e-4 };
            yield return C("MatMulNBits", [m.F(3, 96), weights, scales, null, null, m.F(6)], attributes) with { Known = [1, 2, 5], Tolerance = 1e-4 };
            yield return C("MatMulNBits", [m.F(3, 80), weights, scales], [("K", 80), ("N", 6), ("bits", bits), ("block_size", 32)]) with { Known = [1, 2], Tolerance = 1e-4 };
            HostTensor floats = m.Floats(OnnxType.Float, [18], 2, 9);
            yield return C("MatMulNBits", [m.F(3, 96), weights, scales, floats], attributes) with { Known = [1, 2, 3], Tolerance = 1e-4 };
        }

        yield return C("DynamicQuantizeMatMul", [m.F(3, 4), m.I(OnnxType.Int8, [4, 5], -128, 127), Make.S(0.1f), Make.Of(OnnxType.Int8, [], 2), m.F(5)]) with { Known = [1], Tolerance = 1e-4 };
        yield return C("DynamicQuantizeMatMul", [m.F(3, 4), m.I(OnnxType.UInt8, [4, 5], 0, 255), m.Floats(OnnxType.Float, [5], 0.1f, 1), m.I(OnnxType.UInt8, [5], 0, 255)]) with { Known = [1], Tolerance = 1e-4 };
        yield return C("MatMulIntegerToFloat", [m.I(OnnxType.UInt8, [3, 4], 0, 255), m.I(OnnxType.Int8, [4, 5], -128, 127), Make.S(0.1f), m.Floats(OnnxType.Float, [5], 0.1f, 1), Make.Of(OnnxType.UInt8, [], 7), m.I(OnnxType.Int8, [5], -9, 9), m.F(5)]);
        yield return C("GatherBlockQuantized", [m.I(OnnxType.UInt8, [5, 32], 0, 255), Make.Of(OnnxType.Int64, [2, 2], 0, 4, 2, 1), m.Floats(OnnxType.Float, [5, 2], 0.1f, 1)], ("block_size", 16), ("bits", 8), ("quantize_axis", 1)) with { Known = [0, 2] };
        yield return C("GatherBlockQuantized", [m.I(OnnxType.UInt8, [5, 16], 0, 255), Make.Of(OnnxType.Int64, [3], 0, 4, 2), m.Floats(OnnxType.Float, [5, 2], 0.1f, 1)], ("block_size", 16), ("bits", 4), ("quantize_axis", 1)) with { Known = [0, 2] };
        foreach (int interleaved in (int[])[0, 1])
        {
            yield return C("RotaryEmbedding", [m.F(2, 3, 16), Make.L(4), m.F(9, 4), m.F(9, 4)], ("interleaved", interleaved)) with { Known = [2, 3] };
            yield return C("RotaryEmbedding", [m.F(2, 2, 3, 8), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, 5, 6, 7), m.F(9, 4), m.F(9, 4)], ("interleaved", interleaved));
            yield return C("RotaryEmbedding", [m.F(2, 3, 16), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, 5, 6, 7), m.F(9, 2), m.F(9, 2)], ("interleaved", interleaved), ("num_heads", 2), ("rotary_embedding_dim", 4));
        }

        yield return new OperatorCase(Ms + "EmbedLayerNormalization", 21, [m.I(OnnxType.Int32, [2, 3], 0, 8), m.I(OnnxType.Int32, [2, 3], 0, 1), m.F(9, 8), m.F(5, 8), m.F(2, 8), m.F(8), m.F(8), Make.Of(OnnxType.Int32, [2, 3], 1, 1, 0, 1, 1, 1)], 2, ("epsilon", 1e-3f));
        yield return new OperatorCase(Ms + "EmbedLayerNormalization", 21, [m.I(OnnxType.Int32, [2, 3], 0, 8), null, m.F(9, 8), m.F(5, 8), null, m.F(8), m.F(8), null, m.I(OnnxType.Int32, [2, 3], 0, 4)], 1);
        yield return C("BiasSplitGelu", [m.F(2, 3, 16), m.F(16)]);
        yield return C("BiasSoftmax", [m.F(2, 3, 4), m.F(2, 1, 4)], ("axis", 2), ("is_inner_broadcast", 0));
        yield return C("GemmFastGelu", [m.F(2, 3, 4), m.F(4, 5), m.F(5)]);
        yield return C("RelativePositionBias", [m.F(8, 4), Make.S(5), Make.S(5)], ("max_distance", 16), ("is_bidirectional", 1));
    }

    public static IEnumerable<OperatorCase> Attention(Make m)
    {
        foreach (int causal in (int[])[0, 1])
        {
            HostTensor x = m.F(2, 3, 8), w = m.F(8, 24), b = m.F(24);
            (string, object)[] heads = [("num_heads", 2), ("unidirectional", causal)];
            yield return C("Attention", [x, w, b], heads);
            yield return C("Attention", [x, w, b], heads) with { Known = [1, 2] };
            yield return new OperatorCase(Ms + "Attention", 21, [x, w, b, null, m.F(2, 2, 2, 4, 4)], 2, heads);
            yield return new OperatorCase(Ms + "Attention", 21, [x, w, b, Make.Of(OnnxType.Int32, [2, 7], 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1), m.F(2, 2, 2, 4, 4)], 2, heads);
            yield return C("Attention", [x, w, b, Make.Of(OnnxType.Int32, [2], 3, 2)], heads);
            yield return C("Attention", [x, w, b, Make.Of(OnnxType.Int32, [4], 3, 2, 0, 1)], heads);
            yield return C("Attention", [x, w, b, Make.Of(OnnxType.Int32, [2, 3], 1, 1, 1, 1, 1, 0)], heads);
            yield return C("Attention", [x, w, b, Make.Of(OnnxType.Int32, [2, 3, 3], 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1)], heads);
            yield return C("Attention", [x, w, b, null, null, m.F(1, 2, 3, 3)], heads);
            yield return C("Attention", [x, w, b, null, null, m.F(2, 2, 3, 3)], heads);
            yield return C("Attention", [x, m.F(8, 20), m.F(20)], [.. heads, ("qkv_hidden_sizes", new long[] { 8, 8, 4 })]);
            yield return C("Attention", [x, w, b], [.. heads, ("scale", 0.3f)]);
            HostTensor q = m.F(2, 5, 8), k = m.F(2, 5, 8), v = m.F(2, 5, 8);
            yield return C("MultiHeadAttention", [q, k, v], heads);
            yield return C("MultiHeadAttention", [q, k, v, m.F(24)], heads);
            yield return C("MultiHeadAttention", [q, k, v, null, Make.Of(OnnxType.Int32, [2, 5], 1, 1, 1, 1, 0, 1, 1, 1, 0, 0)], heads);
            yield return C("MultiHeadAttention", [q, k, v, null, Make.Of(OnnxType.Int32, [2], 5, 3)], heads);
            yield return C("MultiHeadAttention", [q, k, v, null, null, m.F(1, 2, 5, 5)], heads);
            yield return C("MultiHeadAttention", [q, k, v, null, null, m.F(2, 1, 5, 5)], heads);
            yield return C("MultiHeadAttention", [q, k, m.F(2, 5, 4)], heads);
            yield return C("MultiHeadAttention", [m.F(2, 3, 2, 3, 4)], heads);
            yield return C("MultiHeadAttention", [q, m.F(2, 5, 2, 2, 4)], heads);
            yield return C("MultiHeadAttention", [q, m.F(2, 2, 5, 4), m.F(2, 2, 5, 4)], heads);
            yield return C("MultiHeadAttention", [q, k, v], [.. heads, ("scale", 0.7f)]);
            yield return new OperatorCase(Ms + "MultiHeadAttention", 21, [m.F(2, 3, 8), m.F(2, 3, 8), m.F(2, 3, 8), null, null, null, m.F(2, 2, 4, 4), m.F(2, 2, 4, 4)], 3, heads);
            yield return new OperatorCase(Ms + "MultiHeadAttention", 21, [m.F(2, 3, 8), m.F(2, 3, 8), m.F(2, 3, 8), null, null, m.F(2, 2, 3, 7), m.F(2, 2, 4, 4), m.F(2, 2, 4, 4)], 3, heads);
        }

        yield return C("MultiHeadAttention", [m.F(2, 3, 8), m.F(2, 5, 8), m.F(2, 5, 8)], ("num_heads", 2));
        foreach ((int rotary, int interleaved) in ((int, int)[])[(0, 0), (1, 0), (1, 1)])
        {
            (string, object)[] heads = [("num_heads", 4), ("kv_num_heads", 2), ("do_rotary", rotary), ("rotary_interleaved", interleaved)];
            HostTensor? cos = rotary == 1 ? m.F(9, 8) : null, sin = rotary == 1 ? m.F(9, 8) : null;
            HostTensor?[] Own() => [m.F(1, 3, 64), m.F(1, 3, 32), m.F(1, 3, 32)];
            foreach (int past in (int[])[0, 4])
            {
                HostTensor last = Make.Of(OnnxType.Int32, [1], past + 2), total = Make.Of(OnnxType.Int32, [], past + 3);
                HostTensor?[] tail = [m.F(1, 2, past, 16), m.F(1, 2, past, 16), last, total, cos, sin];
                HostTensor?[] one = [m.F(1, 2, past, 16), m.F(1, 2, past, 16), Make.Of(OnnxType.Int32, [1], past), Make.Of(OnnxType.Int32, [], past + 1), cos, sin];
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail], 3, heads);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [m.F(1, 3, 128), null, null, .. tail], 3, heads);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [m.F(1, 1, 64), m.F(1, 1, 32), m.F(1, 1, 32), .. one], 3, heads);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail], 3, [.. heads, ("softcap", 3f), ("scale", 0.4f)]);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail], 3, [.. heads, ("local_window_size", 2)]);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail], 3, [.. heads, ("smooth_softmax", 1)]);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail, null, m.F(1, 1, 3, past + 3)], 3, heads);
                yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [.. Own(), .. tail, null, null, m.F(4)], 3, heads);
            }

            // Two texts, one shorter, filled up at its end.
            yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [m.F(2, 3, 64), m.F(2, 3, 32), m.F(2, 3, 32), null, null, Make.Of(OnnxType.Int32, [2], 2, 1), Make.Of(OnnxType.Int32, [], 3), cos, sin], 1, heads);
            yield return new OperatorCase(Ms + "GroupQueryAttention", 21, [m.F(2, 1, 64), m.F(2, 1, 32), m.F(2, 1, 32), m.F(2, 2, 6, 16), m.F(2, 2, 6, 16), Make.Of(OnnxType.Int32, [2], 5, 3), Make.Of(OnnxType.Int32, [], 6), cos, sin], 3, heads) { Compared = 1 };
        }
    }

    public static IEnumerable<OperatorCase> Standard(Make m)
    {
        foreach (int opset in (int[])[23, 24])
        {
            foreach (int causal in (int[])[0, 1])
            {
                (string, object)[] a = [("is_causal", causal)], flat = [("is_causal", causal), ("q_num_heads", 4), ("kv_num_heads", 2)];
                OperatorCase S(HostTensor?[] inputs, int outputs, params (string, object)[] attributes) => new("Attention", opset, inputs, outputs, attributes) { Tolerance = 1e-4 };
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 5, 8), m.F(2, 4, 5, 8)], 1, a);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 2, 5, 8), m.F(2, 2, 5, 6)], 1, a);
                yield return S([m.F(2, 3, 32), m.F(2, 5, 16), m.F(2, 5, 16)], 1, flat);
                yield return S([m.F(2, 3, 32), m.F(2, 3, 16), m.F(2, 3, 16), null, m.F(2, 2, 4, 8), m.F(2, 2, 4, 8)], 3, flat);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 3, 8), m.F(2, 4, 3, 8), null, m.F(2, 4, 4, 8), m.F(2, 4, 4, 8)], 3, a);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 5, 8), m.F(2, 4, 5, 8), m.F(3, 5)], 1, a);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 5, 8), m.F(2, 4, 5, 8), m.F(2, 1, 3, 5)], 1, a);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 5, 8), m.F(2, 4, 5, 8), Make.Of(OnnxType.Bool, [3, 5], 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1)], 1, a);
                yield return S([m.F(2, 4, 3, 8), m.F(2, 4, 5, 8), m.F(2, 4, 5, 8)], 1, [.. a, ("scale", 0.2f), ("softcap", 2f)]);
                yield return S([m.Floats(OnnxType.Float16, [2, 4, 3, 8]), m.Floats(OnnxType.Float16, [2, 4, 5, 8]), m.Floats(OnnxType.Float16, [2, 4, 5, 8])], 1, a);
                foreach (int mode in (int[])[0, 1, 2, 3])
                {
                    yield return S([m.F(1, 2, 3, 8), m.F(1, 2, 3, 8), m.F(1, 2, 3, 8), m.F(3, 3), m.F(1, 2, 2, 8), m.F(1, 2, 2, 8)], 4, [.. a, ("qk_matmul_output_mode", mode)]);
                }
            }
        }

        foreach (int interleaved in (int[])[0, 1])
        {
            yield return new OperatorCase("RotaryEmbedding", 23, [m.F(2, 2, 3, 8), m.F(9, 4), m.F(9, 4), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, 5, 6, 7)], 1, ("interleaved", interleaved));
            yield return new OperatorCase("RotaryEmbedding", 23, [m.F(2, 3, 16), m.F(9, 4), m.F(9, 4), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, 5, 6, 7)], 1, ("interleaved", interleaved), ("num_heads", 2));
            yield return new OperatorCase("RotaryEmbedding", 23, [m.F(2, 2, 3, 8), m.F(2, 3, 4), m.F(2, 3, 4)], 1, ("interleaved", interleaved));
            yield return new OperatorCase("RotaryEmbedding", 23, [m.F(2, 2, 3, 8), m.F(9, 2), m.F(9, 2), Make.Of(OnnxType.Int64, [2, 3], 0, 1, 2, 5, 6, 7)], 1, ("interleaved", interleaved), ("rotary_embedding_dim", 4));
        }
    }
}
