using System.Globalization;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>What torch.onnx.export(dynamo=True) writes for LlamaForCausalLM: attention decomposed, a mask of bools, guards against rows that see nothing.</summary>
internal sealed class DynamoLlama
{
    private readonly GraphWriter _g;
    private readonly LlamaShape _shape;
    private readonly LlamaWeights _weights;
    private string _batch = "", _sequence = "", _past = "", _total = "", _mask = "", _cos = "", _sin = "";

    private DynamoLlama(GraphWriter g, LlamaWeights weights) => (_g, _shape, _weights) = (g, weights.Shape, weights);

    public static void Build(GraphWriter g, LlamaWeights weights) => new DynamoLlama(g, weights).Build();

    private void Build()
    {
        _g.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        _g.Input("attention_mask", OnnxType.Int64, "batch_size", "total_sequence_length");
        _g.Input("position_ids", OnnxType.Int64, "batch_size", "sequence_length");
        string kv = Text(_shape.KvHeads), width = Text(_shape.HeadDim);
        _g.Output("logits", OnnxType.Float, "batch_size", "sequence_length", Text(_shape.Vocabulary));
        for (int i = 0; i < _shape.Layers; i++)
        {
            foreach (string part in (string[])["key", "value"])
            {
                _g.Input($"past_key_values.{i}.{part}", OnnxType.Float, "batch_size", kv, "past_sequence_length", width);
                _g.Output($"present.{i}.{part}", OnnxType.Float, "batch_size", kv, "total_sequence_length", width);
            }
        }

        _batch = _g.Op("Shape", ["input_ids"], ("end", 1), ("start", 0));
        _sequence = _g.Op("Shape", ["input_ids"], ("end", 2), ("start", 1));
        _past = _g.Op("Shape", ["past_key_values.0.key"], ("end", 3), ("start", 2));
        _total = _g.Op("Add", [_past, _sequence]);
        string x = _g.Op("Gather", [_g.Weight("model.embed_tokens.weight", [_shape.Vocabulary, _shape.Dim], _weights.Embedding()), "input_ids"], ("axis", 0));
        _mask = Mask();
        (_cos, _sin) = Rotary();
        for (int i = 0; i < _shape.Layers; i++)
        {
            x = _g.Op("Add", [x, Attention(i, Norm($"model.layers.{i}.input_layernorm.weight", $"{i}.norm1", x))]);
            x = _g.Op("Add", [x, FeedForward(i, Norm($"model.layers.{i}.post_attention_layernorm.weight", $"{i}.norm2", x))]);
        }

        x = Norm("model.norm.weight", "norm", x);
        string head = _g.Transpose(
            _shape.Tied ? "model.embed_tokens.weight" : _g.Weight("lm_head.weight", [_shape.Vocabulary, _shape.Dim], RandomWeights.Transposed(_weights.Head(), _shape.Dim, _shape.Vocabulary)), 1, 0);
        _g.Into(["logits"], "MatMul", "", [x, head]);
    }

    /// <summary>masking_utils: places compared with places, and attention_mask looked up at each (flattened, as an index is exported).</summary>
    private string Mask()
    {
        string start = _g.Squeeze(_past, 0), end = _g.Squeeze(_total, 0);
        string queries = _g.Op("Reshape", [_g.Op("Range", [start, end, _g.Scalar(1L)]), _g.Vector(1, 1, -1, 1)]);
        string keys = _g.Op("Reshape", [_g.Op("Range", [_g.Scalar(0L), end, _g.Scalar(1L)]), _g.Vector(1, 1, 1, -1)]);
        string batches = _g.Op("Reshape", [_g.Op("Range", [_g.Scalar(0L), _g.Squeeze(_batch, 0), _g.Scalar(1L)]), _g.Vector(-1, 1, 1, 1)]);
        string dims = _g.Concat(0, _batch, _g.Vector(1L), _sequence, _total);
        string keyPlaces = _g.Op("Expand", [keys, dims]);
        string causal = _g.Op("LessOrEqual", [keyPlaces, _g.Op("Expand", [queries, dims])]);

        string given = _g.Cast("attention_mask", OnnxType.Bool);
        string stride = _g.Op("Shape", [given], ("start", -1));
        string flat = _g.Op("Add", [keyPlaces, _g.Op("Mul", [_g.Op("Expand", [batches, dims]), stride])]);
        string seen = _g.Op("Gather", [_g.Op("Reshape", [given, _g.Vector(-1L)]), _g.Op("Reshape", [flat, _g.Vector(-1L)])]);
        seen = _g.Op("Reshape", [seen, _g.Op("Shape", [flat])]);
        return _g.Op("And", [causal, seen]);
    }

    private (string Cos, string Sin) Rotary()
    {
        string frequencies = _g.Weight("model.rotary_emb.inv_freq", [_shape.HeadDim / 2], _shape.InverseFrequencies);
        frequencies = _g.Op("Unsqueeze", [frequencies, _g.Vector(0, 2)]);
        frequencies = _g.Op("Expand", [frequencies, _g.Concat(0, _batch, _g.Vector(_shape.HeadDim / 2), _g.Vector(1L))]);
        string positions = _g.Cast(_g.Unsqueeze("position_ids", 1), OnnxType.Float);
        string angles = _g.Transpose(_g.Op("MatMul", [frequencies, positions]), 0, 2, 1);
        angles = _g.Concat(-1, angles, angles);
        return (_g.Unsqueeze(_g.Op("Cos", [angles]), 1), _g.Unsqueeze(_g.Op("Sin", [angles]), 1));
    }

    private string Norm(string name, string weight, string x)
    {
        string mean = _g.Mean(_g.Op("Pow", [x, _g.Scalar(2f)]));
        string root = _g.Op("Sqrt", [_g.Op("Add", [mean, _g.Scalar(LlamaShape.Epsilon)])]);
        string normed = _g.Op("Mul", [x, _g.Op("Reciprocal", [root])]);
        return _g.Op("Mul", [_g.Weight(name, [_shape.Dim], _weights.Norm(weight)), normed]);
    }

    private string Attention(int i, string h)
    {
        string prefix = $"model.layers.{i}.self_attn";
        string q = Heads(Linear(h, $"{prefix}.q_proj.weight", _shape.Dim, _weights.Query(i)));
        string k = Heads(Linear(h, $"{prefix}.k_proj.weight", _shape.KvDim, _weights.Key(i)));
        string v = Heads(Linear(h, $"{prefix}.v_proj.weight", _shape.KvDim, _weights.Value(i)));
        q = Rotate(q);
        k = Rotate(k);
        _g.Into([$"present.{i}.key"], "Concat", "", [$"past_key_values.{i}.key", k], ("axis", -2));
        _g.Into([$"present.{i}.value"], "Concat", "", [$"past_key_values.{i}.value", v], ("axis", -2));
        string y = Attend(q, Repeat($"present.{i}.key"), Repeat($"present.{i}.value"));
        y = _g.Op("Reshape", [_g.Transpose(y, 0, 2, 1, 3), _g.Concat(0, _batch, _sequence, _g.Vector(-1L))], ("allowzero", 1));
        return Linear(y, $"{prefix}.o_proj.weight", _shape.Dim, _weights.Out(i));
    }

    /// <summary>aten.scaled_dot_product_attention with a mask of bools.</summary>
    private string Attend(string q, string k, string v)
    {
        string last = _g.Op("Shape", [k], ("start", -1)), rows = _g.Op("Shape", [k], ("end", -1), ("start", -2)), first = _g.Op("Shape", [k], ("end", -2), ("start", 0));
        string flat = _g.Op("Reshape", [k, _g.Concat(0, _g.Vector(-1L), rows, last)], ("allowzero", 0));
        string keys = _g.Op("Reshape", [_g.Transpose(flat, 0, 2, 1), _g.Concat(0, first, last, rows)], ("allowzero", 0));
        string scale = _g.Op("Sqrt", [_g.Scalar(1 / MathF.Sqrt(_shape.HeadDim))]);
        string scores = _g.Op("MatMul", [_g.Op("Mul", [q, scale]), _g.Op("Mul", [keys, scale])]);
        string mask = _g.Op("Where", [_mask, _g.Scalar(0f), _g.Scalar(float.NegativeInfinity)]);
        string shares = _g.Op("Softmax", [_g.Op("Add", [scores, mask])], ("axis", -1));
        shares = _g.Op("Where", [_g.Op("IsNaN", [shares]), _g.Scalar(0f), shares]);
        return _g.Op("MatMul", [shares, v]);
    }

    private string Heads(string x) =>
        _g.Transpose(_g.Op("Reshape", [x, _g.Concat(0, _batch, _sequence, _g.Vector(-1L), _g.Vector(_shape.HeadDim))], ("allowzero", 1)), 0, 2, 1, 3);

    private string Rotate(string x)
    {
        long half = _shape.HeadDim / 2;
        string first = _g.Slice(x, _g.Vector(0L), _g.Vector(half), 3), second = _g.Slice(x, _g.Vector(half), _g.Vector(long.MaxValue), 3);
        string turned = _g.Concat(-1, _g.Op("Neg", [second]), first);
        return _g.Op("Add", [_g.Op("Mul", [x, _cos]), _g.Op("Mul", [turned, _sin])]);
    }

    private string Repeat(string x)
    {
        if (_shape.Groups == 1)
        {
            return x;
        }

        string many = _g.Op("Expand", [_g.Unsqueeze(x, 2), _g.Concat(0, _batch, _g.Vector(_shape.KvHeads), _g.Vector(_shape.Groups), _total, _g.Vector(_shape.HeadDim))]);
        return _g.Op("Reshape", [many, _g.Concat(0, _batch, _g.Vector(_shape.Heads), _total, _g.Vector(_shape.HeadDim))], ("allowzero", 1));
    }

    private string FeedForward(int i, string h)
    {
        string prefix = $"model.layers.{i}.mlp";
        string gate = Linear(h, $"{prefix}.gate_proj.weight", _shape.Hidden, _weights.Gate(i));
        gate = _g.Op("Mul", [gate, _g.Op("Sigmoid", [gate])]);
        string up = Linear(h, $"{prefix}.up_proj.weight", _shape.Hidden, _weights.Up(i));
        return Linear(_g.Op("Mul", [gate, up]), $"{prefix}.down_proj.weight", _shape.Dim, _weights.Down(i));
    }

    /// <summary>PyTorch's weights lie [out, in], and a node turns them.</summary>
    private string Linear(string x, string name, int width, float[] values)
    {
        long depth = values.Length / width;
        return _g.Op("MatMul", [x, _g.Transpose(_g.Weight(name, [width, depth], RandomWeights.Transposed(values, depth, width)), 1, 0)]);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
