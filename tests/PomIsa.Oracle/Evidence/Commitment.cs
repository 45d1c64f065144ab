using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using PomIsa.Oracle.Cases;

namespace PomIsa.Oracle.Evidence;

/// <summary>Commitments to tensors (spec/evidence.md, chapter 2).</summary>
internal static class Commitment
{
    private const int BlockBytes = 1024;

    /// <summary>Of a tensor, under the code of its element type.</summary>
    public static string Of(Tensor y) => Of((byte)y.Element, y.Shape, y.Raw());

    /// <summary>Of a quantized product: each row's scale, then its sums.</summary>
    public static string OfProduct(Tensor scales, Tensor sums)
    {
        int rows = sums.Shape[0], width = sums.Shape[1] * 4;
        byte[] d = scales.Raw(), acc = sums.Raw();
        return Of(0x80, sums.Shape, [.. Enumerable.Range(0, rows).SelectMany(t => d[(4 * t)..(4 * (t + 1))].Concat(acc[(width * t)..(width * (t + 1))]))]);
    }

    private static string Of(byte code, int[] shape, byte[] bytes)
    {
        int rows = shape.Length < 2 ? 1 : shape[0], width = rows == 0 ? 0 : bytes.Length / rows;
        byte[][] roots = [.. Enumerable.Range(0, rows).Select(t => RowRoot(bytes.AsSpan(t * width, width)))];
        byte[] head = [2, code, (byte)shape.Length, .. shape.SelectMany(Little)];
        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. Root(roots)]));
    }

    private static byte[] RowRoot(ReadOnlySpan<byte> row)
    {
        var leaves = new List<byte[]>();
        for (int at = 0; at < row.Length; at += BlockBytes)
        {
            leaves.Add(SHA256.HashData([0, .. row[at..Math.Min(at + BlockBytes, row.Length)]]));
        }

        return Root([.. leaves]);
    }

    /// <summary>RFC 9162, from the hashes of the leaves on.</summary>
    private static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.Length == 0 ? SHA256.HashData([]) : leaves[0];
        }

        int split = 1 << BitOperations.Log2((uint)leaves.Length - 1);
        return SHA256.HashData([1, .. Root(leaves[..split]), .. Root(leaves[split..])]);
    }

    private static byte[] Little(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
