using BenchmarkDotNet.Attributes;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Micro;

/// <summary>Linear layers of the 135M decoder's feed-forward, 576 to 1536, for one row and for a prompt of 128.</summary>
public class LinearBenchmarks
{
    private const int Depth = 576;
    private const int Columns = 1536;

    private readonly float[] _scales = Values.Random(Columns, 3);
    private readonly sbyte[] _bytes = new sbyte[Depth * Columns];
    private readonly float[] _panels = Values.Random(Depth * Columns, 2);
    private readonly int[] _sums = new int[Columns];
    private float[] _x = [], _y = [], _rowScales = [];
    private byte[] _q = [];
    private int[] _acc = [];

    /// <summary>Rows of the activations.</summary>
    [Params(1, 128)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _bytes.Length; i++)
        {
            _bytes[i] = (sbyte)(127 * _panels[i]);
        }

        Panels.ColumnSums(_bytes, Depth, Columns, _sums);
        (_x, _y, _rowScales) = (Values.Random(Rows * Depth, 1), new float[Rows * Columns], new float[Rows]);
        (_q, _acc) = (new byte[Rows * Depth], new int[Rows * Columns]);
    }

    [Benchmark]
    public void MatMulF32() => MatMul.F32Panels(_x, _panels, _y, Rows, Depth, Columns, 0, Panels.Count(Columns));

    [Benchmark]
    public void LinearW8()
    {
        Kernels.LinearW8.QuantizeRows(_x, Depth, _q, _rowScales);
        Kernels.LinearW8.Multiply(_q, _rowScales, _bytes, _sums, _scales, Rows, Depth, Columns, _acc, _y, 0, Panels.Count(Columns));
    }
}
