using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Evidence.Trees;

/// <summary>SHA-256 of many messages of one length at once, sixteen in the lanes of a vector; equal to the library's bit for bit.</summary>
/// <remarks>
/// Where 512-bit registers are missing, and for what is left after the sixteens, the library's one-message code runs:
/// processors without AVX-512 mostly have SHA instructions, which beat eight lanes.
/// </remarks>
public static class Sha256Lanes
{
    /// <summary>Messages hashed side by side.</summary>
    public const int Width = 16;

    /// <summary>Longest message, in bytes.</summary>
    public const int MaxLength = 1 << 24;

    /// <summary>Whether this process hashes in lanes.</summary>
    public static bool IsAccelerated => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>Hashes <paramref name="count"/> messages of <paramref name="length"/> bytes that start <paramref name="stride"/> bytes apart.</summary>
    /// <exception cref="ArgumentException">A message or a digest would lie outside its span.</exception>
    public static void HashMany(ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests) =>
        HashMany([], messages, stride, length, count, digests);

    /// <summary>As above, each message preceded by the byte <paramref name="prefix"/>.</summary>
    /// <exception cref="ArgumentException">A message or a digest would lie outside its span.</exception>
    public static void HashMany(byte prefix, ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests) =>
        HashMany([prefix], messages, stride, length, count, digests);

    private static void HashMany(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (digests.Length < count || (count > 0 && ((long)(count - 1) * stride) + length > messages.Length))
        {
            throw new ArgumentException("Messages or digests reach past their span.", nameof(count));
        }

        Span<int> offsets = stackalloc int[Width];
        Span<byte> hashes = stackalloc byte[Width * Digest.Size];
        for (int done = 0; done < count; done += Width)
        {
            int lanes = Math.Min(Width, count - done);
            for (int i = 0; i < lanes; i++)
            {
                offsets[i] = (done + i) * stride;
            }

            HashGroup(prefix, messages, offsets[..lanes], length, hashes);
            for (int i = 0; i < lanes; i++)
            {
                digests[done + i] = new Digest(hashes.Slice(i * Digest.Size, Digest.Size));
            }
        }
    }

    /// <summary>Hashes up to sixteen messages by their offsets; writes 32 bytes for each. The caller has checked all bounds.</summary>
    internal static void HashGroup(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> messages, ReadOnlySpan<int> offsets, int length, Span<byte> hashes)
    {
        if (IsAccelerated && offsets.Length > Sha256Lanes512.WorthWhile)
        {
            Sha256Lanes512.Hash(prefix, messages, offsets, length, hashes);
            return;
        }

        for (int i = 0; i < offsets.Length; i++)
        {
            ReadOnlySpan<byte> message = messages.Slice(offsets[i], length);
            Span<byte> hash = hashes.Slice(i * Digest.Size, Digest.Size);
            if (prefix.IsEmpty)
            {
                System.Security.Cryptography.SHA256.HashData(message, hash);
            }
            else
            {
                Prefixed.Hash(prefix[0], message, hash);
            }
        }
    }
}
