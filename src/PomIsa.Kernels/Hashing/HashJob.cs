using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>A message to hash and where its digest goes, 32 big-endian bytes; the memory stands still until it is done.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe readonly struct HashJob(byte* message, int length, byte* hash)
{
    /// <summary>First byte of the message.</summary>
    public byte* Message { get; } = message;

    /// <summary>Where the digest goes.</summary>
    public byte* Hash { get; } = hash;

    /// <summary>Bytes of the message.</summary>
    public int Length { get; } = length;
}
