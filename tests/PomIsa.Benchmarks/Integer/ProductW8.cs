using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Integer;

/// <summary>w8: bytes in panels. Every copy takes the first one's column sums, which changes no time.</summary>
internal sealed unsafe class ProductW8 : Product
{
    private readonly HugeBuffer _offset;
    private readonly int[] _sums;

    public ProductW8(int rows, int depth, int columns, HugeBuffer weights)
        : base(rows, depth, columns, weights)
    {
        _offset = new HugeBuffer((long)rows * depth);
        _sums = new int[Panels.Count(columns) * 16];
        Panels.ColumnSums(Copy(0), depth, columns, _sums);
    }

    public override string Format => "w8";

    public override long Bytes => Panels.Length(Depth, Columns);

    public override void Dispose()
    {
        _offset.Dispose();
        base.Dispose();
    }

    protected override void Quantize(int from, int to)
    {
        int at = from * Depth, length = (to - from) * Depth;
        LinearW8.QuantizeRows(
            new ReadOnlySpan<float>(X + at, length), Depth, new Span<byte>(_offset.Data + at, length), new Span<float>(Scales + from, to - from));
    }

    protected override void Multiply(int copy, int from, int to)
    {
        var offset = new ReadOnlySpan<byte>(_offset.Data, Rows * Depth);
        var acc = new Span<int>(Acc, Rows * Columns);
        var y = new Span<float>(Y, Rows * Columns);
        LinearW8.Multiply(
            offset, new ReadOnlySpan<float>(Scales, Rows), Copy(copy), _sums, new ReadOnlySpan<float>(S, Columns), Rows, Depth, Columns, acc, y, from, to);
    }

    protected override int Weight(int k, int n) => Copy(0)[Panels.IndexW8(k, n, Depth)];

    private ReadOnlySpan<sbyte> Copy(int copy) => new(Weights.Data + (copy * Bytes), (int)Bytes);
}
