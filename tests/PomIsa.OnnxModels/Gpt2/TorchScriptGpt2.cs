using System.Globalization;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Gpt2;

/// <summary>What torch.onnx.export writes for GPT2LMHeadModel from a trace.</summary>
/// <remarks>
/// Separate: Optimum's inputs past_key_values.i.key and .value, attention_mask and position_ids; a mask of bools from a buffer, the least number where it hides.
/// Stacked: the older export with past_i [2, batch, heads, past, width], positions counted from it and −10000 where the buffer hides.
/// </remarks>
internal sealed class TorchScriptGpt2
{
    private readonly GraphWriter _g;
    private readonly Gpt2Shape _shape;
    private readonly bool _stacked;
    private string _mask = "";

    private TorchScriptGpt2(GraphWriter g, Gpt2Shape shape, bool stacked) => (_g, _shape, _stacked) = (g, shape, stacked);

    public static void Separate(GraphWriter g, Gpt2Shape shape) => new TorchScriptGpt2(g, shape, stacked: false).Build();

    public static void Stacked(GraphWriter g, Gpt2Shape shape) => new TorchScriptGpt2(g, shape, stacked: true).Build();

    private void Build()
    {
        Ports();
        _g.Scope = "/transformer";
        string ids = _g.Op("Reshape", ["input_ids", _g.Dims(-1L, _g.Size("input_ids", 1))]);
        string positions = _stacked ? Counted() : _g.Op("Reshape", ["position_ids", _g.Dims(-1L, _g.Size("input_ids", 1))]);
        string tokens = _g.Op("Gather", [_g.Weight("transformer.wte.weight", [_shape.Vocabulary, _shape.Dim], Embedding()), ids]);
        string places = _g.Op("Gather", [_g.Weight("transformer.wpe.weight", [_shape.Context, _shape.Dim], Values("wpe", (long)_shape.Context * _shape.Dim, 0, 0.1f)), positions]);
        string x = _g.Op("Add", [tokens, places]);
        if (!_stacked)
        {
            string given = _g.Cast(_g.Unsqueeze(_g.Unsqueeze(_g.Op("Reshape", ["attention_mask", _g.Dims(_g.Size("input_ids", 0), -1L)]), 1), 2), OnnxType.Float);
            _mask = _g.Op("Mul", [_g.Op("Sub", [_g.Scalar(1f), given]), _g.Scalar(float.MinValue)]);
        }

        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"/transformer/h.{i}";
            string attention = Attention(i, layer, Norm($"{layer}/ln_1", $"transformer.h.{i}.ln_1", x));
            _g.Scope = layer;
            x = _g.Op("Add", [attention, x]);
            string feed = FeedForward(i, layer, Norm($"{layer}/ln_2", $"transformer.h.{i}.ln_2", x));
            _g.Scope = layer;
            x = _g.Op("Add", [x, feed]);
        }

        x = Norm("/transformer/ln_f", "transformer.ln_f", x);
        _g.Scope = "/lm_head";
        _g.Into(["logits"], "MatMul", "", [x, _g.Weight("onnx::MatMul_head", [_shape.Dim, _shape.Vocabulary], RandomWeights.Transposed(Embedding(), _shape.Vocabulary, _shape.Dim))]);
    }

    private void Ports()
    {
        const string Total = "past_sequence_length + sequence_length";
        string heads = Text(_shape.Heads), width = Text(_shape.HeadDim);
        _g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        if (!_stacked)
        {
            _g.Input("attention_mask", OnnxType.Int64, "batch_size", Total);
            _g.Input("position_ids", OnnxType.Int64, "batch_size", "sequence_length");
        }

        _g.Output("logits", OnnxType.Float, "batch_size", "sequence_length", Text(_shape.Vocabulary));
        for (int i = 0; i < _shape.Layers; i++)
        {
            if (_stacked)
            {
                _g.Input($"past_{i}", OnnxType.Float, "2", "batch_size", heads, "past_sequence_length", width);
                _g.Output($"present_{i}", OnnxType.Float, "2", "batch_size", heads, "total_sequence_length", width);
                continue;
            }

            foreach (string part in (string[])["key", "value"])
            {
                _g.Input($"past_key_values.{i}.{part}", OnnxType.Float, "batch_size", heads, "past_sequence_length", width);
                _g.Output($"present.{i}.{part}", OnnxType.Float, "batch_size", heads, Total, width);
            }
        }
    }

    /// <summary>Positions from the rows of the past on.</summary>
    private string Counted()
    {
        string key = _g.Op("Gather", ["past_0", _g.Scalar(0L)], ("axis", 0));
        string rows = _g.Op("Slice", [_g.Op("Shape", [key]), _g.Vector(-2L), _g.Vector(-1L), _g.Vector(0L)]);
        string past = _g.Squeeze(rows, 0), sequence = _g.Size("input_ids", 1);
        string range = _g.Op("Range", [past, _g.Op("Add", [sequence, past]), _g.Scalar(1L)]);
        return _g.Op("Reshape", [_g.Unsqueeze(range, 0), _g.Dims(-1L, sequence)]);
    }

    private string Norm(string scope, string name, string x)
    {
        _g.Scope = scope;
        string weight = _g.Weight($"{name}.weight", [_shape.Dim], Values($"{name}.weight", _shape.Dim, 1, 0.25f));
        string bias = _g.Weight($"{name}.bias", [_shape.Dim], Values($"{name}.bias", _shape.Dim, 0, 0.1f));
        if (_g.Opset >= 17)
        {
            return _g.Op("LayerNormalization", [x, weight, bias], ("axis", -1), ("epsilon", Gpt2Shape.Epsilon));
        }

        string centred = _g.Op("Sub", [x, _g.Mean(x)]);
        string variance = _g.Mean(_g.Op("Pow", [centred, _g.Scalar(2f)]));
        string normed = _g.Op("Div", [centred, _g.Op("Sqrt", [_g.Op("Add", [variance, _g.Scalar(Gpt2Shape.Epsilon)])])]);
        return _g.Op("Add", [_g.Op("Mul", [normed, weight]), bias]);
    }

    private string Attention(int i, string layer, string h)
    {
        string scope = $"{layer}/attn";
        string all = Conv1D($"{scope}/c_attn", $"transformer.h.{i}.attn.c_attn", h, _shape.Dim, 3 * _shape.Dim);
        _g.Scope = scope;
        string[] parts = _g.Opset >= 13
            ? _g.Node("Split", "", [all, _g.Vector(_shape.Dim, _shape.Dim, _shape.Dim)], 3, ("axis", 2))
            : _g.Node("Split", "", [all], 3, ("axis", 2), ("split", new long[] { _shape.Dim, _shape.Dim, _shape.Dim }));
        string q = Heads(parts[0]), k = Heads(parts[1]), v = Heads(parts[2]);
        if (_stacked)
        {
            string past = $"past_{i}";
            k = _g.Concat(-2, _g.Op("Gather", [past, _g.Scalar(0L)], ("axis", 0)), k);
            v = _g.Concat(-2, _g.Op("Gather", [past, _g.Scalar(1L)], ("axis", 0)), v);
            _g.Into([$"present_{i}"], "Concat", "", [_g.Unsqueeze(k, 0), _g.Unsqueeze(v, 0)], ("axis", 0));
        }
        else
        {
            _g.Into([$"present.{i}.key"], "Concat", "", [$"past_key_values.{i}.key", k], ("axis", -2));
            _g.Into([$"present.{i}.value"], "Concat", "", [$"past_key_values.{i}.value", v], ("axis", -2));
            (k, v) = ($"present.{i}.key", $"present.{i}.value");
        }

        string scores = _g.Op("Div", [_g.Op("MatMul", [q, _g.Transpose(k, 0, 1, 3, 2)]), Root(v)]);
        scores = Hide(i, scores);
        string shares = _g.Op("Softmax", [_mask.Length > 0 ? _g.Op("Add", [scores, _mask]) : scores], ("axis", _stacked ? 3 : -1));
        string y = _g.Transpose(_g.Op("MatMul", [shares, v]), 0, 2, 1, 3);
        string width = _g.Op("Mul", [_g.Size(y, 2), _g.Size(y, 3)]);
        y = _g.Op("Reshape", [y, _g.Dims(_g.Size(y, 0), _g.Size(y, 1), width)]);
        return Conv1D($"{scope}/c_proj", $"transformer.h.{i}.attn.c_proj", y, _shape.Dim, _shape.Dim);
    }

    /// <summary>√d: a constant in the older export, else counted from the shape of the values.</summary>
    private string Root(string v) =>
        _stacked ? _g.Scalar(MathF.Sqrt(_shape.HeadDim)) : _g.Op("Pow", [_g.Cast(_g.Size(v, 3), OnnxType.Float), _g.Scalar(0.5f)]);

    /// <summary>The rows of a triangular buffer that belong to these queries say which scores stay.</summary>
    private string Hide(int i, string scores)
    {
        string queries = _g.Size(scores, 2), keys = _g.Size(scores, 3);
        string start = _g.Unsqueeze(_g.Op("Sub", [keys, queries]), 0), end = _g.Unsqueeze(keys, 0);
        string buffer = $"transformer.h.{i}.attn.bias";
        long[] shape = [1, 1, _shape.Context, _shape.Context];
        var triangle = new byte[_shape.Context * _shape.Context];
        for (int at = 0; at < triangle.Length; at++)
        {
            triangle[at] = at % _shape.Context <= at / _shape.Context ? (byte)1 : (byte)0;
        }

        _g.Weight(buffer, _stacked ? OnnxType.UInt8 : OnnxType.Bool, shape, triangle);
        string part = _g.Slice(_g.Slice(buffer, start, end, 2), _g.Vector(0L), end, 3);
        return _g.Op("Where", [_g.Cast(part, OnnxType.Bool), scores, _g.Scalar(_stacked ? -10000f : float.MinValue)]);
    }

    private string FeedForward(int i, string layer, string h)
    {
        string x = Conv1D($"{layer}/mlp/c_fc", $"transformer.h.{i}.mlp.c_fc", h, _shape.Dim, 4 * _shape.Dim);
        _g.Scope = $"{layer}/mlp/act";
        string half = _g.Op("Mul", [x, _g.Scalar(0.5f)]);
        string cubic = _g.Op("Add", [x, _g.Op("Mul", [_g.Op("Pow", [x, _g.Scalar(3f)]), _g.Scalar(0.044715f)])]);
        string tanh = _g.Op("Tanh", [_g.Op("Mul", [cubic, _g.Scalar(0.7978845608f)])]);
        x = _g.Op("Mul", [half, _g.Op("Add", [tanh, _g.Scalar(1f)])]);
        return Conv1D($"{layer}/mlp/c_proj", $"transformer.h.{i}.mlp.c_proj", x, 4 * _shape.Dim, _shape.Dim);
    }

    /// <summary>addmm over rows laid flat: Gemm between two Reshapes.</summary>
    private string Conv1D(string scope, string name, string x, int depth, int width)
    {
        _g.Scope = scope;
        string batch = _g.Size(x, 0), sequence = _g.Size(x, 1);
        string flat = _g.Op("Reshape", [x, _g.Dims(-1L, _g.Size(x, 2))]);
        string weight = _g.Weight($"{name}.weight", [depth, width], RandomWeights.Matrix(_shape.Seed, $"{name}.weight", depth, width));
        string bias = _g.Weight($"{name}.bias", [width], Values($"{name}.bias", width, 0, 0.1f));
        string y = _g.Op("Gemm", [flat, weight, bias], ("alpha", 1f), ("beta", 1f));
        return _g.Op("Reshape", [y, _g.Dims(batch, sequence, (long)width)]);
    }

    private string Heads(string x)
    {
        string width = _g.Cast(_g.Op("Div", [_g.Size(x, 2), _g.Scalar(_shape.Heads)]), OnnxType.Int64);
        return _g.Transpose(_g.Op("Reshape", [x, _g.Dims(_g.Size(x, 0), _g.Size(x, 1), (long)_shape.Heads, width)]), 0, 2, 1, 3);
    }

    private float[] Embedding() => Values("wte", (long)_shape.Vocabulary * _shape.Dim, 0, 0.1f);

    private float[] Values(string name, long count, float centre, float radius) => RandomWeights.Values(_shape.Seed, name, count, centre, radius);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
