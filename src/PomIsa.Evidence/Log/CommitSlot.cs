using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PomIsa.Evidence.Log;

/// <summary>What one of a log's two commit files holds: FASTER's metadata of a commit, and whether its records are known to be durable.</summary>
/// <remarks>Layout: magic (8) ‖ commit number (8) ‖ length (4) ‖ metadata ‖ SHA-256 of all before it; little-endian.</remarks>
/// <param name="Number">Number of the commit; 0 for a new log.</param>
/// <param name="Metadata">As FASTER gave it; empty for a new log.</param>
/// <param name="IsSettled">Whether the records were durable before this was written. If not it counts only together with records that have its root.</param>
internal sealed record CommitSlot(long Number, byte[] Metadata, bool IsSettled)
{
    private const int HeadBytes = 20;
    private const int MaxMetadata = 1 << 16;

    /// <summary>Of a log in which nothing was committed.</summary>
    internal static CommitSlot New { get; } = new(0, [], IsSettled: true);

    private static ReadOnlySpan<byte> Settled => "PISALOG1"u8;

    private static ReadOnlySpan<byte> Tentative => "PISATRY1"u8;

    /// <summary>The file's bytes.</summary>
    internal byte[] Encode()
    {
        var bytes = new byte[HeadBytes + Metadata.Length + SHA256.HashSizeInBytes];
        (IsSettled ? Settled : Tentative).CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Metadata.Length);
        Metadata.CopyTo(bytes.AsSpan(HeadBytes));
        SHA256.HashData(bytes.AsSpan(0, HeadBytes + Metadata.Length), bytes.AsSpan(HeadBytes + Metadata.Length));
        return bytes;
    }

    /// <summary>Reads a file's bytes; null where they are unsound, as a torn write leaves them. What follows is not looked at.</summary>
    internal static CommitSlot? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes + SHA256.HashSizeInBytes || !(bytes.StartsWith(Settled) || bytes.StartsWith(Tentative)))
        {
            return null;
        }

        long number = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (number < 0 || length is < 0 or > MaxMetadata || bytes.Length < HeadBytes + length + SHA256.HashSizeInBytes)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..(HeadBytes + length)], hash);
        return hash.SequenceEqual(bytes.Slice(HeadBytes + length, SHA256.HashSizeInBytes))
            ? new CommitSlot(number, bytes.Slice(HeadBytes, length).ToArray(), bytes.StartsWith(Settled))
            : null;
    }
}
