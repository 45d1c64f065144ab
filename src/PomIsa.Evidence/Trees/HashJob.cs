using System.Runtime.InteropServices;

namespace PomIsa.Evidence.Trees;

/// <summary>A message to hash and where its digest goes, 32 big-endian bytes; the memory stands still until it is done.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe readonly struct HashJob(byte* message, int length, byte* hash)
{
    internal readonly byte* Message = message;
    internal readonly byte* Hash = hash;
    internal readonly int Length = length;
}
