using System.Runtime.InteropServices;

namespace PomIsa.Training.Model;

/// <summary>f32 values in native memory, aligned to 64 bytes, zero at first.</summary>
internal sealed unsafe class FloatBuffer : IDisposable
{
    private float* _data;

    public FloatBuffer(long length)
    {
        Length = length;
        _data = (float*)NativeMemory.AlignedAlloc((nuint)(length * sizeof(float)), 64);
        NativeMemory.Clear(_data, (nuint)(length * sizeof(float)));
    }

    ~FloatBuffer() => NativeMemory.AlignedFree(_data);

    public long Length { get; }

    public float* Data => _data;

    public Span<float> Span => new(_data, checked((int)Length));

    public Span<byte> Bytes => MemoryMarshal.AsBytes(Span);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        GC.SuppressFinalize(this);
    }
}
