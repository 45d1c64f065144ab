using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Tensors whose last axis is a row.</summary>
internal static class RowInputs
{
    private static readonly int[] Lengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49];

    /// <summary>One shape of each rank from 1 on.</summary>
    public static IEnumerable<int[]> Shapes => Ranks.Skip(1).Append([3, 16]).Append([2, 3, 17]);

    /// <summary>Rows in the order of the elements; as many as the other axes have places, each without elements where the last axis is 0.</summary>
    public static IEnumerable<T[]> Rows<T>(T[] elements, int[] shape)
    {
        int width = shape[^1];
        return Enumerable.Range(0, Tensor.Elements(shape.AsSpan(..^1))).Select(t => elements[(t * width)..((t + 1) * width)]);
    }

    public static IEnumerable<(string Name, Tensor X)> Floats(string mnemonic)
    {
        yield return Row("an order shows: big, small, minus big", Decimals("1e8 1 -1e8 1"));
        yield return Row("the fold shows: lanes 0, 4, 8 and 12", With(Zeros(16), (0, "1e8"), (4, "1"), (8, "-1e8"), (12, "1")));
        yield return Row("the fold shows: lanes 0, 1, 2 and 3", With(Zeros(17), (0, "1"), (1, "1e8"), (2, "1"), (3, "-1e8"), (16, "0.5")));
        yield return Row("nothing but -0", Repeat("-0", 16));
        yield return Row("one -0", Repeat("-0", 1));
        yield return Row("zeros of both signs", Decimals("-0 0 -0"));
        yield return Row("overflow in one lane", With(Repeat("1", 33), (0, "3e38"), (16, "3e38"), (32, "-3e38")));
        yield return Row("greatest values", Decimals("max max -max -max"));
        yield return Row("subnormals", Subnormals);
        for (int i = 0; i < NaNs.Length; i++)
        {
            yield return Row($"NaN payload {NaNs[i].Bits:x8}", [.. Decimals("1 2"), NaNs[i], .. Decimals("3 -inf")]);
        }

        foreach (string special in (string[])["inf", "-inf", "inf -inf", "-inf inf", "1 inf -inf", "inf 1 inf", "-inf -inf", "tiny -tiny", "0", "max 1", "-max -1", "0 -0", "-0 0", "nan inf", "inf nan"])
        {
            yield return Row($"special values: {special}", Decimals(special));
        }

        var draw = new Draw(Seeds.Of(mnemonic));
        foreach (int length in (int[])[.. Lengths, .. Sizes[4..]])
        {
            yield return Row($"{length} values, exponents near", draw.Spread(length, -12, 12));
            if (length < 100)
            {
                yield return Row($"{length} values, exponents wide", draw.Wide(length));
                yield return Row($"{length} values, special ones among them", draw.Mixed(length, -3, 3));
            }
        }

        for (int i = 0; i < 20; i++)
        {
            yield return Row($"drawn {i}", draw.Spread(18 + draw.Below(20), -3, 3));
        }

        foreach (int[] shape in Shapes)
        {
            yield return ($"shape {Text(shape)}", Tensor.Of(shape, draw.Mixed(Tensor.Elements(shape), -6, 6)));
        }
    }

    public static IEnumerable<(string Name, Tensor X)> Wholes(string mnemonic, DType element)
    {
        var draw = new Draw(Seeds.Of(mnemonic + element));
        foreach (long edge in Edges(element))
        {
            yield return ($"{element.Name()} {edge} twice", Tensor.Of(element, [2], edge, edge));
        }

        foreach (int length in element == DType.I32 ? (int[])[1, 15, 16, 17, 33, 257] : [17, 33])
        {
            yield return ($"{length} of {element.Name()}", draw.Any(element, length));
        }

        foreach (int[] shape in Shapes)
        {
            yield return ($"{element.Name()}{Text(shape)}", draw.Any(element, shape));
        }
    }

    /// <summary>Rows without elements, and no rows.</summary>
    public static IEnumerable<(string Name, Tensor X)> Empty(DType element) =>
        ((int[][])[[0], [2, 0], [2, 3, 0], [0, 4], [0, 0], [3, 0, 2]]).Select(shape => ($"{element.Name()}{Text(shape)}: empty", Tensor.Of(element, shape)));

    private static (string Name, Tensor X) Row(string name, F32[] x) => (name, Tensor.Of([1, x.Length], x));
}
