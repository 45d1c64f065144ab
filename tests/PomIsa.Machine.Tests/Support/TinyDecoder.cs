using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
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

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, WeightBinding> _bindings = [];
    private readonly bool _quantized;
    private readonly PublisherKey _key = PublisherKey.Create();
    private ulong _seed;

    public TinyDecoder(bool quantized, ulong seed = 0x1234)
    {
        (_quantized, _seed) = (quantized, seed);
        List<TensorData> shared = [], layer = [];
        Matrix(shared, "embed", D, Vocabulary);
        Rows(shared, "norm", [D], 1f);
        Rows(shared, "rope.cos", [Context, Head / 2], 1f);
        Rows(shared, "rope.sin", [Context, Head / 2], 1f);
        foreach ((string name, int k, int n) in new[]
            { ("wq", D, D), ("wk", D, Kv), ("wv", D, Kv), ("wo", D, D), ("gate", D, Ffn), ("up", D, Ffn), ("down", Ffn, D) })
        {
            Matrix(layer, name, k, n);
        }

        Rows(layer, "norm1", [D], 1f);
        Rows(layer, "norm2", [D], 1f);
        TensorFile.Write(Path.Combine(WeightsFolder, "shared.shard"), shared);
        TensorFile.Write(Path.Combine(WeightsFolder, "layer.shard"), layer);
        ManifestWriter.Sign(WeightsFolder, "tiny", _key);
    }

    public string WeightsFolder => _folder["weights"];

    public string Folder => _folder.Path;

    public IEnumerable<string> Names => _bindings.Keys;

    public PublisherPublicKey Publisher => _key.PublicKey;

    public WeightBinding? Find(string name) => _bindings.GetValueOrDefault(name);

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
        using ShardStore store = ShardStore.Open(Path.Combine(_folder.Path, "store"));
        Assert.True(WeightSet.TryImport(WeightsFolder, Publisher, store, null, out ImportReport? report, out ShardFault fault), fault.Describe());
        Assert.True(WeightSet.TryLoad(store, report.Manifest, out WeightSet? set, out fault), fault.Describe());
        Assert.True(BoundProgram.TryBind(Programs.Verify(Source(feed), this), set, out BoundProgram? program, out MachineFault unbound), unbound.Detail);
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

    private void Matrix(List<TensorData> to, string name, int k, int n)
    {
        float[] values = Draw(k * n, 1f / MathF.Sqrt(k));
        if (!_quantized)
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

    private void Rows(List<TensorData> to, string name, int[] shape, float spread) => Add(
        to,
        TensorData.F32(name, [.. shape.Select(d => (long)d)], Draw(shape.Aggregate(1, (a, b) => a * b), spread)),
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
            _seed = (_seed * 6364136223846793005) + 1442695040888963407;
            values[i] = (((_seed >> 40) / 16777216f) - 0.5f) * 2 * spread;
        }

        return values;
    }
}
