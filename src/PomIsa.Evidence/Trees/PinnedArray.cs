using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PomIsa.Evidence.Trees;

/// <summary>An array that the collector never moves, so that vector code may hold addresses into it; grows by doubling.</summary>
internal sealed unsafe class PinnedArray<T>
    where T : unmanaged
{
    private T[] _items;

    internal PinnedArray(int length)
    {
        _items = GC.AllocateUninitializedArray<T>(length, pinned: true);
        Start = Address(_items);
    }

    /// <summary>Address of the first element, until the next growth.</summary>
    internal T* Start { get; private set; }

    internal int Length => _items.Length;

    internal ref T this[int index] => ref _items[index];

    internal Span<T> Span(int start, int length) => _items.AsSpan(start, length);

    /// <summary>Makes room for <paramref name="length"/> elements; the first <paramref name="used"/> keep their values.</summary>
    /// <exception cref="OverflowException">No array is that long.</exception>
    internal void Reserve(long length, int used)
    {
        if (length > _items.Length)
        {
            T[] larger = GC.AllocateUninitializedArray<T>(checked((int)Math.Max(length, Math.Min(2L * _items.Length, Array.MaxLength))), pinned: true);
            _items.AsSpan(0, used).CopyTo(larger);
            _items = larger;
            Start = Address(larger);
        }
    }

    private static T* Address(T[] items) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(items));
}
