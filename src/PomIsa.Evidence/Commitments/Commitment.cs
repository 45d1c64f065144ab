using System.Buffers.Binary;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>The commitment to a tensor, written to be read beside spec/evidence.md, chapter 2; <see cref="CommitmentBatch"/> is the fast form.</summary>
public static class Commitment
{
    /// <summary>Bytes in a block: 256 <c>f32</c>.</summary>
    public const int BlockBytes = 1024;

    /// <summary>Most dimensions a tensor can have.</summary>
    public const int MaxRank = 8;

    /// <summary>The dtype byte of a product that is committed as row scales and integer accumulators; shape [T, N].</summary>
    public const byte W8Product = 0x80;

    /// <summary>The dtype byte of rows that a quantized product multiplies, committed as row scales and integers <c>i8</c>; shape [T, K].</summary>
    public const byte QuantizedRows = 0x81;

    internal const byte TensorPrefix = 0x02;

    /// <summary>Bytes of a commitment's message, without its prefix, at a given rank.</summary>
    internal static int HeadBytes(int rank) => 2 + (4 * rank) + Digest.Size;

    /// <summary>The commitment to a tensor of <paramref name="dimensions"/> whose elements lie row-major and little-endian in <paramref name="bytes"/>.</summary>
    /// <param name="dtype">Any code; it is hashed as it is. The bytes of an <c>f32</c> tensor must have canonical NaN.</param>
    /// <param name="dimensions">At most <see cref="MaxRank"/>, none negative.</param>
    /// <exception cref="ArgumentException">Dimensions that are no shape, or bytes that don't divide into rows.</exception>
    public static Digest Of(byte dtype, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> bytes)
    {
        int rows = Rows(dimensions, bytes.Length);
        var roots = new Digest[rows];
        for (int row = 0; row < rows; row++)
        {
            int size = bytes.Length / rows;
            roots[row] = RowRoot(bytes.Slice(row * size, size));
        }

        return OfRoot(dtype, dimensions, Merkle.Root(roots));
    }

    /// <summary>The commitment to a tensor whose root is known: SHA-256(0x02 ‖ dtype ‖ rank ‖ dimensions ‖ root).</summary>
    /// <exception cref="ArgumentException">Dimensions that are no shape.</exception>
    public static Digest OfRoot(byte dtype, ReadOnlySpan<int> dimensions, Digest root)
    {
        CheckShape(dimensions);
        Span<byte> message = stackalloc byte[HeadBytes(dimensions.Length)];
        WriteHead(message, dtype, dimensions);
        root.CopyTo(message[^Digest.Size..]);
        return PrefixedSha256.Hash(TensorPrefix, message);
    }

    /// <summary>The root over one row's blocks; the empty root for a row without bytes.</summary>
    public static Digest RowRoot(ReadOnlySpan<byte> row) => Merkle.Root(RowLeaves(row));

    /// <summary>The leaf hashes of one row's blocks, for paths into it.</summary>
    public static Digest[] RowLeaves(ReadOnlySpan<byte> row)
    {
        var leaves = new Digest[(row.Length + BlockBytes - 1) / BlockBytes];
        for (int i = 0; i < leaves.Length; i++)
        {
            int from = i * BlockBytes;
            leaves[i] = Merkle.LeafHash(row.Slice(from, Math.Min(BlockBytes, row.Length - from)));
        }

        return leaves;
    }

    internal static void WriteHead(Span<byte> message, byte dtype, ReadOnlySpan<int> dimensions)
    {
        message[0] = dtype;
        message[1] = (byte)dimensions.Length;
        for (int i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(message[(2 + (4 * i))..], dimensions[i]);
        }
    }

    /// <summary>How many rows the bytes are cut into: the first dimension, and one for scalars and vectors.</summary>
    internal static int Rows(ReadOnlySpan<int> dimensions, int byteCount)
    {
        CheckShape(dimensions);
        int rows = dimensions.Length >= 2 ? dimensions[0] : 1;
        if (rows == 0 ? byteCount != 0 : byteCount % rows != 0)
        {
            throw new ArgumentException($"{byteCount} bytes don't divide into {rows} rows.", nameof(byteCount));
        }

        return rows;
    }

    internal static void CheckShape(ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
        {
            throw new ArgumentException($"A tensor has at most {MaxRank} dimensions.", nameof(dimensions));
        }

        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension);
        }
    }
}
