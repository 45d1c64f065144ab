using System.Runtime.InteropServices;
using System.Text;

namespace PomIsa.Cli.Tests;

/// <summary>Small ONNX files, written in protobuf's wire form.</summary>
internal static class OnnxFile
{
    /// <summary><c>y = x · w</c> with x [2,64] and w [64,48], and what else is given.</summary>
    public static byte[] MatMul(byte[]? weight = null, string op = "MatMul", string? dim = null) => Model(
        Node(op, "the_product", ["x", "w"], ["y"]), Input("x", dim, 64), weight ?? Tensor("w", [64, 48], Values(64 * 48)));

    /// <summary>A model with one node.</summary>
    public static byte[] Model(byte[] node, byte[] input, params byte[][] initializers) =>
    [
        .. Number(1, 8),
        .. Bytes(7, [.. Bytes(1, node), .. Text(2, "g"), .. initializers.SelectMany(static i => Bytes(5, i)), .. Bytes(11, input), .. Bytes(12, Text(1, "y"))]),
        .. Bytes(8, Number(2, 18)),
    ];

    public static byte[] Node(string op, string name, string[] inputs, string[] outputs) =>
        [.. inputs.SelectMany(static i => Text(1, i)), .. outputs.SelectMany(static o => Text(2, o)), .. Text(3, name), .. Text(4, op)];

    /// <summary>A float input of two dimensions; the first one open if it has a name, else 2.</summary>
    public static byte[] Input(string name, string? open, int columns)
    {
        byte[] first = open is null ? Number(1, 2) : Text(2, open);
        byte[] shape = [.. Bytes(1, first), .. Bytes(1, Number(1, columns))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, 1), .. Bytes(2, shape)]))];
    }

    public static byte[] Tensor(string name, int[] shape, float[] values) =>
        [.. shape.SelectMany(static d => Number(1, d)), .. Number(2, 1), .. Text(8, name), .. Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())];

    public static byte[] External(string name, int[] shape, string location) =>
    [
        .. shape.SelectMany(static d => Number(1, d)), .. Number(2, 1), .. Text(8, name), .. Bytes(13, [.. Text(1, "location"), .. Text(2, location)]), .. Number(14, 1),
    ];

    public static float[] Values(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] bytes) => [.. Varint((field << 3) | 2), .. Varint(bytes.Length), .. bytes];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
