using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace PomIsa.Disputes.Protocol;

/// <summary>Parts of a file, each behind its length; packed ones in zlib's form behind the length that they unpack to.</summary>
internal static class Parts
{
    /// <summary>Most bytes that a packed part unpacks to.</summary>
    public const int MaxUnpackedBytes = 1 << 20;

    public static void Write(MemoryStream file, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        file.Write(length);
        file.Write(part);
    }

    /// <summary>A part without bytes is packed as none.</summary>
    public static void WritePacked(MemoryStream file, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        file.Write(length);
        using var packed = new MemoryStream();
        if (!part.IsEmpty)
        {
            using var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true);
            zlib.Write(part);
        }

        Write(file, packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public static bool TryRead(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = [];
        if (!TryLength(ref rest, out int length) || length > rest.Length)
        {
            return false;
        }

        part = rest[..length];
        rest = rest[length..];
        return true;
    }

    public static bool TryReadPacked(ref ReadOnlySpan<byte> rest, [NotNullWhen(true)] out byte[]? part)
    {
        part = null;
        if (!TryLength(ref rest, out int length) || length > MaxUnpackedBytes || !TryRead(ref rest, out ReadOnlySpan<byte> packed))
        {
            return false;
        }

        if (length == 0)
        {
            part = [];
            return packed.IsEmpty;
        }

        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var bytes = new byte[length];
            if (zlib.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length || zlib.ReadByte() >= 0)
            {
                return false;
            }

            part = bytes;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool TryLength(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = rest.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest.Length < 4 ? [] : rest[4..];
        return length >= 0;
    }
}
