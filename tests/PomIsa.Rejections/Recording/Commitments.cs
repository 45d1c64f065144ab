using System.Buffers.Binary;
using System.Security.Cryptography;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recording;

/// <summary>Trees and commitments of spec/evidence.md, chapters 1 and 2.</summary>
internal static class Commitments
{
    private const int Block = 1024;

    public static byte[] Hash(params ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in parts)
        {
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
    }

    public static byte[] OfTensor(Value tensor) => OfTensor(tensor.Element, tensor.Shape, tensor.Bytes);

    /// <summary>A tensor's commitment.</summary>
    /// <param name="element">Its element type's number, or one from 0x80 on.</param>
    /// <param name="shape">Its dimensions at run time.</param>
    /// <param name="bytes">Its rows, one behind the other.</param>
    public static byte[] OfTensor(byte element, int[] shape, byte[] bytes)
    {
        int rows = shape.Length < 2 ? 1 : shape[0];
        var roots = new List<byte[]>();
        for (int row = 0; row < rows; row++)
        {
            int length = bytes.Length / rows;
            roots.Add(Root([.. Enumerable.Range(0, (length + Block - 1) / Block).Select(b =>
                Hash([0], bytes[((row * length) + (b * Block))..Math.Min((row + 1) * length, (row * length) + ((b + 1) * Block))]))]));
        }

        byte[] dims = new byte[4 * shape.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(dims.AsSpan(4 * axis), shape[axis]);
        }

        return Hash([2, element, (byte)shape.Length], dims, Root([.. roots]));
    }

    public static byte[] OfPrompt(byte[] bytes) => Hash([3], new byte[32], bytes);

    /// <summary>The root over leaf hashes: split at the largest power of two below their number.</summary>
    private static byte[] Root(byte[][] leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.Length == 0 ? Hash([]) : leaves[0];
        }

        int split = 1;
        while (2 * split < leaves.Length)
        {
            split *= 2;
        }

        return Hash([1], Root(leaves[..split]), Root(leaves[split..]));
    }
}

/// <summary>A tensor as a run has it: type, dimensions, elements.</summary>
internal sealed record Value(byte Element, int[] Shape, byte[] Bytes)
{
    /// <summary>Zeros of a type whose symbols have these values.</summary>
    public static Value Zeros(Kind kind, int[] symbols)
    {
        int[] shape = [.. kind.Shape.Select(d => d.IsSymbol ? symbols[d.Value] : d.Value)];
        return new Value(kind.Element, shape, new byte[shape.Aggregate(Modules.Element.Size(kind.Element), static (a, b) => a * b)]);
    }
}
