using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Cases;

/// <summary>Elements by their bits, row-major.</summary>
internal sealed record Tensor(DType Element, int[] Shape, ulong[] Bits)
{
    public int Count => Bits.Length;

    public F32[] Floats => [.. Bits.Select(static b => new F32((uint)b))];

    /// <summary>The elements as whole numbers, sign-extended.</summary>
    public long[] Longs => [.. Bits.Select(b => Whole.Wrap(b, 8 * Element.Size()))];

    public static Tensor Of(int[] shape, params IEnumerable<F32> values) => Checked(new Tensor(DType.F32, shape, [.. values.Select(static v => (ulong)v.Bits)]));

    public static Tensor Of(DType element, int[] shape, params IEnumerable<long> values)
    {
        ulong mask = ulong.MaxValue >> (64 - (8 * element.Size()));
        return Checked(new Tensor(element, shape, [.. values.Select(v => unchecked((ulong)v) & mask)]));
    }

    /// <summary>Any elements by their bits.</summary>
    public static Tensor Raw(DType element, int[] shape, IEnumerable<ulong> bits) => Checked(new Tensor(element, shape, [.. bits]));

    public static int Elements(ReadOnlySpan<int> shape)
    {
        int product = 1;
        foreach (int dimension in shape)
        {
            product *= dimension;
        }

        return product;
    }

    /// <summary>Little-endian, as a register holds them.</summary>
    public byte[] Raw()
    {
        int size = Element.Size();
        var raw = new byte[Bits.Length * size];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = (byte)(Bits[i / size] >> (8 * (i % size)));
        }

        return raw;
    }

    private static Tensor Checked(Tensor tensor) => tensor.Bits.Length == Elements(tensor.Shape)
        ? tensor
        : throw new InvalidOperationException($"{tensor.Bits.Length} elements for [{string.Join(',', tensor.Shape)}]");
}

/// <summary>A weight in its logical shape; w8 and w4 have one scale for each column, w4 also sub-scales [K/32, N].</summary>
internal sealed record Weight(Tensor Values, F32[] Scale, int[] Sub)
{
    public static Weight Of(Tensor values) => new(values, [], []);

    /// <summary>What stands at (k, n) in products of whole numbers.</summary>
    public long[] Effective()
    {
        int columns = Values.Shape[1];
        return [.. Values.Longs.Select((w, at) => Sub.Length == 0 ? w : w * Sub[(at / columns / 32 * columns) + (at % columns)])];
    }
}

/// <summary>A state: its row's shape, its greatest row count, the rows that it holds.</summary>
internal sealed record StateRows(DType Element, int[] Row, int Max, ulong[] Bits);
