using System.Buffers.Binary;
using System.Security.Cryptography;
using PomIsa.Kernels;

namespace PomIsa.Audit.Projecting;

/// <summary>The numbers by which an auditor adds up rows. They follow from the published checkpoint and from a seed, which nobody knew when the records and the openings were made; with the seed anyone finds the same.</summary>
public static class Challenge
{
    private static ReadOnlySpan<byte> Lead => "pomisa audit v2\n"u8;

    /// <summary>Eight bytes for each row: SHA-256(lead ‖ checkpoint ‖ run ‖ seed ‖ counter as u64) for counters from 0, one after the other, taken as two i32, little-endian. Shapes: <c>s:[T,2]</c>.</summary>
    /// <param name="checkpoint">SHA-256 of the checkpoint's text.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="seed">What the auditor drew, or the root of the openings.</param>
    /// <param name="rows">T.</param>
    public static int[] Rows(Digest checkpoint, Digest run, Digest seed, int rows)
    {
        var s = new int[rows * Projection.Count];
        Span<byte> message = stackalloc byte[Lead.Length + (3 * Digest.Size) + sizeof(ulong)];
        Span<byte> hash = stackalloc byte[Digest.Size];
        Lead.CopyTo(message);
        int at = Lead.Length;
        foreach (Digest part in (ReadOnlySpan<Digest>)[checkpoint, run, seed])
        {
            part.ToArray().CopyTo(message[at..]);
            at += Digest.Size;
        }

        for (int i = 0; i < s.Length; i++)
        {
            int within = i * sizeof(int) % Digest.Size;
            if (within == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(message[at..], (ulong)(i * sizeof(int) / Digest.Size));
                SHA256.HashData(message, hash);
            }

            s[i] = BinaryPrimitives.ReadInt32LittleEndian(hash[within..]);
        }

        return s;
    }
}
