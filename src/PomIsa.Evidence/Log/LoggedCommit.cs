using System.Buffers.Binary;

namespace PomIsa.Evidence.Log;

/// <summary>What FASTER's metadata of a commit says, with what this log adds to it.</summary>
/// <remarks>Layout: version (4) ‖ checksum (8) ‖ begin (8) ‖ until (8) ‖ number (8) ‖ iterators (4) ‖ bytes of the cookie (4) ‖ size (8) ‖ root; little-endian.</remarks>
/// <param name="Until">Address behind the last entry.</param>
/// <param name="Size">Entries.</param>
/// <param name="Root">The root over them.</param>
internal readonly record struct LoggedCommit(long Until, ulong Size, Digest Root)
{
    /// <summary>Bytes that this log adds: size and root.</summary>
    internal const int CookieBytes = 8 + Digest.Size;

    /// <summary>Address of the first entry in any log: what lies before it in the first page is never used.</summary>
    internal const int Begin = 64;

    private const int CookieAt = 44;

    /// <summary>Reads the metadata of a log as it is written today; false for any other, of which nothing is said.</summary>
    internal static unsafe bool TryRead(ReadOnlySpan<byte> metadata, out LoggedCommit commit)
    {
        commit = default;
        if (metadata.Length != CookieAt + CookieBytes)
        {
            return false;
        }

        long checksum = BinaryPrimitives.ReadInt64LittleEndian(metadata[4..]), begin = BinaryPrimitives.ReadInt64LittleEndian(metadata[12..]);
        long until = BinaryPrimitives.ReadInt64LittleEndian(metadata[20..]), number = BinaryPrimitives.ReadInt64LittleEndian(metadata[28..]);
        ReadOnlySpan<byte> cookie = metadata[CookieAt..];
        commit = new LoggedCommit(until, BinaryPrimitives.ReadUInt64LittleEndian(cookie), new Digest(cookie[8..]));
        fixed (byte* start = cookie)
        {
            return BinaryPrimitives.ReadInt32LittleEndian(metadata) == 1
                && BinaryPrimitives.ReadInt32LittleEndian(metadata[36..]) == 0
                && BinaryPrimitives.ReadInt32LittleEndian(metadata[40..]) == CookieBytes
                && begin == Begin
                && until >= Begin
                && checksum == (begin ^ until ^ number ^ CookieBytes ^ (long)RecordPage.Xor(start, CookieBytes));
        }
    }
}
