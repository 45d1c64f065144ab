using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PomIsa.Audit.Projecting;

/// <summary>Memory for a kernel, used again as long as it suffices; of any content.</summary>
internal sealed unsafe class PinnedArray<T>
    where T : unmanaged
{
    private T[] _array = [];

    public T* Data => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));

    public Span<T> Span => _array;

    /// <summary>At least so many, for which what was there may be lost.</summary>
    public T* Grow(int length)
    {
        if (_array.Length < length)
        {
            _array = GC.AllocateUninitializedArray<T>(length, pinned: true);
        }

        return Data;
    }
}
