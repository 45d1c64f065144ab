using PomIsa.OnnxModels;
using PomIsa.OnnxModels.Writing;

namespace PomIsa.Onnx.Tests;

/// <summary>How a small decoder is written out.</summary>
public sealed record Variation
{
    /// <summary>How positions turn queries and keys: none, halves, interleaved, partial, split (each half by itself).</summary>
    public string Turn { get; init; } = "halves";

    /// <summary>How caches come in: heads [1, H, S, h], rows [1, S, H, h], columns (keys [1, H, h, S]), none.</summary>
    public string Cache { get; init; } = "heads";

    /// <summary>How query heads meet shared heads: expand, gather (before the cache), five (an axis of its own), equal (as many heads).</summary>
    public string Groups { get; init; } = "expand";

    /// <summary>What hides later positions: added, where, window.</summary>
    public string Mask { get; init; } = "added";

    /// <summary>Where the scale is: scores, queries, both, quotient.</summary>
    public string Scale { get; init; } = "scores";

    /// <summary>Whether products of heads are of three axes.</summary>
    public bool Flat { get; init; }

    /// <summary>Whether each head is normed before it is turned.</summary>
    public bool HeadNorm { get; init; }

    /// <summary>Whether scores are drawn towards a cap.</summary>
    public bool Cap { get; init; }

    /// <summary>Whether queries, keys and values come from one product.</summary>
    public bool Packed { get; init; }

    public override string ToString() => string.Join(' ', new[] { Turn, Cache, Groups, Mask, Scale, Flat ? "flat" : "", HeadNorm ? "normed" : "", Cap ? "capped" : "", Packed ? "packed" : "" }.Where(static w => w.Length > 0));
}

/// <summary>Writes a decoder of two layers in one of many ways.</summary>
internal sealed class VariedDecoder
{
    public const int Words = 48, Window = 4;

    private const int Dim = 32, Heads = 4, Width = 8, Hidden = 48;

    private readonly GraphWriter _g = new("", 17);
    private readonly Variation _how;
    private readonly int _shared;
    private string _rows = "", _past = "", _total = "", _mask = "", _cos = "", _sin = "";

    private VariedDecoder(Variation how) => (_how, _shared) = (how, how.Groups == "equal" ? Heads : 2);

    public static byte[] Write(Variation how)
    {
        var writer = new VariedDecoder(how);
        writer.Build();
        return writer._g.Model();
    }

    private void Build()
    {
        _g.Input("input_ids", OnnxType.Int64, "batch", "rows");
        _g.Output("logits", OnnxType.Float, "batch", "rows", $"{Words}");
        _rows = _g.Op("Gather", [_g.Op("Shape", ["input_ids"]), _g.Vector(1L)]);
        _past = _how.Cache == "none" ? _g.Vector(0L) : "";
        string shared = $"{(_how.Groups == "gather" ? Heads : _shared)}", width = $"{Width}";
        for (int i = 0; i < 2; i++)
        {
            switch (_how.Cache)
            {
                case "heads":
                    Ports(i, [shared, "past", width], [shared, "past", width]);
                    break;
                case "rows":
                    Ports(i, ["past", shared, width], ["past", shared, width]);
                    break;
                case "columns":
                    Ports(i, [shared, width, "past"], [shared, "past", width]);
                    break;
            }
        }

        _past = _past.Length > 0 ? _past : _g.Op("Gather", [_g.Op("Shape", ["past_key_values.0.value"]), _g.Vector(_how.Cache == "rows" ? 1L : 2L)]);
        _total = _g.Op("Add", [_past, _rows]);
        Masks();
        Angles();
        string x = _g.Op("Gather", [_g.Weight("embed", [Words, Dim], Values("embed", Words * Dim)), "input_ids"]);
        for (int i = 0; i < 2; i++)
        {
            x = _g.Op("Add", [x, Attention(i, Norm($"l{i}.norm1", x, Dim))]);
            string h = Norm($"l{i}.norm2", x, Dim);
            string gate = Product($"l{i}.gate", h, Dim, Hidden), up = Product($"l{i}.up", h, Dim, Hidden);
            x = _g.Op("Add", [x, Product($"l{i}.down", _g.Op("Mul", [_g.Op("Mul", [gate, _g.Op("Sigmoid", [gate])]), up]), Hidden, Dim)]);
        }

        _g.Into(["logits"], "MatMul", "", [Norm("norm", x, Dim), _g.Weight("head", [Dim, Words], Values("head", Dim * Words))]);
    }

    private void Ports(int layer, string[] key, string[] value)
    {
        _g.Input($"past_key_values.{layer}.key", OnnxType.Float, ["batch", .. key]);
        _g.Input($"past_key_values.{layer}.value", OnnxType.Float, ["batch", .. value]);
        _g.Output($"present.{layer}.key", OnnxType.Float, ["batch", .. key]);
        _g.Output($"present.{layer}.value", OnnxType.Float, ["batch", .. value]);
    }

    /// <summary>True, or 0, where a row sees: [T, S + T].</summary>
    private void Masks()
    {
        string queries = _g.Op("Unsqueeze", [_g.Op("Range", [Scalar(_past), Scalar(_total), _g.Scalar(1L)]), _g.Vector(1L)]);
        string keys = _g.Op("Unsqueeze", [_g.Op("Range", [_g.Scalar(0L), Scalar(_total), _g.Scalar(1L)]), _g.Vector(0L)]);
        string seen = _g.Op("LessOrEqual", [keys, queries]);
        if (_how.Mask == "window")
        {
            seen = _g.Op("And", [seen, _g.Op("Greater", [keys, _g.Op("Sub", [queries, _g.Scalar((long)Window)])])]);
        }

        _mask = _how.Mask == "where" ? seen : _g.Op("Where", [seen, _g.Scalar(0f), _g.Scalar(float.MinValue)]);
    }

    private string Scalar(string vector) => _g.Op("Squeeze", [vector]);

    /// <summary>Tables [1, 1, T, columns], computed from positions.</summary>
    private void Angles()
    {
        int turning = _how.Turn == "partial" ? Width / 2 : Width, half = turning / 2;
        string places = _g.Op("Unsqueeze", [_g.Cast(_g.Op("Range", [Scalar(_past), Scalar(_total), _g.Scalar(1L)]), OnnxType.Float), _g.Vector(1L)]);
        string angles = _g.Op("Mul", [places, _g.Vector([.. Enumerable.Range(0, half).Select(i => MathF.Pow(100, -(float)i / half))])]);
        angles = _how.Turn switch
        {
            "split" => angles,
            "interleaved" => _g.Op("Reshape", [_g.Op("Expand", [_g.Op("Unsqueeze", [angles, _g.Vector(2L)]), _g.Vector(1, 1, 2)]), _g.Vector(0, turning)]),
            _ => _g.Concat(-1, angles, angles),
        };
        angles = _g.Op("Unsqueeze", [angles, _g.Vector(0, 1)]);
        (_cos, _sin) = (_g.Op("Cos", [angles]), _g.Op("Sin", [angles]));
    }

    private string Attention(int i, string h)
    {
        string q, k, v;
        if (_how.Packed)
        {
            string all = Product($"l{i}.qkv", h, Dim, (Heads + (2 * _shared)) * Width);
            string[] parts = _g.Node("Split", "", [all, _g.Vector(Heads * Width, _shared * Width, _shared * Width)], 3, ("axis", 2));
            (q, k, v) = (parts[0], parts[1], parts[2]);
        }
        else
        {
            (q, k, v) = (Product($"l{i}.q", h, Dim, Heads * Width), Product($"l{i}.k", h, Dim, _shared * Width), Product($"l{i}.v", h, Dim, _shared * Width));
        }

        (q, k, v) = (Split(q, Heads), Split(k, _shared), Split(v, _shared));
        if (_how.HeadNorm)
        {
            (q, k) = (Norm($"l{i}.qnorm", q, Width), Norm($"l{i}.knorm", k, Width));
        }

        // [1, heads, T, width] from here on.
        (q, k, v) = (Turned(_g.Transpose(q, 0, 2, 1, 3)), Turned(_g.Transpose(k, 0, 2, 1, 3)), _g.Transpose(v, 0, 2, 1, 3));
        if (_how.Groups == "gather")
        {
            string each = _g.Vector([.. Enumerable.Range(0, Heads).Select(n => (long)n / (Heads / _shared))]);
            (k, v) = (_g.Op("Gather", [k, each], ("axis", 1)), _g.Op("Gather", [v, each], ("axis", 1)));
        }

        string keys = Cached(i, "key", k, _how.Cache == "columns"), values = Cached(i, "value", v, false);
        if (_how.Groups == "expand")
        {
            (keys, values) = (Repeated(keys, Width, _total), Repeated(values, _total, Width));
        }

        if (_how.Groups == "five")
        {
            q = _g.Op("Reshape", [q, _g.Dims(1L, _shared, Heads / _shared, -1L, Width)]);
            (keys, values) = (_g.Op("Unsqueeze", [keys, _g.Vector(2L)]), _g.Op("Unsqueeze", [values, _g.Vector(2L)]));
        }

        float scale = 1 / MathF.Sqrt(Width), root = MathF.Sqrt(scale);
        q = _how.Scale switch
        {
            "queries" => _g.Op("Mul", [q, _g.Scalar(scale)]),
            "both" => _g.Op("Mul", [q, _g.Scalar(root)]),
            "quotient" => _g.Op("Div", [q, _g.Scalar(MathF.Sqrt(Width))]),
            _ => q,
        };
        keys = _how.Scale == "both" ? _g.Op("Mul", [keys, _g.Scalar(root)]) : keys;
        if (_how.Flat)
        {
            q = _g.Op("Reshape", [q, _g.Dims(-1L, Shape(_rows), Width)]);
            keys = _g.Op("Reshape", [keys, _g.Dims(-1L, Width, Shape(_total))]);
            values = _g.Op("Reshape", [values, _g.Dims(-1L, Shape(_total), Width)]);
        }

        string scores = _g.Op("MatMul", [q, keys]);
        scores = _how.Scale == "scores" ? _g.Op("Mul", [scores, _g.Scalar(scale)]) : scores;
        if (_how.Cap)
        {
            scores = _g.Op("Mul", [_g.Op("Tanh", [_g.Op("Div", [scores, _g.Scalar(2f)])]), _g.Scalar(2f)]);
        }

        scores = _how.Mask == "where" ? _g.Op("Where", [_mask, scores, _g.Scalar(-10000f)]) : _g.Op("Add", [_mask, scores]);
        string y = _g.Op("MatMul", [_g.Op("Softmax", [scores], ("axis", -1)), values]);
        y = _how.Flat || _how.Groups == "five" ? _g.Op("Reshape", [y, _g.Dims(1L, Heads, -1L, Width)]) : y;
        y = _g.Op("Reshape", [_g.Transpose(y, 0, 2, 1, 3), _g.Vector(0, -1, Heads * Width)]);
        return Product($"l{i}.o", y, Heads * Width, Dim);
    }

    private string Shape(string vector) => Scalar(vector);

    private string Split(string x, int heads) => _g.Op("Reshape", [x, _g.Vector(0, 0, heads, Width)]);

    /// <summary>Keys as [1, heads, width, S + T], values as [1, heads, S + T, width].</summary>
    private string Cached(int i, string part, string x, bool columns)
    {
        string past = $"past_key_values.{i}.{part}", present = $"present.{i}.{part}";
        switch (_how.Cache)
        {
            case "none":
                break;
            case "rows":
                _g.Into([present], "Concat", "", [past, _g.Transpose(x, 0, 2, 1, 3)], ("axis", 1));
                x = _g.Transpose(present, 0, 2, 1, 3);
                break;
            case var _ when columns:
                _g.Into([present], "Concat", "", [past, _g.Transpose(x, 0, 1, 3, 2)], ("axis", -1));
                return present;
            default:
                _g.Into([present], "Concat", "", [past, x], ("axis", 2));
                x = present;
                break;
        }

        return part == "key" ? _g.Transpose(x, 0, 1, 3, 2) : x;
    }

    private string Repeated(string x, object third, object fourth)
    {
        string Size(object size) => size is string vector ? Scalar(vector) : _g.Scalar((long)(int)size);
        string many = _g.Op("Expand", [_g.Op("Unsqueeze", [x, _g.Vector(2L)]), _g.Dims(1L, _shared, Heads / _shared, Size(third), Size(fourth))]);
        return _g.Op("Reshape", [many, _g.Dims(1L, Heads, Size(third), Size(fourth))]);
    }

    private string Turned(string x)
    {
        switch (_how.Turn)
        {
            case "none":
                return x;
            case "interleaved":
                string even = _g.Op("Slice", [x, _g.Vector(0L), _g.Vector(long.MaxValue), _g.Vector(3L), _g.Vector(2L)]), odd = _g.Op("Slice", [x, _g.Vector(1L), _g.Vector(long.MaxValue), _g.Vector(3L), _g.Vector(2L)]);
                string pairs = _g.Concat(-1, _g.Op("Unsqueeze", [_g.Op("Neg", [odd]), _g.Vector(-1L)]), _g.Op("Unsqueeze", [even, _g.Vector(-1L)]));
                string beside = _g.Op("Reshape", [pairs, _g.Vector(0, 0, -1, Width)]);
                return _g.Op("Add", [_g.Op("Mul", [x, _cos]), _g.Op("Mul", [beside, _sin])]);
            case "split":
                string[] halves = _g.Node("Split", "", [x], 2, ("axis", -1));
                string first = _g.Op("Sub", [_g.Op("Mul", [halves[0], _cos]), _g.Op("Mul", [halves[1], _sin])]);
                return _g.Concat(-1, first, _g.Op("Add", [_g.Op("Mul", [halves[1], _cos]), _g.Op("Mul", [halves[0], _sin])]));
            case "partial":
                string turning = _g.Slice(x, _g.Vector(0L), _g.Vector(Width / 2), 3), rest = _g.Slice(x, _g.Vector(Width / 2), _g.Vector(long.MaxValue), 3);
                return _g.Concat(-1, Halves(turning, Width / 2), rest);
            default:
                return Halves(x, Width);
        }
    }

    private string Halves(string x, int width)
    {
        string a = _g.Slice(x, _g.Vector(0L), _g.Vector(width / 2), 3), b = _g.Slice(x, _g.Vector(width / 2), _g.Vector(long.MaxValue), 3);
        return _g.Op("Add", [_g.Op("Mul", [x, _cos]), _g.Op("Mul", [_g.Concat(-1, _g.Op("Neg", [b]), a), _sin])]);
    }

    private string Norm(string name, string x, int width)
    {
        string mean = _g.Op("ReduceMean", [_g.Op("Pow", [x, _g.Scalar(2f)])], ("axes", new long[] { -1 }), ("keepdims", 1));
        string root = _g.Op("Sqrt", [_g.Op("Add", [mean, _g.Scalar(1e-5f)])]);
        return _g.Op("Mul", [_g.Op("Div", [x, root]), _g.Weight(name, [width], [.. Values(name, width).Select(static v => 1 + v)])]);
    }

    private string Product(string name, string x, int depth, int width) => _g.Op("MatMul", [x, _g.Weight(name, [depth, width], Values(name, depth * width))]);

    private static float[] Values(string name, int count) => RandomWeights.Values(7, name, count, 0, 0.3f);
}
