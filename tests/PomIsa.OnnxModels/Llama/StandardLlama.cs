using System.Globalization;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>A decoder in the standard domain's large operators: RMSNormalization, RotaryEmbedding and Attention of opset 23.</summary>
internal sealed class StandardLlama
{
    private readonly GraphWriter _g;
    private readonly LlamaShape _shape;
    private readonly LlamaWeights _weights;
    private readonly bool _masked;
    private string _mask = "";

    private StandardLlama(GraphWriter g, LlamaWeights weights, bool masked) => (_g, _shape, _weights, _masked) = (g, weights.Shape, weights, masked);

    /// <summary>Causal by Attention's own attribute, after any past.</summary>
    public static void Causal(GraphWriter g, LlamaWeights weights) => new StandardLlama(g, weights, masked: false).Build();

    /// <summary>Causal by a mask of bools, which attention_mask takes part in; heads as an axis of their own.</summary>
    public static void Masked(GraphWriter g, LlamaWeights weights) => new StandardLlama(g, weights, masked: true).Build();

    private void Build()
    {
        _g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        if (_masked)
        {
            _g.Input("attention_mask", OnnxType.Int64, "batch_size", "total_sequence_length");
        }

        _g.Input("position_ids", OnnxType.Int64, "batch_size", "sequence_length");
        string kv = Text(_shape.KvHeads), width = Text(_shape.HeadDim);
        _g.Output("logits", OnnxType.Float, "batch_size", "sequence_length", Text(_shape.Vocabulary));
        (float[] cos, float[] sin) = _weights.Rotary();
        _g.Weight("cos_cache", [_shape.Context, _shape.HeadDim / 2], cos);
        _g.Weight("sin_cache", [_shape.Context, _shape.HeadDim / 2], sin);
        string x = _g.Op("Gather", [_g.Weight("model.embed_tokens.weight", [_shape.Vocabulary, _shape.Dim], _weights.Embedding()), "input_ids"]);
        _mask = _masked ? Mask() : "";
        for (int i = 0; i < _shape.Layers; i++)
        {
            foreach (string part in (string[])["key", "value"])
            {
                _g.Input($"past_key_values.{i}.{part}", OnnxType.Float, "batch_size", kv, "past_sequence_length", width);
                _g.Output($"present.{i}.{part}", OnnxType.Float, "batch_size", kv, "total_sequence_length", width);
            }

            _g.Scope = $"/model/layers.{i}";
            x = _g.Op("Add", [x, Attention(i, Norm($"model.layers.{i}.input_layernorm.weight", $"{i}.norm1", x))]);
            x = _g.Op("Add", [x, FeedForward(i, Norm($"model.layers.{i}.post_attention_layernorm.weight", $"{i}.norm2", x))]);
        }

        _g.Scope = "/lm_head";
        x = Norm("model.norm.weight", "norm", x);
        _g.Into(["logits"], "MatMul", "", [x, _g.Weight("lm_head.MatMul.weight", [_shape.Dim, _shape.Vocabulary], _weights.Head())]);
    }

    private string Mask()
    {
        string past = _g.Op("Shape", ["past_key_values.0.key"], ("start", 2), ("end", 3));
        string total = _g.Op("Shape", ["attention_mask"], ("start", 1));
        string queries = _g.Op("Range", [_g.Squeeze(past, 0), _g.Squeeze(total, 0), _g.Scalar(1L)]);
        string keys = _g.Op("Range", [_g.Scalar(0L), _g.Squeeze(total, 0), _g.Scalar(1L)]);
        string causal = _g.Op("LessOrEqual", [_g.Unsqueeze(keys, 0), _g.Unsqueeze(queries, 1)]);
        string given = _g.Op("Unsqueeze", [_g.Cast("attention_mask", OnnxType.Bool), _g.Vector(1, 2)]);
        return _g.Op("And", [causal, given]);
    }

    private string Norm(string name, string weight, string x) =>
        _g.Op("RMSNormalization", [x, _g.Weight(name, [_shape.Dim], _weights.Norm(weight))], ("axis", -1), ("epsilon", LlamaShape.Epsilon), ("stash_type", 1));

    private string Attention(int i, string h)
    {
        string prefix = $"model.layers.{i}.self_attn";
        string q = _g.Linear(h, $"{prefix}.q_proj.weight", _shape.Dim, _shape.Dim, _weights.Query(i));
        string k = _g.Linear(h, $"{prefix}.k_proj.weight", _shape.Dim, _shape.KvDim, _weights.Key(i));
        string v = _g.Linear(h, $"{prefix}.v_proj.weight", _shape.Dim, _shape.KvDim, _weights.Value(i));
        string pastKey = $"past_key_values.{i}.key", pastValue = $"past_key_values.{i}.value", key = $"present.{i}.key", value = $"present.{i}.value";
        string y = _g.Scope + "/attention";
        float scale = 1 / MathF.Sqrt(_shape.HeadDim);
        if (_masked)
        {
            q = _g.Op("RotaryEmbedding", [Heads(q, _shape.Heads), "cos_cache", "sin_cache", "position_ids"]);
            k = _g.Op("RotaryEmbedding", [Heads(k, _shape.KvHeads), "cos_cache", "sin_cache", "position_ids"]);
            _g.Into([y, key, value], "Attention", "", [q, k, Heads(v, _shape.KvHeads), _mask, pastKey, pastValue], ("scale", scale));
            y = _g.Op("Reshape", [_g.Transpose(y, 0, 2, 1, 3), _g.Vector(0, 0, _shape.Dim)]);
        }
        else
        {
            q = _g.Op("RotaryEmbedding", [q, "cos_cache", "sin_cache", "position_ids"], ("num_heads", _shape.Heads));
            k = _g.Op("RotaryEmbedding", [k, "cos_cache", "sin_cache", "position_ids"], ("num_heads", _shape.KvHeads));
            _g.Into(
                [y, key, value], "Attention", "", [q, k, v, "", pastKey, pastValue],
                ("is_causal", 1), ("kv_num_heads", _shape.KvHeads), ("q_num_heads", _shape.Heads), ("scale", scale));
        }

        return _g.Linear(y, $"{prefix}.o_proj.weight", _shape.Dim, _shape.Dim, _weights.Out(i));
    }

    private string Heads(string x, int heads) => _g.Transpose(_g.Op("Reshape", [x, _g.Vector(0, 0, heads, _shape.HeadDim)]), 0, 2, 1, 3);

    private string FeedForward(int i, string h)
    {
        string prefix = $"model.layers.{i}.mlp";
        string gate = _g.Linear(h, $"{prefix}.gate_proj.weight", _shape.Dim, _shape.Hidden, _weights.Gate(i));
        gate = _g.Opset >= 24 ? _g.Op("Swish", [gate]) : _g.Op("Mul", [gate, _g.Op("Sigmoid", [gate])]);
        string up = _g.Linear(h, $"{prefix}.up_proj.weight", _shape.Dim, _shape.Hidden, _weights.Up(i));
        return _g.Linear(_g.Op("Mul", [gate, up]), $"{prefix}.down_proj.weight", _shape.Hidden, _shape.Dim, _weights.Down(i));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
