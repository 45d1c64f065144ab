using BenchmarkDotNet.Attributes;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Micro;

/// <summary>What works on rows between the products of the 135M decoder.</summary>
public class RowBenchmarks
{
    private const int Width = 576;
    private const int Ffn = 1536;
    private const int Heads = 9, Groups = 3, HeadDim = 64, Seen = 255;

    private readonly float[] _w = Values.Random(Width, 4);
    private readonly float[] _keys = Values.Random((Seen + 1) * Groups * HeadDim, 5), _values = Values.Random((Seen + 1) * Groups * HeadDim, 6);
    private readonly float[] _scratch = new float[Attention.ScratchLength(HeadDim, Seen + 1)];
    private readonly float[] _x = Values.Random(Width, 7), _y = new float[Width], _gate = Values.Random(Ffn, 8), _gated = new float[Ffn];

    [Benchmark]
    public void RmsNorm() => Norm.Rms(_x, _w, 1e-5f, _y);

    [Benchmark]
    public void SoftmaxRow() => Softmax.Rows(_gate, _gated, Ffn);

    [Benchmark]
    public void Silu() => Elementary.Silu(_gate, _gated);

    /// <summary>One token that sees 256 positions.</summary>
    [Benchmark]
    public void AttentionDecode() => Attention.Causal(
        _x, _keys, _values, 1, Heads, Groups, HeadDim, Seen, 0.125f, _y, _scratch, 0, Heads);
}
