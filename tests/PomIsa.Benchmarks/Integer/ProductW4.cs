using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Integer;

/// <summary>w4: nibbles in panels, sub-scales beside them. Every copy takes the same sub-scales from memory of its own.</summary>
internal sealed unsafe class ProductW4 : Product
{
    private readonly HugeBuffer _q, _subs;
    private readonly int[] _offsets;

    public ProductW4(int rows, int depth, int columns, HugeBuffer weights)
        : base(rows, depth, columns, weights)
    {
        _q = new HugeBuffer((long)rows * depth);
        _offsets = new int[rows * (depth / LinearW4.Group)];
        _subs = new HugeBuffer((long)Panels.LengthSubs(depth, columns) * Copies);
        for (long i = 0; i < _subs.Length; i++)
        {
            _subs.Data[i] = (byte)(1 + (i % 63));
        }
    }

    public override string Format => "w4";

    public override long Bytes => Panels.LengthW4(Depth, Columns) + Panels.LengthSubs(Depth, Columns);

    public override void Dispose()
    {
        _q.Dispose();
        _subs.Dispose();
        base.Dispose();
    }

    protected override void Quantize(int from, int to)
    {
        int at = from * Depth, length = (to - from) * Depth, groups = Depth / LinearW4.Group;
        LinearW4.QuantizeRows(
            new ReadOnlySpan<float>(X + at, length),
            Depth,
            new Span<sbyte>(_q.Data + at, length),
            _offsets.AsSpan(from * groups, (to - from) * groups),
            new Span<float>(Scales + from, to - from));
    }

    protected override void Multiply(int copy, int from, int to)
    {
        var q = new ReadOnlySpan<sbyte>(_q.Data, Rows * Depth);
        var acc = new Span<int>(Acc, Rows * Columns);
        var y = new Span<float>(Y, Rows * Columns);
        LinearW4.Multiply(
            q, _offsets, new ReadOnlySpan<float>(Scales, Rows), Nibbles(copy), Subs(copy), new ReadOnlySpan<float>(S, Columns), Rows, Depth, Columns, acc, y, from, to);
    }

    protected override int Weight(int k, int n)
    {
        int pair = Nibbles(0)[Panels.IndexW4(k, n, Depth)];
        return ((k % 8 < 4 ? pair & 15 : pair >> 4) - 8) * Subs(0)[Panels.IndexSub(k, n, Depth)];
    }

    private ReadOnlySpan<byte> Nibbles(int copy)
    {
        int length = Panels.LengthW4(Depth, Columns);
        return new(Weights.Data + ((long)copy * length), length);
    }

    private ReadOnlySpan<byte> Subs(int copy)
    {
        int length = Panels.LengthSubs(Depth, Columns);
        return new(_subs.Data + ((long)copy * length), length);
    }
}
