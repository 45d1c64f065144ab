using System.Runtime.CompilerServices;
using FASTER.core;

namespace PomIsa.Shards;

/// <summary>Where a read puts a chunk. A length of -1: the record cannot be a chunk.</summary>
internal unsafe struct ChunkTarget
{
    public byte* Destination;
    public int Capacity;
    public int Length;
}

/// <summary>Keys are SHA-256 digests, so any eight of their bytes are a good hash.</summary>
internal sealed class DigestComparer : IFasterEqualityComparer<Digest>
{
    public long GetHashCode64(ref Digest k) => Unsafe.As<Digest, long>(ref k);

    public bool Equals(ref Digest k1, ref Digest k2) => k1 == k2;
}

/// <summary>Record lengths that a damaged length field cannot push past a chunk's bound.</summary>
internal sealed unsafe class ChunkLength : IVariableLengthStruct<SpanByte>
{
    private const int Prefix = sizeof(int);

    public static bool IsPossible(int length) => length is >= 0 and <= ShardStore.MaxChunkLength;

    public int GetLength(ref SpanByte t) => Prefix + (IsPossible(t.Length) ? t.Length : 0);

    public int GetInitialLength() => Prefix;

    public void Serialize(ref SpanByte source, void* destination) => source.CopyTo((byte*)destination);

    public ref SpanByte AsRef(void* source) => ref Unsafe.AsRef<SpanByte>(source);

    public void Initialize(void* source, void* end) => *(int*)source = (int)((byte*)end - (byte*)source) - Prefix;
}

/// <summary>Copies chunks out of the log, into memory that the caller holds still.</summary>
internal sealed unsafe class ChunkFunctions : SpanByteFunctions<Digest, ChunkTarget, Empty>
{
    // A record lies within one page: header 8 bytes, key 32, length 4, value.
    private const int Overhead = 8 + Digest.Size + sizeof(int);

    public override bool SingleReader(ref Digest key, ref SpanByte input, ref SpanByte value, ref ChunkTarget dst, ref ReadInfo readInfo) =>
        Copy(ref value, ref dst, readInfo.Address);

    public override bool ConcurrentReader(ref Digest key, ref SpanByte input, ref SpanByte value, ref ChunkTarget dst, ref ReadInfo readInfo) =>
        Copy(ref value, ref dst, readInfo.Address);

    internal static bool FitsPage(long address, int length) =>
        ChunkLength.IsPossible(length) && (address & (ChunkLog.PageLength - 1)) + Overhead + length <= ChunkLog.PageLength;

    private static bool Copy(ref SpanByte value, ref ChunkTarget target, long address)
    {
        // The length field as it lies in the log: its top bits would make SpanByte follow a pointer, or skip bytes.
        int length = Unsafe.As<SpanByte, int>(ref value);
        target.Length = FitsPage(address, length) ? length : -1;
        if (target.Length >= 0 && length <= target.Capacity)
        {
            byte* bytes = (byte*)Unsafe.AsPointer(ref value) + sizeof(int);
            new ReadOnlySpan<byte>(bytes, length).CopyTo(new Span<byte>(target.Destination, target.Capacity));
        }

        return true;
    }
}
