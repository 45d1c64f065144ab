using System.Collections.Immutable;
using PomIsa.Kernels;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>A model's outputs with and without simplification: the same, to the last bit.</summary>
internal sealed class BitCheck : IDisposable
{
    private readonly WorkerPool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    /// <summary>The first difference for each set of a case's data; null where a set can't be compiled at all.</summary>
    public IEnumerable<(bool Compared, string? Difference)> Run(Case one)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
        return one.Sets.Select(set => Run(bytes, CaseRunner.Inputs(set, bytes), one.Folder));
    }

    /// <summary>Whether the model could be run both ways, and the first difference.</summary>
    public (bool Compared, string? Difference) Run(byte[] bytes, IReadOnlyDictionary<string, HostTensor> inputs, string? folder)
    {
        // Fused operators may round otherwise than what they stand for; they are not what is asked about.
        var plain = new CompileOptions { Simplify = false, Fuse = false };
        bool before = TryRun(bytes, inputs, folder, plain, out ImmutableArray<HostTensor> a, out string whyNot);
        bool after = TryRun(bytes, inputs, folder, plain with { Simplify = true }, out ImmutableArray<HostTensor> b, out string why);
        return !before ? (false, null)
            : !after ? (true, $"only without simplification it runs: {why}{whyNot}")
            : (true, a.Zip(b).Select((p, i) => Same(p.First, p.Second) ? null : $"output {i} differs").FirstOrDefault(static d => d is not null));
    }

    private static bool Same(HostTensor a, HostTensor b) =>
        a.Type == b.Type && a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan()) && a.Bytes.AsSpan().SequenceEqual(b.Bytes);

    private bool TryRun(byte[] bytes, IReadOnlyDictionary<string, HostTensor> inputs, string? folder, CompileOptions options, out ImmutableArray<HostTensor> outputs, out string why)
    {
        outputs = [];
        return ModelRun.TryCompile(bytes, inputs, folder, out CompiledModel? compiled, out _, out why, options)
            && ModelRun.TryExecute(compiled, inputs, _pool, out outputs, out why);
    }
}
