using PomIsa.Kernels;

namespace PomIsa.Shards;

/// <summary>A file's bytes in native memory, aligned as kernels like it and on huge pages where the system gives them.</summary>
internal sealed unsafe class AlignedFile(string path, long length) : IDisposable
{
    private readonly NativeBuffer _memory = new(length);

    public string Path { get; } = path;

    public long Length => _memory.Length;

    public byte* Bytes => _memory.Data;

    public Span<byte> Slice(long start, long length) => _memory.Slice(start, checked((int)length));

    public void Dispose() => _memory.Dispose();
}
