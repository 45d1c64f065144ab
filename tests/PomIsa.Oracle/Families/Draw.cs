using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Families;

/// <summary>SplitMix64 from a seed: the same values on every machine.</summary>
internal sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9e3779b97f4a7c15;
            ulong z = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }

    /// <summary>From 0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => (int)((Next() >> 32) % (ulong)count);

    public T Of<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Either sign, a magnitude from 2^low up to 2^(high + 1), all exponents equally likely.</summary>
    public F32 Spread(int low, int high)
    {
        uint bits = (uint)Next();
        return new F32((bits & 0x807fffff) | ((uint)(127 + low + Below(high - low + 1)) << 23));
    }

    public F32[] Spread(int count, int low, int high) => [.. Enumerable.Range(0, count).Select(_ => Spread(low, high))];

    /// <summary>Any normal value, all exponents equally likely.</summary>
    public F32[] Wide(int count) => Spread(count, -126, 127);

    /// <summary>Now and then a value that is special.</summary>
    public F32[] Mixed(int count, int low, int high) =>
        [.. Enumerable.Range(0, count).Select(_ => Below(6) == 0 ? Of<F32>(Values.Special) : Spread(low, high))];

    /// <summary>Whole numbers of a type: edges, small ones, any.</summary>
    public long Whole(DType element)
    {
        if (element == DType.Bool)
        {
            return Below(2);
        }

        long[] edges = Values.Edges(element);
        return Below(3) switch
        {
            0 => edges[Below(edges.Length)],
            1 => Below(41) - 20,
            _ => Numbers.Whole.Wrap(Next(), 8 * element.Size()),
        };
    }

    /// <summary>A tensor of any type. Bits of floats are drawn wide, with special values among them.</summary>
    public Tensor Any(DType element, params int[] shape)
    {
        int count = Tensor.Elements(shape);
        return element switch
        {
            DType.F32 => Tensor.Of(shape, Mixed(count, -126, 127)),
            DType.F16 or DType.BF16 => Tensor.Raw(element, shape, Enumerable.Range(0, count).Select(_ => Next() & 0xffff)),
            _ => Tensor.Of(element, shape, Enumerable.Range(0, count).Select(_ => Whole(element))),
        };
    }

    /// <summary>Finite values of any computed type that sums and products don't make infinite at once.</summary>
    public Tensor Mild(DType element, params int[] shape) => element == DType.F32
        ? Tensor.Of(shape, Spread(Tensor.Elements(shape), -12, 12))
        : Any(element, shape);
}
