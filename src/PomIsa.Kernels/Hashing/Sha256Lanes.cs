using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>SHA-256 of many messages at once, sixteen in the lanes of a vector; equal to the library's bit for bit.</summary>
/// <remarks>
/// Where 512-bit registers are missing, and where few long messages are left, the library's one-message code runs:
/// most processors have SHA instructions for it.
/// </remarks>
public static unsafe class Sha256Lanes
{
    /// <summary>Messages hashed side by side.</summary>
    public const int Width = 16;

    /// <summary>Longest message, in bytes.</summary>
    public const int MaxLength = 1 << 24;

    // As measured, in nanoseconds: sixteen lanes take 60 and 310 a block, the library 850 and 47 a block for each message.
    private const int GroupCost = 60, GroupBlockCost = 310, LibraryCost = 850, LibraryBlockCost = 47;

    /// <summary>Whether this process hashes in lanes.</summary>
    public static bool IsAccelerated => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>Hashes <paramref name="count"/> messages of <paramref name="length"/> bytes that start <paramref name="stride"/> bytes apart.</summary>
    /// <exception cref="ArgumentException">A message or a digest would lie outside its span.</exception>
    public static void HashMany(ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests) =>
        HashMany(-1, messages, stride, length, count, digests);

    /// <summary>As above, each message preceded by the byte <paramref name="prefix"/>.</summary>
    /// <exception cref="ArgumentException">A message or a digest would lie outside its span.</exception>
    public static void HashMany(byte prefix, ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests) =>
        HashMany((int)prefix, messages, stride, length, count, digests);

    private static void HashMany(int prefix, ReadOnlySpan<byte> messages, int stride, int length, int count, Span<Digest> digests)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (digests.Length < count || (count > 0 && ((long)(count - 1) * stride) + length > messages.Length))
        {
            throw new ArgumentException("Messages or digests reach past their span.", nameof(count));
        }

        HashJob* jobs = stackalloc HashJob[Width];
        byte* hashes = stackalloc byte[Width * Digest.Size];
        fixed (byte* bytes = messages)
        {
            for (int done = 0; done < count; done += Width)
            {
                int lanes = Math.Min(Width, count - done);
                for (int i = 0; i < lanes; i++)
                {
                    jobs[i] = new HashJob(bytes + ((long)(done + i) * stride), length, hashes + (i * Digest.Size));
                }

                HashGroup(prefix, jobs, lanes);
                for (int i = 0; i < lanes; i++)
                {
                    digests[done + i] = new Digest(new ReadOnlySpan<byte>(jobs[i].Hash, Digest.Size));
                }
            }
        }
    }

    /// <summary>Does all jobs, sixteen at a time in their order; no hash may lie where a later sixteen's message does.</summary>
    /// <param name="prefix">The byte before each message, or a negative number for none.</param>
    /// <param name="between">Called again and again meanwhile, where it is given: a thread that is needed elsewhere can go there and come back.</param>
    public static void HashAll(int prefix, HashJob* jobs, int count, Action? between = null)
    {
        for (int done = 0; done < count; done += Width)
        {
            between?.Invoke();
            HashGroup(prefix, jobs + done, Math.Min(Width, count - done), between);
        }
    }

    /// <summary>Blocks of SHA-256 in a message of so many bytes, end mark and length included.</summary>
    public static int Blocks(int length) => Sha256Lanes512.Blocks(length);

    /// <summary>Whether up to sixteen messages are hashed sooner in lanes than one after the other.</summary>
    /// <param name="count">0 to 16.</param>
    public static bool AreFaster(HashJob* jobs, int count)
    {
        if (!IsAccelerated)
        {
            return false;
        }

        long longest = 0, sum = 0;
        for (int i = 0; i < count; i++)
        {
            long blocks = Sha256Lanes512.Blocks(jobs[i].Length + 1);
            sum += blocks;
            longest = Math.Max(longest, blocks);
        }

        return GroupCost + (GroupBlockCost * longest) < (LibraryCost * (long)count) + (LibraryBlockCost * sum);
    }

    // All messages are read before the first hash is written.
    private static void HashGroup(int prefix, HashJob* jobs, int count, Action? between = null)
    {
        if (AreFaster(jobs, count))
        {
            Sha256Lanes512.Hash(prefix, jobs, count, between);
            return;
        }

        byte* hashes = stackalloc byte[Width * Digest.Size];
        for (int i = 0; i < count; i++)
        {
            HashOne(prefix, new ReadOnlySpan<byte>(jobs[i].Message, jobs[i].Length), new Span<byte>(hashes + (i * Digest.Size), Digest.Size));
        }

        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<byte>(hashes + (i * Digest.Size), Digest.Size).CopyTo(new Span<byte>(jobs[i].Hash, Digest.Size));
        }
    }

    private static void HashOne(int prefix, ReadOnlySpan<byte> message, Span<byte> hash)
    {
        if (prefix < 0)
        {
            System.Security.Cryptography.SHA256.HashData(message, hash);
        }
        else
        {
            PrefixedSha256.Hash((byte)prefix, message, hash);
        }
    }
}
