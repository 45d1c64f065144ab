using System.Runtime.InteropServices;

namespace PomIsa.Shards;

/// <summary>A file's bytes in native memory that begins at a multiple of 64 bytes, outside the garbage collector's reach.</summary>
internal sealed unsafe class AlignedFile : SafeHandle
{
    public AlignedFile(string path, long length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        Path = path;
        Length = length;
        SetHandle((IntPtr)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), TensorFile.Alignment));
    }

    public string Path { get; }

    public long Length { get; }

    public byte* Bytes => (byte*)handle;

    public override bool IsInvalid => handle == IntPtr.Zero;

    public Span<byte> Slice(long start, long length) => new(Bytes + start, checked((int)length));

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
