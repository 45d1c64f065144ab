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
    private const int D = 32, Head = 16, Ffn = 48, Vocabulary = 64;

    private static readonly string[] Shared = ["embed", "norm", "rope.cos", "rope.sin"];

    private readonly TempFolder _folder = new();
    private readonly DrawnWeights _weights;
    private readonly bool _quantized;
    private readonly PublisherKey _key = PublisherKey.Create();
    private readonly int _context, _kv;

    /// <param name="quantized">Whether its matrices are w8.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="context">Positions.</param>
    /// <param name="groups">Key/value heads.</param>
    public TinyDecoder(bool quantized, ulong seed = 0x1234, int context = 40, int groups = 1)
    {
        (_quantized, _context, _kv) = (quantized, context, groups * Head);
        _weights = new DrawnWeights(Element, seed, gain: 1f);
        _weights.Matrix("embed", D, Vocabulary);
        _weights.Rows("norm", D);
        _weights.Rows("rope.cos", _context, Head / 2);
        _weights.Rows("rope.sin", _context, Head / 2);
        foreach ((string name, int k, int n) in new[]
            { ("wq", D, D), ("wk", D, _kv), ("wv", D, _kv), ("wo", D, D), ("gate", D, Ffn), ("up", D, Ffn), ("down", Ffn, D) })
        {
            _weights.Matrix(name, k, n);
        }

        _weights.Rows("norm1", D);
        _weights.Rows("norm2", D);
        WriteWeights(static tensors => tensors);
    }

    public string WeightsFolder => _folder["weights"];

    public string Folder => _folder.Path;

    public IEnumerable<string> Names => _weights.Names;

    public PublisherPublicKey Publisher => _key.PublicKey;

    public WeightBinding? Find(string name) => _weights.Find(name);

    /// <summary>The program; <paramref name="feed"/> is the driver's way of reading the prompt and writing.</summary>
    public string Source(string feed) => $"""
        .module tiny
        .symbol T max {_context}
        .symbol S max {_context}
        .symbol P max {_context - 16}
        .input prompt i32[P]
        .weight embed {Element}[{D}, {Vocabulary}] panels
        .weight norm f32[{D}]
        .weight rope.cos f32[{_context}, {Head / 2}]
        .weight rope.sin f32[{_context}, {Head / 2}]
        .weight wq {Element}[{D}, {D}] panels
        .weight wk {Element}[{D}, {_kv}] panels
        .weight wv {Element}[{D}, {_kv}] panels
        .weight wo {Element}[{D}, {D}] panels
        .weight gate {Element}[{D}, {Ffn}] panels
        .weight up {Element}[{D}, {Ffn}] panels
        .weight down {Element}[{Ffn}, {D}] panels
        .weight norm1 f32[{D}]
        .weight norm2 f32[{D}]
        .state k f32[S, {_kv}] max {_context}
        .state v f32[S, {_kv}] max {_context}
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

    /// <summary>Writes the weights anew, the tensors of a shard in another order.</summary>
    public void WriteWeights(Func<IEnumerable<TensorData>, IEnumerable<TensorData>> order)
    {
        foreach (IGrouping<string, TensorData> shard in _weights.Tensors.GroupBy(static t => Shared.Contains(t.Name.Replace(".scale", "", StringComparison.Ordinal)) ? "shared" : "layer"))
        {
            TensorFile.Write(Path.Combine(WeightsFolder, shard.Key + ".shard"), [.. order(shard)]);
        }

        ManifestWriter.Sign(WeightsFolder, "tiny", _key);
    }

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
