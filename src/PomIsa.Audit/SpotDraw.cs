using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PomIsa.Audit;

/// <summary>The records that a spot check looks at: drawn from a log of known size by a seed, with replacement.</summary>
public static class SpotDraw
{
    private static ReadOnlySpan<byte> Lead => "pomisa spot v1\n"u8;

    /// <summary>Draw i is ⌊size · u / 2⁶⁴⌋, u being the first eight bytes, little-endian, of SHA-256(lead ‖ seed ‖ i as u64).</summary>
    /// <param name="seed">32 bytes: the digest of the checkpoint's text, or of the verifier's own seed.</param>
    /// <param name="size">Records in the log, one at least.</param>
    /// <param name="count">How many draws.</param>
    public static SortedSet<ulong> Of(Digest seed, ulong size, int count)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var drawn = new SortedSet<ulong>();
        Span<byte> message = stackalloc byte[Lead.Length + Digest.Size + sizeof(ulong)];
        Span<byte> hash = stackalloc byte[Digest.Size];
        Lead.CopyTo(message);
        seed.ToArray().CopyTo(message[Lead.Length..]);
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(message[^sizeof(ulong)..], (ulong)i);
            SHA256.HashData(message, hash);
            drawn.Add(Math.BigMul(BinaryPrimitives.ReadUInt64LittleEndian(hash), size, out _));
        }

        return drawn;
    }
}
