using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Families;

/// <summary>Values and shapes at the edges.</summary>
internal static class Values
{
    /// <summary>Sizes on both sides of a vector and of a block.</summary>
    public static readonly int[] Sizes = [1, 15, 16, 17, 255, 256, 257];

    /// <summary>One shape of each rank that the format allows.</summary>
    public static readonly int[][] Ranks =
    [
        [], [5], [2, 3], [2, 1, 3], [1, 2, 3, 2], [2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2], [2, 1, 1, 2, 1, 1, 2], [1, 1, 2, 1, 2, 1, 1, 2],
    ];

    /// <summary>Shapes without elements.</summary>
    public static readonly int[][] Empty = [[0], [0, 3], [3, 0], [2, 0, 4], [1, 1, 1, 1, 1, 1, 1, 0]];

    /// <summary>Quiet and signalling NaNs of both signs, with payloads.</summary>
    public static readonly F32[] NaNs = Bits(0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffc12345);

    public static readonly F32[] Subnormals = Bits(0x00000001, 0x80000001, 0x00000003, 0x80000003, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000);

    public static readonly F32[] Extremes = Bits(0, 0x80000000, 0x7f800000, 0xff800000, 0x3f800000, 0xbf800000, 0x7f7fffff, 0xff7fffff);

    public static readonly F32[] Special = [.. Extremes, .. NaNs, .. Subnormals];

    /// <summary>Edges of the integers of a type.</summary>
    public static long[] Edges(DType element)
    {
        int bits = 8 * element.Size();
        long least = long.MinValue >> (64 - bits), greatest = ~least, root = 1L << (bits / 2);
        return [least, least + 1, -root - 1, -root, -2, -1, 0, 1, 2, 3, root - 1, root, greatest - 1, greatest];
    }

    public static F32[] Bits(params IEnumerable<uint> bits) => [.. bits.Select(static b => new F32(b))];

    /// <summary>Decimal numbers, each rounded once.</summary>
    public static F32[] Decimals(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    public static F32 Number(string text) => text switch
    {
        "inf" => F32.Infinity,
        "-inf" => F32.NegativeInfinity,
        "nan" => NaNs[5],
        "max" => F32.Greatest,
        "-max" => -F32.Greatest,
        "tiny" => F32.Tiny,
        "-tiny" => -F32.Tiny,
        _ => F32.Parse(text),
    };

    public static F32[] Repeat(string value, int count) => [.. Enumerable.Repeat(Number(value), count)];

    public static F32[] Range(int count, Func<int, F32> of) => [.. Enumerable.Range(0, count).Select(of)];

    /// <summary>A copy with some values replaced.</summary>
    public static F32[] With(F32[] values, params ReadOnlySpan<(int At, string Value)> changes)
    {
        F32[] copy = [.. values];
        foreach ((int at, string value) in changes)
        {
            copy[at] = Number(value);
        }

        return copy;
    }

    public static F32[] Zeros(int count) => new F32[count];

    public static string Text(int[] shape) => $"[{string.Join(',', shape)}]";

    // Shapes of several ranks: elements count, not axes.
    public static int[] Shape(int size) => size switch { 16 => [4, 4], 17 => [17, 1], 255 => [3, 5, 17], _ => [size] };
}
