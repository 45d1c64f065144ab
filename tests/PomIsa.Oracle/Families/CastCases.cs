using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Every computed type to every other.</summary>
internal static class CastCases
{
    public static IEnumerable<Case> Cast()
    {
        foreach (DType from in DTypes.Computed)
        {
            foreach (DType to in DTypes.Computed)
            {
                var draw = new Draw(Seeds.Of($"cast {from} {to}"));
                Tensor edges = Inputs(from);
                foreach ((ulong[] eight, int i) in edges.Bits.Chunk(8).Select(static (eight, i) => (eight, i)))
                {
                    yield return Of($"{from.Name()} to {to.Name()}: edges {8 * i}", Tensor.Raw(from, [eight.Length], eight), to);
                }

                foreach (int[] shape in (int[][])[[], [15], [16], [17], [2, 3], [0], [2, 0], [1, 2, 1, 2, 1, 2, 1, 2]])
                {
                    yield return Of($"{from.Name()}{Text(shape)} to {to.Name()}", from == DType.F32 ? Tensor.Of(shape, draw.Mixed(Tensor.Elements(shape), -26, 66)) : draw.Any(from, shape), to);
                }
            }
        }
    }

    private static Case Of(string name, Tensor x, DType to) => new(name)
    {
        Reads = [x],
        Immediates = [Immediate.Type(to)],
        Writes = [Tensor.Raw(to, x.Shape, x.Bits.Select(b => Convert(b, x.Element, to)))],
    };

    private static ulong Convert(ulong bits, DType from, DType to)
    {
        if (from == to && from is not (DType.F32 or DType.F16 or DType.BF16))
        {
            return bits;
        }

        F32? real = from switch
        {
            DType.F32 => new F32((uint)bits),
            DType.F16 => Halves.FromF16((uint)bits),
            DType.BF16 => Halves.FromBF16((uint)bits),
            _ => null,
        };
        long whole = from == DType.Bool ? bits == 0 ? 0 : 1 : Whole.Wrap(bits, 8 * from.Size());
        return to switch
        {
            DType.F32 => (real ?? F32.Of(whole)).Canonical.Bits,
            DType.F16 => Halves.ToF16(real ?? F32.Of(whole)),
            DType.BF16 => Halves.ToBF16(real ?? F32.Of(whole)),
            DType.Bool => real is { } value ? value.IsZero ? 0u : 1u : whole == 0 ? 0u : 1u,
            _ => Tensor.Of(to, [], real is { } value ? Whole.Clamp(value, 8 * to.Size()) : whole).Bits[0],
        };
    }

    private static Tensor Inputs(DType from) => from switch
    {
        DType.F32 => List([
            .. Special, .. Decimals("0.5 1.5 2.5 -0.5 -1.5 0.99999994 127 128 -128 -129 255 256 65504 65519 65520 65536 5.9604645e-8 2.9802322e-8 2.9802326e-8 8.940697e-8 6.1035156e-5 6.1005e-5 3.38e38 3.39e38 2147483647 2147483520"),
            .. Decimals("-2147483648 -2147483904 9.2233715e18 9.223372e18 -9.223372e18 1e19 16777217 1.0009766 1.0004883 1.0014648 1.0039062 1.0117188 1.0078125 33554432 1e-40 9e-41 1e-41 4.6e-41 -4.7e-41"),
        ]),
        DType.F16 => Tensor.Raw(from, [16], [0, 0x8000, 1, 0x83ff, 0x400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0xfd01, 0x3c00, 0xb555, 0x5bff, 0x5800, 0xd801, 0x7d00]),
        DType.BF16 => Tensor.Raw(from, [16], [0, 0x8000, 1, 0x807f, 0x80, 0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0xff81, 0x3f80, 0x3eab, 0x4f00, 0xcf00, 0x5f00, 0x437f]),
        DType.Bool => Tensor.Of(from, [5], 0, 1, 2, 255, 128),
        _ => List(from, [.. Edges(from), .. (long[])[16_777_215, 16_777_216, 16_777_217, 16_777_219, -16_777_217, 33_554_434, 33_554_438, 65_519, 65_520, 2049, 2051, 257, 259, 127, 128, -129, 0x1234_5678_9abc_def0]]),
    };

    private static Tensor List(F32[] values) => Tensor.Of([values.Length], values);

    private static Tensor List(DType element, long[] values) => Tensor.Of(element, [values.Length], values);
}
