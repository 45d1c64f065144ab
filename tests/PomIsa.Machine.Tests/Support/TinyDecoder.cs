using System.Collections.Immutable;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Shards;

namespace PomIsa.Machine.Tests.Support;

/// <summary>Assembles programs for tests.</summary>
internal static class Programs
{
    public static VerifiedModule Verify(string source, IWeightCatalog? weights = null)
    {
        AssemblyResult result = Assembler.Assemble(source, "test.pisa", options: new AssemblerOptions { Weights = weights });
        Assert.True(result.Module is not null, DiagnosticText.Render(result.Diagnostics));
        Assert.True(Module.TryDecode(result.Module.Encode(), out Module decoded, out Fault malformed), malformed.ToString());
        Assert.True(Verifier.TryVerify(decoded, out VerifiedModule? verified, out ImmutableArray<Fault> faults), string.Join('\n', faults));
        return verified;
    }

    public static BoundProgram Bind(string source)
    {
        Assert.True(BoundProgram.TryBind(Verify(source), null, out BoundProgram? program, out MachineFault fault), fault.Detail);
        return program;
    }
}

/// <summary>A decoder of one layer with drawn weights: small enough for many runs, with every opcode of a real one.</summary>
internal sealed class TinyDecoder : IDisposable, IWeightCatalog
{
    private const int D = 32, Head = 16, Kv = 16, Ffn = 48, Vocabulary = 64, Context = 40;

    private static readonly string[] Shared = ["embed", "norm", "rope.cos", "rope.sin"];

    private readonly TempFolder _folder = new();
    private readonly DrawnWeights _weights;
    private readonly bool _quantized;
    private readonly PublisherKey _key = PublisherKey.Create();

    public TinyDecoder(bool quantized, ulong seed = 0x1234)
    {
        _quantized = quantized;
        _weights = new DrawnWeights(Element, seed, gain: 1f);
        _weights.Matrix("embed", D, Vocabulary);
        _weights.Rows("norm", D);
        _weights.Rows("rope.cos", Context, Head / 2);
        _weights.Rows("rope.sin", Context, Head / 2);
        foreach ((string name, int k, int n) in new[]
            { ("wq", D, D), ("wk", D, Kv), ("wv", D, Kv), ("wo", D, D), ("gate", D, Ffn), ("up", D, Ffn), ("down", Ffn, D) })
        {
            _weights.Matrix(name, k, n);
        }

        _weights.Rows("norm1", D);
        _weights.Rows("norm2", D);
        foreach (IGrouping<string, TensorData> shard in _weights.Tensors.GroupBy(static t => Shared.Contains(t.Name.Replace(".scale", "", StringComparison.Ordinal)) ? "shared" : "layer"))
        {
            TensorFile.Write(Path.Combine(WeightsFolder, shard.Key + ".shard"), [.. shard]);
        }

        ManifestWriter.Sign(WeightsFolder, "tiny", _key);
    }

    public string WeightsFolder => _folder["weights"];

    public string Folder => _folder.Path;

    public IEnumerable<string> Names => _weights.Names;

    public PublisherPublicKey Publisher => _key.PublicKey;

    public WeightBinding? Find(string name) => _weights.Find(name);

    /// <summary>The program; <paramref name="feed"/> is the driver's way of reading the prompt and writing.</summary>
    public string Source(string feed) => $"""
        .module tiny
        .symbol T max {Context}
        .symbol S max {Context}
        .symbol P max 24
        .input prompt i32[P]
        .weight embed {Element}[{D}, {Vocabulary}] panels
        .weight norm f32[{D}]
        .weight rope.cos f32[{Context}, {Head / 2}]
        .weight rope.sin f32[{Context}, {Head / 2}]
        .weight wq {Element}[{D}, {D}] panels
        .weight wk {Element}[{D}, {Kv}] panels
        .weight wv {Element}[{D}, {Kv}] panels
        .weight wo {Element}[{D}, {D}] panels
        .weight gate {Element}[{D}, {Ffn}] panels
        .weight up {Element}[{D}, {Ffn}] panels
        .weight down {Element}[{Ffn}, {D}] panels
        .weight norm1 f32[{D}]
        .weight norm2 f32[{D}]
        .state k f32[S, {Kv}] max {Context}
        .state v f32[S, {Kv}] max {Context}
        .alias linear {(_quantized ? "linear.w8" : "matmul")}
        .step forward(ids: i32[T]) -> (logits: f32[1, {Vocabulary}])
            embed x, ids, embed
            rmsnorm h, x, norm1, 1e-5
            linear q, h, wq
            linear kk, h, wk
            linear vv, h, wv
            rope q, q, rope.cos, rope.sin, S
            rope kk, kk, rope.cos, rope.sin, S
            append k, kk
            append v, vv
            attention a, q, k, v, {Head}, 0.25
            linear o, a, wo
            vadd x, x, o
            rmsnorm h, x, norm2, 1e-5
            linear g, h, gate
            linear u, h, up
            silu g, g
            vmul g, g, u
            linear o, g, down
            vadd x, x, o
            tail last, x, 1
            rmsnorm last, last, norm, 1e-5
            linear logits, last, embed
            ret
        .end
        .driver main
            .local next
            input words, prompt
        {feed}
            halt
        .end
        .entry main
        """;

    /// <summary>Reads the prompt in one step, then writes <paramref name="tokens"/> tokens.</summary>
    public static string Generate(int tokens) => $"""
            call forward, words -> logits
            commit
            push {tokens}
            loop {tokens}
                argmax logits
                dup
                emit
                token word
                call forward, word -> logits
                commit
            end
        """;

    public BoundProgram Bind(string feed)
    {
        Assert.True(BoundProgram.TryBind(Programs.Verify(Source(feed), this), LoadWeights(), out BoundProgram? program, out MachineFault unbound), unbound.Detail);
        return program;
    }

    public WeightSet LoadWeights()
    {
        using ShardStore store = ShardStore.Open(Path.Combine(_folder.Path, "store"));
        Assert.True(WeightSet.TryImport(WeightsFolder, Publisher, store, null, out ImportReport? report, out ShardFault fault), fault.Describe());
        Assert.True(WeightSet.TryLoad(store, report.Manifest, out WeightSet? set, out fault), fault.Describe());
        return set;
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    private string Element => _quantized ? "w8" : "f32";
}
