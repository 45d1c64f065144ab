using System.Globalization;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>What torch.onnx.export writes for LlamaForCausalLM from a trace, and Optimum's names of inputs and outputs.</summary>
internal sealed class TorchScriptLlama
{
    private readonly GraphWriter _g;
    private readonly LlamaShape _shape;
    private readonly LlamaWeights _weights;
    private readonly bool _fused;
    private string _batch = "", _sequence = "", _past = "", _mask = "";
    private (string Cos, string Sin) _rotary;

    private TorchScriptLlama(GraphWriter g, LlamaWeights weights, bool fused) => (_g, _shape, _weights, _fused) = (g, weights.Shape, weights, fused);

    /// <summary>Attention as written out (transformers to 4.37): tables of cosines, sliced and gathered; scores divided by √d.</summary>
    public static void Eager(GraphWriter g, LlamaWeights weights) => new TorchScriptLlama(g, weights, fused: false).Build();

    /// <summary>scaled_dot_product_attention (transformers from 4.41): angles computed in place; scale on queries and keys; the mask changed by ScatterND.</summary>
    public static void Sdpa(GraphWriter g, LlamaWeights weights) => new TorchScriptLlama(g, weights, fused: true).Build();

    private void Build()
    {
        const string Total = "past_sequence_length + sequence_length";
        _g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        _g.Input("attention_mask", OnnxType.Int64, "batch_size", Total);
        _g.Input("position_ids", OnnxType.Int64, "batch_size", "sequence_length");
        string kv = Text(_shape.KvHeads), width = Text(_shape.HeadDim);
        _g.Output("logits", OnnxType.Float, "batch_size", "sequence_length", Text(_shape.Vocabulary));
        for (int i = 0; i < _shape.Layers; i++)
        {
            foreach (string part in (string[])["key", "value"])
            {
                _g.Input($"past_key_values.{i}.{part}", OnnxType.Float, "batch_size", kv, "past_sequence_length", width);
                _g.Output($"present.{i}.{part}", OnnxType.Float, "batch_size", kv, Total, width);
            }
        }

        _g.Scope = "/model";
        _batch = _g.Size("input_ids", 0);
        _sequence = _g.Size("input_ids", 1);
        _past = _g.Size("past_key_values.0.key", 2);
        _g.Scope = "/model/embed_tokens";
        string x = _g.Op("Gather", [_g.Weight("model.embed_tokens.weight", [_shape.Vocabulary, _shape.Dim], _weights.Embedding()), "input_ids"]);
        _g.Scope = "/model";
        if (_fused)
        {
            _mask = TorchScriptMasks.ByScatter(_g, _past, _sequence, _batch);
            _rotary = ComputedRotary();
        }
        else
        {
            _mask = TorchScriptMasks.ByLess(_g, _past, _sequence, _batch);
            (float[] cos, float[] sin) = _weights.Rotary();
            long[] table = [_shape.Context, _shape.HeadDim];
            _rotary = (_g.Weight("model.rotary_emb.cos_cached", table, Twice(cos)), _g.Weight("model.rotary_emb.sin_cached", table, Twice(sin)));
        }

        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"/model/layers.{i}";
            string attention = Attention(i, layer, Norm($"{layer}/input_layernorm", $"model.layers.{i}.input_layernorm.weight", $"{i}.norm1", x));
            _g.Scope = layer;
            x = _g.Op("Add", [x, attention]);
            string feed = FeedForward(i, layer, Norm($"{layer}/post_attention_layernorm", $"model.layers.{i}.post_attention_layernorm.weight", $"{i}.norm2", x));
            _g.Scope = layer;
            x = _g.Op("Add", [x, feed]);
        }

        x = Norm("/model/norm", "model.norm.weight", "norm", x);
        _g.Scope = "/lm_head";
        string head = _shape.Tied ? _g.Transpose("model.embed_tokens.weight", 1, 0) : _g.Weight("onnx::MatMul_head", [_shape.Dim, _shape.Vocabulary], _weights.Head());
        _g.Into(["logits"], "MatMul", "", [x, head]);
    }

    private string Norm(string scope, string name, string weight, string x)
    {
        _g.Scope = scope;
        string mean = _g.Mean(_g.Op("Pow", [x, _g.Scalar(2f)]));
        string root = _g.Op("Sqrt", [_g.Op("Add", [mean, _g.Scalar(LlamaShape.Epsilon)])]);
        string normed = _g.Op("Mul", [x, _g.Op("Div", [_g.Scalar(1f), root])]);
        return _g.Op("Mul", [_g.Weight(name, [_shape.Dim], _weights.Norm(weight)), normed]);
    }

    private string Attention(int i, string layer, string h)
    {
        string scope = $"{layer}/self_attn";
        string q = Project(scope, "q_proj", h, _shape.Dim, _weights.Query(i));
        string k = Project(scope, "k_proj", h, _shape.KvDim, _weights.Key(i));
        string v = Project(scope, "v_proj", h, _shape.KvDim, _weights.Value(i));
        _g.Scope = scope;
        string batch = _g.Size(h, 0), sequence = _g.Size(h, 1);
        q = Split(q, batch, sequence, _shape.Heads);
        k = Split(k, batch, sequence, _shape.KvHeads);
        v = Split(v, batch, sequence, _shape.KvHeads);
        string cos = _rotary.Cos, sin = _rotary.Sin;
        if (!_fused)
        {
            string total = _g.Op("Add", [_g.Size(k, 2), _g.Size($"past_key_values.{i}.key", 2)]);
            _g.Scope = $"{scope}/rotary_emb";
            cos = _g.Slice(cos, _g.Vector(0L), _g.Unsqueeze(total, 0), 0);
            sin = _g.Slice(sin, _g.Vector(0L), _g.Unsqueeze(total, 0), 0);
            _g.Scope = scope;
            cos = _g.Op("Gather", [cos, "position_ids"]);
            sin = _g.Op("Gather", [sin, "position_ids"]);
        }

        cos = _g.Unsqueeze(cos, 1);
        sin = _g.Unsqueeze(sin, 1);
        q = Rotate(q, cos, sin);
        k = Rotate(k, cos, sin);
        _g.Into([$"present.{i}.key"], "Concat", "", [$"past_key_values.{i}.key", k], ("axis", -2));
        _g.Into([$"present.{i}.value"], "Concat", "", [$"past_key_values.{i}.value", v], ("axis", -2));
        k = Repeat($"present.{i}.key");
        v = Repeat($"present.{i}.value");
        string y = _fused ? Fused(q, k, v) : WrittenOut(q, k, v);
        y = _g.Op("Reshape", [_g.Transpose(y, 0, 2, 1, 3), _g.Dims(batch, sequence, _fused ? -1L : _shape.Dim)]);
        return Project(scope, "o_proj", y, _shape.Dim, _weights.Out(i));
    }

    private string WrittenOut(string q, string k, string v)
    {
        string scores = _g.Op("Div", [_g.Op("MatMul", [q, _g.Transpose(k, 0, 1, 3, 2)]), _g.Scalar(MathF.Sqrt(_shape.HeadDim))]);
        string shares = _g.Op("Softmax", [_g.Op("Add", [scores, _mask])], ("axis", -1));
        return _g.Op("MatMul", [_g.Cast(shares, OnnxType.Float), v]);
    }

    /// <summary>The scale is 1 / √d by the shape of the queries, and its root goes to both sides.</summary>
    private string Fused(string q, string k, string v)
    {
        string mask = _g.Slice(_mask, _g.Vector(0L), _g.Unsqueeze(_g.Size(k, 2), 0), 3);
        string width = _g.Op("Slice", [_g.Op("Shape", [q]), _g.Vector(-1L), _g.Vector(long.MaxValue)]);
        string scale = _g.Op("Div", [_g.Vector(1f), _g.Op("Sqrt", [_g.Cast(width, OnnxType.Float)])]);
        scale = _g.Cast(scale, OnnxType.Float);
        string keys = _g.Transpose(k, 0, 1, 3, 2);
        q = _g.Op("Mul", [q, _g.Op("Sqrt", [scale])]);
        keys = _g.Op("Mul", [keys, _g.Op("Sqrt", [scale])]);
        string shares = _g.Op("Softmax", [_g.Op("Add", [_g.Op("MatMul", [q, keys]), mask])], ("axis", -1));
        return _g.Op("MatMul", [shares, v]);
    }

    private string Project(string scope, string name, string x, int width, float[] values)
    {
        _g.Scope = $"{scope}/{name}";
        return _g.Linear(x, $"onnx::MatMul{_g.Scope.Replace('/', '_')}", values.Length / width, width, values);
    }

    private string Split(string x, string batch, string sequence, int heads) =>
        _g.Transpose(_g.Op("Reshape", [x, _g.Dims(batch, sequence, (long)heads, (long)_shape.HeadDim)]), 0, 2, 1, 3);

    /// <summary>x · cos + rotate_half(x) · sin.</summary>
    private string Rotate(string x, string cos, string sin)
    {
        string half = _g.Unsqueeze(_g.Cast(_g.Cast(_g.Op("Div", [_g.Size(x, 3), _g.Scalar(2L)]), OnnxType.Int64), OnnxType.Int64), 0);
        string straight = _g.Op("Mul", [x, cos]);
        string first = _g.Slice(x, _g.Vector(0L), half, 3);
        string second = _g.Slice(x, half, _g.Vector(long.MaxValue), 3);
        string turned = _g.Concat(-1, _g.Op("Neg", [second]), first);
        return _g.Op("Add", [straight, _g.Op("Mul", [turned, sin])]);
    }

    /// <summary>repeat_kv: each key and value head once for each query head of its group.</summary>
    private string Repeat(string x)
    {
        if (_shape.Groups == 1)
        {
            return x;
        }

        string batch = _g.Size(x, 0), heads = _g.Size(x, 1), rows = _g.Size(x, 2), width = _g.Size(x, 3);
        string many = _g.Expand(_g.Unsqueeze(x, 2), batch, heads, (long)_shape.Groups, rows, width);
        return _g.Op("Reshape", [many, _g.Dims(batch, _g.Op("Mul", [heads, _g.Scalar((long)_shape.Groups)]), rows, width)]);
    }

    private (string Cos, string Sin) ComputedRotary()
    {
        _g.Scope = "/model/rotary_emb";
        string frequencies = _g.Weight("model.rotary_emb.inv_freq", [1, _shape.HeadDim / 2, 1], _shape.InverseFrequencies);
        frequencies = _g.Expand(frequencies, _g.Size("position_ids", 0), -1L, 1L);
        string positions = _g.Cast(_g.Unsqueeze("position_ids", 1), OnnxType.Float);
        string angles = _g.Transpose(_g.Op("MatMul", [_g.Cast(frequencies, OnnxType.Float), positions]), 0, 2, 1);
        angles = _g.Concat(-1, angles, angles);
        string cos = _g.Op("Mul", [_g.Op("Cos", [angles]), _g.Scalar(1f)]), sin = _g.Op("Mul", [_g.Op("Sin", [angles]), _g.Scalar(1f)]);
        return (_g.Cast(cos, OnnxType.Float), _g.Cast(sin, OnnxType.Float));
    }

    private string FeedForward(int i, string layer, string h)
    {
        string scope = $"{layer}/mlp";
        string gate = Project(scope, "gate_proj", h, _shape.Hidden, _weights.Gate(i));
        _g.Scope = $"{scope}/act_fn";
        gate = _g.Op("Mul", [gate, _g.Op("Sigmoid", [gate])]);
        string up = Project(scope, "up_proj", h, _shape.Hidden, _weights.Up(i));
        _g.Scope = scope;
        return Project(scope, "down_proj", _g.Op("Mul", [gate, up]), _shape.Dim, _weights.Down(i));
    }

    /// <summary>Each row of a table beside itself: both halves of a head turn alike.</summary>
    private float[] Twice(float[] table) => RandomWeights.Beside(_shape.Context, table, table);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
