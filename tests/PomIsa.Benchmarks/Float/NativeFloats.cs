using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Float;

/// <summary>f32 values in memory of their own, filled from a fixed stream, even over ±1.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private readonly NativeBuffer _buffer;

    public NativeFloats(int length)
    {
        Length = length;
        _buffer = new NativeBuffer((long)length * sizeof(float));
        uint state = 12345;
        foreach (ref float value in Span)
        {
            state = (state * 1664525) + 1013904223;
            value = ((int)state >> 8) * (1f / (1 << 23));
        }
    }

    public int Length { get; }

    public float* Pointer => (float*)_buffer.Data;

    public Span<float> Span => new(Pointer, Length);

    public void Dispose() => _buffer.Dispose();
}
