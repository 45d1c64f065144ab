using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Bench.Decoders;
using PomIsa.OnnxModels.Writing;
using PomIsa.Training.Model;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>Writes a decoder as ONNX Runtime runs it fastest: fused norms, one product for q, k and v, grouped attention with rotation and cache inside.</summary>
internal sealed class OnnxDecoder
{
    public const string ModelName = "model.onnx";

    private const string WeightsName = "weights.bin";
    private const float Epsilon = 1e-5f;
    private const int Opset = 21;

    private readonly DecoderSize _size;
    private readonly int _bits;
    private readonly GraphWriter _graph;

    private OnnxDecoder(DecoderSize size, int bits, GraphWriter graph) => (_size, _bits, _graph) = (size, bits, graph);

    /// <summary>Bits of a weight that MatMulNBits multiplies by; 32 where it is MatMul.</summary>
    public static int Bits(WeightKind kind) => kind.Name switch { "w8" => 8, "w4" => 4, _ => 32 };

    /// <summary>Bytes that writing takes.</summary>
    public static long BytesNeeded(DecoderSize size, WeightKind kind) => kind.Bytes(size) + (kind.Bytes(size) / 4) + (4L * size.Dim * size.Vocabulary);

    /// <summary>Writes model and weights into a folder.</summary>
    public static void Write(string folder, DecoderSize size, WeightKind kind, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        using FileStream weights = File.Create(Path.Combine(folder, WeightsName));
        var graph = new GraphWriter("PomIsa.Benchmarks", Opset, weights, WeightsName);
        new OnnxDecoder(size, Bits(kind), graph).Build(stop);
        File.WriteAllBytes(Path.Combine(folder, ModelName), graph.Model());
    }

    private void Build(CancellationToken stop)
    {
        _graph.Input("ids", OnnxType.Int64, "1", "tokens");
        _graph.Input("last", OnnxType.Int32, "1");
        _graph.Input("total", OnnxType.Int32);
        _graph.Output("logits", OnnxType.Float, "1", "1", Text(_size.Vocabulary));
        int half = _size.HeadDim / 2;
        float[] cos = new float[DecoderSource.RotaryPositions * half], sin = new float[cos.Length];
        RotaryTable.Fill(DecoderSource.RotaryPositions, half, cos, sin);
        _graph.Weight("cos", OnnxType.Float, [DecoderSource.RotaryPositions, half], MemoryMarshal.AsBytes(cos.AsSpan()));
        _graph.Weight("sin", OnnxType.Float, [DecoderSource.RotaryPositions, half], MemoryMarshal.AsBytes(sin.AsSpan()));

        string residual = Embed(), branch = "";
        for (int i = 0; i < _size.Layers; i++)
        {
            stop.ThrowIfCancellationRequested();
            (residual, branch) = Layer(i, residual, branch);
        }

        // The norm takes a row at a time, so only the last row is given to it.
        string end = _graph.Vector(-1L);
        residual = Node("Gather", "last_residual", [residual, end], ("axis", 1));
        branch = Node("Gather", "last_branch", [branch, end], ("axis", 1));
        (string normed, _) = Norm("norm", residual, branch);
        Product("embed", normed, "logits", _size.Embedding);
    }

    private string Embed()
    {
        long vocabulary = _size.Vocabulary, dim = _size.Dim;
        if (_bits == 32)
        {
            string table = _graph.Weight("table", OnnxType.Float, [vocabulary, dim], OnnxWeights.Columns(_size.Embedding));
            return Node("Gather", "x", [table, "ids"]);
        }

        (byte[] values, byte[] scales) = OnnxWeights.ByteColumns(_size.Embedding);
        string bytes = Node("Gather", "x_bytes", [_graph.Weight("table", OnnxType.Int8, [vocabulary, dim], values), "ids"]);
        string scale = Node("Gather", "x_scale", [_graph.Weight("table_scale", OnnxType.Float, [vocabulary, 1], scales), "ids"]);
        return Node("Mul", "x", [Node("Cast", "x_whole", [bytes], ("to", (int)OnnxType.Float)), scale]);
    }

    private (string Residual, string Branch) Layer(int i, string residual, string branch)
    {
        Dictionary<string, DecoderTensor> w = _size.Layer(i).ToDictionary(static t => t.Name[(t.Name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        string l = $"l{i}.";
        (string h, residual) = Norm(l + "norm1", residual, branch);
        string qkv = Product(l + "wqkv", h, l + "qkv", w["wq"], w["wk"], w["wv"]);
        string attention = Attention(i, qkv);
        branch = Product(l + "wo", attention, l + "o", w["wo"]);
        (h, residual) = Norm(l + "norm2", residual, branch);
        string gate = Product(l + "gate", h, l + "g", w["gate"]);
        string up = Product(l + "up", h, l + "u", w["up"]);
        _graph.Into([l + "silu"], "QuickGelu", GraphWriter.Microsoft, [gate], ("alpha", 1f)); // x · sigmoid(1 · x)
        string gated = Node("Mul", l + "gated", [l + "silu", up]);
        return (residual, Product(l + "down", gated, l + "d", w["down"]));
    }

    private string Attention(int i, string qkv)
    {
        string[] cache = ["1", Text(_size.KvHeads), "positions", Text(_size.HeadDim)];
        string key = $"key{i}", value = $"value{i}", output = $"l{i}.attention";
        _graph.Input("past_" + key, OnnxType.Float, cache);
        _graph.Input("past_" + value, OnnxType.Float, cache);
        _graph.Output("present_" + key, OnnxType.Float, cache);
        _graph.Output("present_" + value, OnnxType.Float, cache);
        _graph.Into(
            [output, "present_" + key, "present_" + value],
            "GroupQueryAttention",
            GraphWriter.Microsoft,
            [qkv, "", "", "past_" + key, "past_" + value, "last", "total", "cos", "sin"],
            ("num_heads", _size.Heads),
            ("kv_num_heads", _size.KvHeads),
            ("scale", 1 / MathF.Sqrt(_size.HeadDim)),
            ("do_rotary", 1),
            ("rotary_interleaved", 0));
        return output;
    }

    /// <summary>The norm of residual + branch, and that sum.</summary>
    private (string Normed, string Sum) Norm(string name, string residual, string branch)
    {
        DecoderTensor tensor = _size.Tensors.First(t => t.Name == name);
        string weight = _graph.Weight(name, OnnxType.Float, [tensor.Rows], OnnxWeights.Vector(tensor)), output = name + ".y";
        if (branch.Length == 0)
        {
            return (Node("SimplifiedLayerNormalization", output, [residual, weight], ("epsilon", Epsilon), ("axis", -1), ("stash_type", 1)), residual);
        }

        _graph.Into([output, "", "", name + ".sum"], "SkipSimplifiedLayerNormalization", GraphWriter.Microsoft, [residual, branch, weight], ("epsilon", Epsilon));
        return (output, name + ".sum");
    }

    private string Product(string name, string x, string y, params DecoderTensor[] parts)
    {
        long depth = parts[0].Rows, columns = parts.Sum(static p => p.Columns);
        if (_bits == 32)
        {
            return Node("MatMul", y, [x, _graph.Weight(name, OnnxType.Float, [depth, columns], OnnxWeights.Rows(parts))]);
        }

        (byte[] values, byte[] scales) = OnnxWeights.Blocks(_bits, parts);
        long blocks = depth / OnnxWeights.Block;
        _graph.Weight(name, OnnxType.UInt8, [columns, blocks, OnnxWeights.Block * _bits / 8], values);
        _graph.Weight(name + ".scale", OnnxType.Float, [columns, blocks], scales);
        _graph.Into(
            [y],
            "MatMulNBits",
            GraphWriter.Microsoft,
            [x, name, name + ".scale"],
            ("K", (int)depth),
            ("N", (int)columns),
            ("bits", _bits),
            ("block_size", OnnxWeights.Block),
            ("accuracy_level", 4)); // 4: activations in 8 bits, its fastest way
        return y;
    }

    private string Node(string operation, string output, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        _graph.Into([output], operation, "", inputs, attributes);
        return output;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
