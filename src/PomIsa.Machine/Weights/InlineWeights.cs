using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Machine.Weights;

/// <summary>Weights that travel inside a module, copied to memory as kernels want it.</summary>
internal sealed unsafe class InlineWeights : IDisposable
{
    private readonly Dictionary<int, NativeBuffer> _buffers = [];

    public InlineWeights(Module module)
    {
        foreach (WeightData data in module.Data)
        {
            var buffer = new NativeBuffer(data.Bytes.Length);
            data.Bytes.AsSpan().CopyTo(buffer.Slice(0, data.Bytes.Length));
            _buffers[data.Weight] = buffer;
        }
    }

    /// <summary>The bytes of a weight, or null if it is not inside the module.</summary>
    public byte* this[int weight] => _buffers.TryGetValue(weight, out NativeBuffer? buffer) ? buffer.Data : null;

    public void Dispose()
    {
        foreach (NativeBuffer buffer in _buffers.Values)
        {
            buffer.Dispose();
        }
    }
}
