using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Machine.Weights;

/// <summary>Weights that travel inside a module, copied to memory as kernels want it.</summary>
internal sealed unsafe class InlineWeights : IDisposable
{
    private readonly Dictionary<int, NativeBuffer> _buffers = [];

    public InlineWeights(Module module)
        : this(module, [])
    {
    }

    /// <param name="module">Has some of its weights inside.</param>
    /// <param name="contents">Stored bytes of the module's weights in their order, or none.</param>
    public InlineWeights(Module module, ImmutableArray<byte[]> contents)
    {
        foreach (WeightData data in module.Data)
        {
            Add(data.Weight, data.Bytes.AsSpan());
        }

        for (int i = 0; i < contents.Length; i++)
        {
            if (!_buffers.ContainsKey(i))
            {
                Add(i, contents[i]);
            }
        }
    }

    /// <summary>The bytes of a weight, or null if it is not inside the module.</summary>
    public byte* this[int weight] => _buffers.TryGetValue(weight, out NativeBuffer? buffer) ? buffer.Data : null;

    private void Add(int weight, ReadOnlySpan<byte> bytes)
    {
        var buffer = new NativeBuffer(bytes.Length);
        bytes.CopyTo(buffer.Slice(0, bytes.Length));
        _buffers[weight] = buffer;
    }

    public void Dispose()
    {
        foreach (NativeBuffer buffer in _buffers.Values)
        {
            buffer.Dispose();
        }
    }
}
