using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PomIsa.Kernels;

namespace PomIsa.Audit.Projecting;

/// <summary>The bytes by which an auditor adds up rows: they follow from the published checkpoint, so nobody knew them when the records were made, and anyone finds the same.</summary>
public static class Challenge
{
    private static ReadOnlySpan<byte> Lead => "pomisa audit v1\n"u8;

    /// <summary>Eight bytes for each row: SHA-256(lead ‖ checkpoint ‖ run ‖ counter as u64) for counters from 0, one after the other. Shapes: <c>s:[T,8]</c>.</summary>
    /// <param name="checkpoint">SHA-256 of the checkpoint's text.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="rows">T.</param>
    public static sbyte[] Rows(Digest checkpoint, Digest run, int rows)
    {
        const int RowsOfHash = Digest.Size / Projection.Count;
        var s = new sbyte[rows * Projection.Count];
        Span<byte> message = stackalloc byte[Lead.Length + (2 * Digest.Size) + sizeof(ulong)];
        Span<byte> hash = stackalloc byte[Digest.Size];
        Lead.CopyTo(message);
        checkpoint.ToArray().CopyTo(message[Lead.Length..]);
        run.ToArray().CopyTo(message[(Lead.Length + Digest.Size)..]);
        for (int row = 0; row < rows; row += RowsOfHash)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(message[^sizeof(ulong)..], (ulong)(row / RowsOfHash));
            SHA256.HashData(message, hash);
            int length = Math.Min(RowsOfHash, rows - row) * Projection.Count;
            MemoryMarshal.Cast<byte, sbyte>(hash[..length]).CopyTo(s.AsSpan(row * Projection.Count));
        }

        return s;
    }
}
