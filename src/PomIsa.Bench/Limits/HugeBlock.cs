using System.Runtime.InteropServices;

namespace PomIsa.Bench.Limits;

/// <summary>A block of native memory, written once, on huge pages where the system gives them for the asking.</summary>
internal sealed unsafe partial class HugeBlock : IDisposable
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of <sys/mman.h> on Linux

    private byte* _bytes;

    public HugeBlock(long length)
    {
        Length = length;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length, HugePage);
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(_bytes, (nuint)length, AdviseHugePages); // refused: the pages stay small
        }

        Parallel.For(0, (length + (1 << 24) - 1) >> 24, piece =>
        {
            long start = piece << 24;
            new Span<byte>(_bytes + start, (int)Math.Min(1 << 24, length - start)).Fill((byte)piece);
        });
    }

    ~HugeBlock() => NativeMemory.AlignedFree(_bytes);

    public long Length { get; }

    public byte* Bytes => _bytes;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
