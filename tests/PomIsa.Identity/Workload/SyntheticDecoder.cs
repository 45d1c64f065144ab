using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using PomIsa.Shards;

namespace PomIsa.Identity.Workload;

/// <summary>A decoder of two layers with drawn weights; its sizes cross the blocks of 256 and leave odd ends.</summary>
internal sealed class SyntheticDecoder
{
    public const int Vocabulary = 400, Context = 352;

    private const int Width = 288, Head = 48, Kv = 96, Ffn = 320, Layers = 2;

    private readonly string _folder;
    private readonly string _element;
    private readonly DrawnWeights _weights;
    private readonly PublisherKey _key = PublisherKey.Create();

    /// <summary>Makes the weights in a folder.</summary>
    /// <param name="element">Element type of the matrices, one of <see cref="Parts.Elements"/>.</param>
    public SyntheticDecoder(string folder, string element)
    {
        (_folder, _element, _weights) = (folder, element, new DrawnWeights(element));
        _weights.Matrix("embed", Width, Vocabulary);
        _weights.Rows("norm", Width);
        _weights.Rows("rope.cos", Context, Head / 2);
        _weights.Rows("rope.sin", Context, Head / 2);
        for (int i = 0; i < Layers; i++)
        {
            _weights.Rows($"l{i}.norm1", Width);
            _weights.Rows($"l{i}.norm2", Width);
            foreach ((string name, int k, int n) in new[]
                { ("wq", Width, Width), ("wk", Width, Kv), ("wv", Width, Kv), ("wo", Width, Width), ("gate", Width, Ffn), ("up", Width, Ffn), ("down", Ffn, Width) })
            {
                _weights.Matrix($"l{i}.{name}", k, n);
            }
        }

        TensorFile.Write(Path.Combine(folder, "all.shard"), _weights.Tensors);
        ManifestWriter.Sign(folder, "synthetic", _key);
    }

    /// <summary>The program whose driver has these lines, bound.</summary>
    public BoundProgram Bind(string driver, ShardStore store) =>
        Weights.Bind(Programs.Verify(Source(driver), _weights), _folder, _key.PublicKey, store);

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
        .alias linear {{(_element[0] == 'w' ? "linear." + _element : "matmul")}}
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
}
