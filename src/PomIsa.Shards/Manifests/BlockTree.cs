using System.Numerics;
using System.Security.Cryptography;

namespace PomIsa.Shards;

/// <summary>The RFC 9162 tree over bytes that come one after the other, cut into blocks of 1024. Spec: spec/evidence.md, chapter 1.</summary>
internal sealed class BlockTree
{
    /// <summary>Bytes of a block; the last may be shorter.</summary>
    public const int BlockBytes = 1024;

    private readonly byte[] _block = new byte[1 + BlockBytes];
    private readonly Digest[] _peaks = new Digest[64]; // roots of full subtrees, by level, where the count has that bit
    private int _filled;
    private ulong _leaves;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, BlockBytes - _filled);
            bytes[..count].CopyTo(_block.AsSpan(1 + _filled));
            _filled += count;
            bytes = bytes[count..];
            if (_filled == BlockBytes)
            {
                Close();
            }
        }
    }

    /// <summary>Takes one whole leaf, whatever its length.</summary>
    public void AppendLeaf(ReadOnlySpan<byte> data)
    {
        var leaf = new byte[1 + data.Length];
        data.CopyTo(leaf.AsSpan(1));
        Add(Digest.Of(leaf));
    }

    /// <summary>Ends the last block and gives the root.</summary>
    public Digest Finish()
    {
        if (_filled > 0)
        {
            Close();
        }

        if (_leaves == 0)
        {
            return Digest.Of([]);
        }

        Digest root = _peaks[BitOperations.TrailingZeroCount(_leaves)];
        for (ulong rest = _leaves & (_leaves - 1); rest != 0; rest &= rest - 1)
        {
            root = Node(_peaks[BitOperations.TrailingZeroCount(rest)], root);
        }

        return root;
    }

    private void Close()
    {
        Add(Digest.Of(_block.AsSpan(0, 1 + _filled)));
        _filled = 0;
    }

    private void Add(Digest leaf)
    {
        int level = 0;
        for (; ((_leaves >> level) & 1) == 1; level++)
        {
            leaf = Node(_peaks[level], leaf);
        }

        _peaks[level] = leaf;
        _leaves++;
    }

    private static Digest Node(Digest left, Digest right)
    {
        Span<byte> message = stackalloc byte[1 + (2 * Digest.Size)];
        message[0] = 1;
        left.CopyTo(message[1..]);
        right.CopyTo(message[(1 + Digest.Size)..]);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(message, hash);
        return new Digest(hash);
    }
}
