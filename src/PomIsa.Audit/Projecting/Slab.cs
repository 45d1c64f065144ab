using PomIsa.Kernels;

namespace PomIsa.Audit.Projecting;

/// <summary>Memory for kernels that many small arrays share: taken piece by piece, given back all at once; of any content.</summary>
/// <remarks>It comes in buffers so large that they are kept for the next audit, whose pages need not be cleared again. Any thread may take.</remarks>
internal sealed unsafe class Slab : IDisposable
{
    private const int BufferBytes = 2 << 20;

    private readonly Lock _lock = new();
    private readonly List<NativeBuffer> _buffers = [];
    private long _used;

    /// <summary>So many values, at a multiple of 64 bytes.</summary>
    public T* Take<T>(int length)
        where T : unmanaged
    {
        long bytes = (((long)length * sizeof(T)) + NativeBuffer.Alignment - 1) / NativeBuffer.Alignment * NativeBuffer.Alignment;
        lock (_lock)
        {
            if (_buffers.Count == 0 || _used + bytes > _buffers[^1].Length)
            {
                _buffers.Add(new NativeBuffer(Math.Max(BufferBytes, bytes)));
                _used = 0;
            }

            byte* data = _buffers[^1].Data + _used;
            _used += bytes;
            return (T*)data;
        }
    }

    public void Dispose() => _buffers.ForEach(static b => b.Dispose());
}
