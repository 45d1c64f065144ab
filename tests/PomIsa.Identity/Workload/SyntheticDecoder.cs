using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Identity.Workload;

/// <summary>A decoder of two layers with drawn weights; its sizes cross the blocks of 256 and leave odd ends.</summary>
internal sealed class SyntheticDecoder : IWeightCatalog
{
    public const int Vocabulary = 400, Context = 352;

    private const int Width = 288, Head = 48, Kv = 96, Ffn = 320, Layers = 2;

    private readonly Dictionary<string, WeightBinding> _bindings = [];
    private readonly string _folder;
    private readonly string _element;
    private readonly PublisherKey _key = PublisherKey.Create();
    private ulong _seed = 0x5eed;

    /// <summary>Makes the weights below a folder.</summary>
    /// <param name="element">Element type of the matrices: f32 or w8.</param>
    public SyntheticDecoder(string folder, string element)
    {
        (_folder, _element) = (folder, element);
        var tensors = new List<TensorData>();
        Matrix(tensors, "embed", Width, Vocabulary);
        Rows(tensors, "norm", Width);
        Rows(tensors, "rope.cos", Context, Head / 2);
        Rows(tensors, "rope.sin", Context, Head / 2);
        for (int i = 0; i < Layers; i++)
        {
            Rows(tensors, $"l{i}.norm1", Width);
            Rows(tensors, $"l{i}.norm2", Width);
            foreach ((string name, int k, int n) in new[]
                { ("wq", Width, Width), ("wk", Width, Kv), ("wv", Width, Kv), ("wo", Width, Width), ("gate", Width, Ffn), ("up", Width, Ffn), ("down", Ffn, Width) })
            {
                Matrix(tensors, $"l{i}.{name}", k, n);
            }
        }

        TensorFile.Write(Path.Combine(folder, "all.shard"), tensors);
        ManifestWriter.Sign(folder, "synthetic", _key);
    }

    public IEnumerable<string> Names => _bindings.Keys;

    public WeightBinding? Find(string name) => _bindings.GetValueOrDefault(name);

    /// <summary>The program whose driver has these lines, bound.</summary>
    public BoundProgram Bind(string driver, ShardStore store) => Weights.Bind(Programs.Verify(Source(driver), this), _folder, _key.PublicKey, store);

    private string Source(string driver) => $$"""
        .module synthetic
        .symbol T max 64
        .symbol S max {{Context}}
        .symbol P max 64
        .input prompt i32[P]
        .weight embed {{_element}}[{{Width}}, {{Vocabulary}}] panels
        .weight norm f32[{{Width}}]
        .weight rope.cos f32[{{Context}}, {{Head / 2}}]
        .weight rope.sin f32[{{Context}}, {{Head / 2}}]
        .repeat i 0..{{Layers}}
        .weight l{i}.norm1 f32[{{Width}}]
        .weight l{i}.norm2 f32[{{Width}}]
        .weight l{i}.wq {{_element}}[{{Width}}, {{Width}}] panels
        .weight l{i}.wk {{_element}}[{{Width}}, {{Kv}}] panels
        .weight l{i}.wv {{_element}}[{{Width}}, {{Kv}}] panels
        .weight l{i}.wo {{_element}}[{{Width}}, {{Width}}] panels
        .weight l{i}.gate {{_element}}[{{Width}}, {{Ffn}}] panels
        .weight l{i}.up {{_element}}[{{Width}}, {{Ffn}}] panels
        .weight l{i}.down {{_element}}[{{Ffn}}, {{Width}}] panels
        .state l{i}.k f32[S, {{Kv}}] max {{Context}}
        .state l{i}.v f32[S, {{Kv}}] max {{Context}}
        .end
        .alias linear {{(_element == "f32" ? "matmul" : "linear." + _element)}}
        {{Step("forward", "T", "embed x, ids, embed")}}
        {{Step("last7", "7", "embed all, ids, embed\ntail x, all, 7")}}
        .driver main
            .local next
            input words, prompt
        {{driver}}
            halt
        .end
        .entry main
        """;

    /// <summary>A step that takes some rows of its tokens through the layers.</summary>
    private static string Step(string name, string rows, string read) => $$"""
        .step {{name}}(ids: i32[T]) -> (logits: f32[{{rows}}, {{Vocabulary}}])
        {{read}}
            .repeat i 0..{{Layers}}
            rmsnorm h, x, l{i}.norm1, 1e-5
            linear q, h, l{i}.wq
            linear k, h, l{i}.wk
            linear v, h, l{i}.wv
            rope q, q, rope.cos, rope.sin, S
            rope k, k, rope.cos, rope.sin, S
            append l{i}.k, k
            append l{i}.v, v
            attention a, q, l{i}.k, l{i}.v, {{Head}}, 1.0 / sqrt({{Head}})
            linear o, a, l{i}.wo
            vadd x, x, o
            rmsnorm h, x, l{i}.norm2, 1e-5
            linear g, h, l{i}.gate
            linear u, h, l{i}.up
            silu g, g
            vmul g, g, u
            linear o, g, l{i}.down
            vadd x, x, o
            .end
            rmsnorm x, x, norm, 1e-5
            linear logits, x, embed
            ret
        .end
        """;

    private void Matrix(List<TensorData> to, string name, int k, int n)
    {
        float[] values = Draw(k * n, 1.7f / MathF.Sqrt(k));
        if (_element == "f32")
        {
            var panels = new float[Panels.Length(k, n)];
            Panels.Pack(values, k, n, panels);
            Add(to, TensorData.F32(name, [n / 16, k, 16], panels), DType.F32, [k, n], WeightLayout.Panels16);
            return;
        }

        var q = new sbyte[k * n];
        var scales = new float[n];
        Quantize.Columns(values, k, n, q, scales);
        var packed = new sbyte[Panels.Length(k, n)];
        Panels.Pack(q, k, n, packed);
        to.Add(TensorData.I8(name, [n / 16, k / 4, 16, 4], packed));
        to.Add(TensorData.F32(name + ".scale", [n], scales));
        byte[] both = [.. MemoryMarshal.AsBytes<sbyte>(packed), .. MemoryMarshal.AsBytes<float>(scales)];
        _bindings[name] = new WeightBinding(DType.W8, [k, n], WeightLayout.Panels16, Digest.Of(both));
    }

    private void Rows(List<TensorData> to, string name, params int[] shape) => Add(
        to,
        TensorData.F32(name, [.. shape.Select(static d => (long)d)], Draw(shape.Aggregate(1, static (a, b) => a * b), 1f)),
        DType.F32,
        [.. shape],
        WeightLayout.Rows);

    private void Add(List<TensorData> to, TensorData data, DType element, ImmutableArray<int> shape, WeightLayout layout)
    {
        to.Add(data);
        _bindings[data.Name] = new WeightBinding(element, shape, layout, Digest.Of(data.Bytes.Span));
    }

    private float[] Draw(int count, float spread)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            _seed = unchecked((_seed * 6364136223846793005) + 1442695040888963407);
            values[i] = (((_seed >> 40) / 16777216f) - 0.5f) * 2 * spread;
        }

        return values;
    }
}
