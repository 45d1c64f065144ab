using PomIsa.Kernels;

namespace PomIsa.Machine.Execution;

/// <summary>Memory that kernels need between their stages, used again by each. It has the planned length; a longer request makes it grow.</summary>
internal sealed unsafe class Scratch(long planned) : IDisposable
{
    private NativeBuffer? _buffer;

    /// <summary>Bytes held.</summary>
    public long Bytes => _buffer?.Length ?? 0;

    /// <summary>At least <paramref name="count"/> values, of any content, valid until the next request of this scratch.</summary>
    public T* Get<T>(long count)
        where T : unmanaged
    {
        long bytes = checked(count * sizeof(T));
        if (_buffer is null || bytes > _buffer.Length)
        {
            _buffer?.Dispose();
            _buffer = new NativeBuffer(Math.Max(planned, bytes));
        }

        return (T*)_buffer.Data;
    }

    public void Dispose() => _buffer?.Dispose();
}
