using System.Runtime.InteropServices;

namespace PomIsa.Benchmarks.Integer;

/// <summary>Bytes outside the heap, aligned to huge pages, which are asked for where the system has them.</summary>
internal sealed unsafe partial class HugeBuffer : IDisposable
{
    private const int Page = 2 << 20, HugePages = 14; // MADV_HUGEPAGE of <asm-generic/mman-common.h>

    public HugeBuffer(long bytes)
    {
        Length = (bytes + Page - 1) / Page * Page;
        Data = (byte*)NativeMemory.AlignedAlloc((nuint)Length, Page);
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(Data, (nuint)Length, HugePages);
        }
    }

    public byte* Data { get; private set; }

    public long Length { get; }

    /// <summary>Every byte a value of the same pseudo-random stream, none of them −128.</summary>
    public HugeBuffer Filled()
    {
        ulong state = 1;
        for (long i = 0; i < Length; i += 8)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *(ulong*)(Data + i) = state | 0x0101010101010101;
        }

        return this;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
