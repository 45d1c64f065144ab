using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>Memory outside the garbage collector's reach, at a multiple of 64 bytes; large ones on huge pages where the system gives them.</summary>
/// <remarks>Of any content when new. The system gives pages as they are touched, so a generous length costs nothing until then.</remarks>
public sealed unsafe class NativeBuffer : SafeHandle
{
    /// <summary>Every buffer begins at a multiple of this.</summary>
    public const int Alignment = 64;

    private const int HugePage = 2 << 20;

    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private static readonly delegate* unmanaged<void*, nuint, int, int> Advise = FindAdvise();

    /// <summary>Takes memory.</summary>
    /// <exception cref="OutOfMemoryException">The system has none.</exception>
    public NativeBuffer(long length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        bool huge = length >= HugePage && Advise is not null;
        void* data = NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), (nuint)(huge ? HugePage : Alignment));
        SetHandle((IntPtr)data);
        if (huge)
        {
            _ = Advise(data, (nuint)length / HugePage * HugePage, AdviseHugePages); // where it is refused, small pages serve
        }
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte; valid until the buffer is disposed of.</summary>
    public byte* Data => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Part of the memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It reaches past the end.</exception>
    public Span<byte> Slice(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length);
        return new Span<byte>(Data + start, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    private static delegate* unmanaged<void*, nuint, int, int> FindAdvise() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "madvise", out nint advise)
            ? (delegate* unmanaged<void*, nuint, int, int>)advise
            : null;
}
