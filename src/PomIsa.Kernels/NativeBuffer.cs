using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>Memory outside the garbage collector's reach, at a multiple of 64 bytes; large ones on huge pages where the system gives them.</summary>
/// <remarks>
/// Of any content when new. The system gives pages as they are touched, so a generous length costs nothing until then. Large ones that were disposed of are
/// kept for the next, 256 MiB of them at most: the system would clear their pages again, which takes as long as a tenth of verifying a run.
/// </remarks>
public sealed unsafe class NativeBuffer : SafeHandle
{
    /// <summary>Every buffer begins at a multiple of this.</summary>
    public const int Alignment = 64;

    private const int HugePage = 2 << 20;

    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private const long MostKept = 256 << 20;

    private static readonly Lock s_lock = new();

    private static readonly List<Block> s_kept = []; // the one disposed of last at the end

    private static readonly delegate* unmanaged<void*, nuint, int, int> Advise = FindAdvise();

    private readonly long _capacity;

    /// <summary>Takes memory.</summary>
    /// <exception cref="OutOfMemoryException">The system has none.</exception>
    public NativeBuffer(long length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        if (length >= HugePage && TryTakeKept(length, out IntPtr kept, out _capacity))
        {
            SetHandle(kept);
            return;
        }

        _capacity = length;
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

    /// <summary>Bytes of all buffers that are kept for the next ones.</summary>
    internal static long Kept
    {
        get
        {
            lock (s_lock)
            {
                return SumOfKept();
            }
        }
    }

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
        if (_capacity is < HugePage or > MostKept)
        {
            NativeMemory.AlignedFree((void*)handle);
            return true;
        }

        lock (s_lock)
        {
            s_kept.Add(new Block(handle, _capacity));
            for (long kept = SumOfKept(); kept > MostKept; s_kept.RemoveAt(0))
            {
                kept -= s_kept[0].Capacity;
                NativeMemory.AlignedFree((void*)s_kept[0].Data);
            }
        }

        return true;
    }

    private static long SumOfKept()
    {
        long sum = 0;
        foreach (Block block in s_kept)
        {
            sum += block.Capacity;
        }

        return sum;
    }

    /// <summary>The last that is long enough, and not so long that most of it would be idle.</summary>
    private static bool TryTakeKept(long length, out IntPtr data, out long capacity)
    {
        lock (s_lock)
        {
            int at = s_kept.Count - 1;
            while (at >= 0 && !(s_kept[at].Capacity >= length && s_kept[at].Capacity / 2 <= length))
            {
                at--;
            }

            (data, capacity) = at < 0 ? default : s_kept[at];
            if (at >= 0)
            {
                s_kept.RemoveAt(at);
            }

            return at >= 0;
        }
    }

    /// <summary>Memory that is kept.</summary>
    private readonly record struct Block(IntPtr Data, long Capacity);

    private static delegate* unmanaged<void*, nuint, int, int> FindAdvise() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "madvise", out nint advise)
            ? (delegate* unmanaged<void*, nuint, int, int>)advise
            : null;
}
