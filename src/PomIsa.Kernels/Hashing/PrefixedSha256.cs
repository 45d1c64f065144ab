using System.Security.Cryptography;

namespace PomIsa.Kernels;

/// <summary>SHA-256 of a domain byte followed by a message, without allocating for messages of a few KiB.</summary>
public static class PrefixedSha256
{
    private const int StackLimit = 4096;

    /// <summary>The digest of the byte and the message.</summary>
    public static Digest Hash(byte prefix, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Hash(prefix, message, hash);
        return new Digest(hash);
    }

    /// <summary>The same, as 32 bytes.</summary>
    public static void Hash(byte prefix, ReadOnlySpan<byte> message, Span<byte> hash)
    {
        if (message.Length < StackLimit)
        {
            Span<byte> whole = stackalloc byte[StackLimit];
            whole[0] = prefix;
            message.CopyTo(whole[1..]);
            SHA256.HashData(whole[..(1 + message.Length)], hash);
            return;
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([prefix]);
        sha.AppendData(message);
        sha.GetHashAndReset(hash);
    }
}
