using System.Runtime.InteropServices;

namespace PomIsa.Machine.Execution;

/// <summary>Memory that kernels need between their stages: it grows to the largest request and is used again.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private byte* _data;
    private nuint _length;

    ~Scratch() => NativeMemory.AlignedFree(_data);

    /// <summary>At least <paramref name="count"/> values, of any content, valid until the next request of this scratch.</summary>
    public T* Get<T>(int count)
        where T : unmanaged
    {
        nuint bytes = checked((nuint)count * (nuint)sizeof(T));
        if (bytes > _length)
        {
            NativeMemory.AlignedFree(_data);
            _length = bytes + (bytes / 2);
            _data = (byte*)NativeMemory.AlignedAlloc(_length, 64);
        }

        return (T*)_data;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        _length = 0;
        GC.SuppressFinalize(this);
    }
}
