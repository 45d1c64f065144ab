using System.Globalization;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>What the model builder of ONNX Runtime GenAI writes: fused operators of com.microsoft, named by modules.</summary>
internal sealed class BuilderLlama
{
    private readonly GraphWriter _g;
    private readonly LlamaShape _shape;
    private readonly BuilderOptions _options;
    private readonly LlamaWeights _weights;
    private string _residual = "", _branch = "", _lengths = "", _total = "", _mask = "";

    private BuilderLlama(GraphWriter g, LlamaWeights weights, BuilderOptions options) => (_g, _shape, _options, _weights) = (g, weights.Shape, options, weights);

    public static void Build(GraphWriter g, LlamaWeights weights, BuilderOptions options) => new BuilderLlama(g, weights, options).Build();

    private void Build()
    {
        _g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        _g.Input("attention_mask", OnnxType.Int64, "batch_size", "total_sequence_length");
        if (!_options.Grouped)
        {
            _g.Input("position_ids", OnnxType.Int64, "batch_size", "sequence_length");
        }

        string kv = Text(_shape.KvHeads), width = Text(_shape.HeadDim);
        _g.Output("logits", OnnxType.Float, "batch_size", _options.LastOnly ? "1" : "sequence_length", Text(_shape.Vocabulary));
        for (int i = 0; i < _shape.Layers; i++)
        {
            foreach (string part in (string[])["key", "value"])
            {
                _g.Input($"past_key_values.{i}.{part}", OnnxType.Float, "batch_size", kv, "past_sequence_length", width);
                _g.Output($"present.{i}.{part}", OnnxType.Float, "batch_size", kv, "total_sequence_length", width);
            }
        }

        Masks();
        (float[] cos, float[] sin) = _weights.Rotary();
        _g.Weight("cos_cache", [_shape.Context, _shape.HeadDim / 2], cos);
        _g.Weight("sin_cache", [_shape.Context, _shape.HeadDim / 2], sin);
        _g.Scope = "/model/embed_tokens";
        _residual = _branch = _g.Op("Gather", [_g.Weight("model.embed_tokens.weight", [_shape.Vocabulary, _shape.Dim], _weights.Embedding()), "input_ids"]);
        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"/model/layers.{i}";
            string h = Norm($"{layer}/input_layernorm", $"model.layers.{i}.input_layernorm.weight", $"{i}.norm1", skip: i > 0);
            _branch = Attention(i, layer, h);
            h = Norm($"{layer}/post_attention_layernorm", $"model.layers.{i}.post_attention_layernorm.weight", $"{i}.norm2", skip: true);
            _branch = FeedForward(i, layer, h);
        }

        string end = $"/model/layers.{_shape.Layers}/final_norm_layernorm", name = $"model.layers.{_shape.Layers}.final_norm_layernorm.weight";
        if (_options.LastOnly)
        {
            // A norm and a sum see a row at a time, so only the last row goes on.
            _g.Scope = "/lm_head";
            _residual = _g.Op("Gather", [_residual, _g.Vector(-1L)], ("axis", 1));
            _branch = _g.Op("Gather", [_branch, _g.Vector(-1L)], ("axis", 1));
        }

        string last = Norm(end, name, "norm", skip: true, sum: false);
        _g.Scope = "/lm_head";
        Product("lm_head", last, _shape.Vocabulary, _weights.Head(), "logits");
    }

    private void Masks()
    {
        if (!_options.Grouped)
        {
            _mask = BuilderMasks.ForMultiHead(_g, _shape.Heads);
            return;
        }

        _g.Scope = "/model/attn_mask_reformat/attn_mask_subgraph";
        string sum = _g.Op("ReduceSum", ["attention_mask", _g.Vector(1L)]);
        _lengths = _g.Cast(_g.Op("Sub", [sum, _g.Vector(1L)]), OnnxType.Int32);
        string total = _g.Op("Gather", [_g.Op("Shape", ["attention_mask"]), _g.Scalar(1L)], ("axis", 0));
        _g.Scope += "/Gather";
        _total = _g.Cast(total, OnnxType.Int32);
    }

    private string Norm(string scope, string name, string weight, bool skip, bool sum = true)
    {
        _g.Scope = scope;
        _g.Weight(name, [_shape.Dim], _weights.Norm(weight));
        string output = $"{scope}/output_0";
        if (!skip)
        {
            _g.Into([output], "SimplifiedLayerNormalization", "", [_residual, name], ("axis", -1), ("epsilon", LlamaShape.Epsilon), ("stash_type", 1));
            return output;
        }

        string both = $"{scope}/output_3";
        _g.Into(sum ? [output, "", "", both] : [output], "SkipSimplifiedLayerNormalization", GraphWriter.Microsoft, [_residual, _branch, name], ("epsilon", LlamaShape.Epsilon));
        _residual = both;
        return output;
    }

    private string Attention(int i, string layer, string h)
    {
        string q, k = "", v = "";
        if (_options.Packed && _options.Grouped)
        {
            _g.Scope = $"{layer}/attn/qkv_proj";
            float[] all = RandomWeights.Beside(_shape.Dim, _weights.Query(i), _weights.Key(i), _weights.Value(i));
            q = Product($"model.layers.{i}.attn.qkv_proj", h, _shape.Dim + (2 * _shape.KvDim), all);
        }
        else
        {
            _g.Scope = $"{layer}/attn/q_proj";
            q = Product($"model.layers.{i}.attn.q_proj", h, _shape.Dim, _weights.Query(i));
            _g.Scope = $"{layer}/attn/k_proj";
            k = Product($"model.layers.{i}.attn.k_proj", h, _shape.KvDim, _weights.Key(i));
            _g.Scope = $"{layer}/attn/v_proj";
            v = Product($"model.layers.{i}.attn.v_proj", h, _shape.KvDim, _weights.Value(i));
        }

        string y = _options.Grouped ? Grouped(i, layer, q, k, v) : MultiHead(i, layer, q, k, v);
        _g.Scope = $"{layer}/attn/o_proj";
        return Product($"model.layers.{i}.attn.o_proj", y, _shape.Dim, _weights.Out(i));
    }

    private string Grouped(int i, string layer, string q, string k, string v)
    {
        _g.Scope = $"{layer}/attn";
        string y = $"{layer}/attn/GroupQueryAttention/output_0";
        _g.Into(
            [y, $"present.{i}.key", $"present.{i}.value"],
            "GroupQueryAttention",
            GraphWriter.Microsoft,
            [q, k, v, $"past_key_values.{i}.key", $"past_key_values.{i}.value", _lengths, _total, "cos_cache", "sin_cache"],
            ("num_heads", _shape.Heads),
            ("kv_num_heads", _shape.KvHeads),
            ("scale", 1 / MathF.Sqrt(_shape.HeadDim)),
            ("do_rotary", 1),
            ("rotary_interleaved", 0));
        return y;
    }

    private string MultiHead(int i, string layer, string q, string k, string v)
    {
        q = Rotate($"{layer}/attn/q_rotary", q);
        k = Rotate($"{layer}/attn/k_rotary", k);
        string y = $"{layer}/attn/MultiHeadAttention/output_0", pastKey = $"past_key_values.{i}.key", pastValue = $"past_key_values.{i}.value";
        string key = $"present.{i}.key", value = $"present.{i}.value";
        string[] inputs, outputs;
        if (_shape.Groups == 1)
        {
            (inputs, outputs) = ([q, k, v, "", "", _mask, pastKey, pastValue], [y, key, value]);
        }
        else
        {
            k = Repeat($"{layer}/attn/k_proj/repeat_kv", k, pastKey, key);
            v = Repeat($"{layer}/attn/v_proj/repeat_kv", v, pastValue, value);
            (inputs, outputs) = ([q, k, v, "", "", _mask, "", ""], [y, "", ""]);
        }

        _g.Scope = $"{layer}/attn";
        _g.Into(outputs, "MultiHeadAttention", GraphWriter.Microsoft, inputs, ("num_heads", _shape.Heads), ("scale", 1 / MathF.Sqrt(_shape.HeadDim)));
        return y;
    }

    private string Rotate(string scope, string x)
    {
        _g.Scope = scope;
        return _g.Node("RotaryEmbedding", GraphWriter.Microsoft, [x, "position_ids", "cos_cache", "sin_cache"], 1, ("interleaved", 0))[0];
    }

    /// <summary>Keys or values after those of the past, each head once for each query head of its group, heads back beside each other.</summary>
    private string Repeat(string scope, string x, string past, string present)
    {
        _g.Scope = scope;
        string heads = _g.Transpose(_g.Op("Reshape", [x, _g.Vector(0, 0, _shape.KvHeads, -1)]), 0, 2, 1, 3);
        _g.Into([present], "Concat", "", [past, heads], ("axis", 2));
        string shape = _g.Op("Shape", [present]);
        string[] sizes = [.. Enumerable.Range(0, 4).Select(a => _g.Unsqueeze(_g.Op("Gather", [shape, _g.Scalar(a)], ("axis", 0)), 0))];
        string five = _g.Op("Reshape", [_g.Concat(0, sizes[0], sizes[1], _g.Vector(_shape.Groups), sizes[2], sizes[3]), _g.Vector(-1L)]);
        string four = _g.Concat(0, sizes[0], _g.Op("Mul", [sizes[1], _g.Scalar(_shape.Groups)]), sizes[2], sizes[3]);
        string ones = _g.Op("ConstantOfShape", [_g.Op("Shape", [five])], ("value", GraphWriter.One(1L)));
        string dims = _g.Op("Where", [_g.Op("Equal", [five, _g.Op("Mul", [ones, _g.Scalar(-1L)])]), ones, five]);
        string many = _g.Op("Reshape", [_g.Op("Expand", [_g.Unsqueeze(present, 2), dims]), four]);
        return _g.Op("Reshape", [_g.Transpose(many, 0, 2, 1, 3), _g.Vector(0, 0, _shape.Dim)]);
    }

    private string FeedForward(int i, string layer, string h)
    {
        string name = $"model.layers.{i}.mlp";
        _g.Scope = $"{layer}/mlp/gate_proj";
        string gate = Product($"{name}.gate_proj", h, _shape.Hidden, _weights.Gate(i));
        _g.Scope = $"{layer}/mlp/up_proj";
        string up = Product($"{name}.up_proj", h, _shape.Hidden, _weights.Up(i));
        _g.Scope = $"{layer}/mlp/act_fn";
        gate = _g.Op("Mul", [gate, _g.Op("Sigmoid", [gate])]);
        _g.Scope = $"{layer}/mlp";
        string both = _g.Op("Mul", [gate, up]);
        _g.Scope = $"{layer}/mlp/down_proj";
        return Product($"{name}.down_proj", both, _shape.Dim, _weights.Down(i));
    }

    private string Product(string name, string x, int width, float[] values, string? output = null)
    {
        int depth = values.Length / width;
        output ??= $"{_g.Scope}/MatMul/output_0";
        if (_options.Bits == 32)
        {
            _g.Into([output], "MatMul", "", [x, _g.Weight($"{name}.MatMul.weight", [depth, width], values)]);
            return output;
        }

        (byte[] codes, float[] scales) = BlockQuantized.Of(values, depth, width, _options.Bits);
        int blocks = depth / BlockQuantized.Block;
        string weight = _g.Weight($"{name}.MatMul.weight_Q{_options.Bits}", OnnxType.UInt8, [width, blocks, BlockQuantized.Block * _options.Bits / 8], codes);
        string scale = _g.Weight($"{name}.MatMul.weight_scales", [width * blocks], scales);
        _g.Into(
            [output], "MatMulNBits", GraphWriter.Microsoft, [x, weight, scale],
            ("accuracy_level", 0), ("bits", _options.Bits), ("block_size", BlockQuantized.Block), ("K", depth), ("N", width));
        return output;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
