using System.Runtime.InteropServices;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Aligned memory with a guard behind it, to see a write beyond the end.</summary>
internal sealed unsafe class Buffer : IDisposable
{
    private const int GuardBytes = 64;
    private const byte Mark = 0xc3;
    private readonly int _length;

    public Buffer(byte[] content)
    {
        _length = content.Length;
        Data = (byte*)NativeMemory.AlignedAlloc((nuint)(_length + GuardBytes), 64);
        content.CopyTo(new Span<byte>(Data, _length));
        new Span<byte>(Data + _length, GuardBytes).Fill(Mark);
    }

    public byte* Data { get; }

    public ReadOnlySpan<byte> Bytes => new(Data, _length);

    public void CheckGuard() => Assert.False(new ReadOnlySpan<byte>(Data + _length, GuardBytes).ContainsAnyExcept(Mark), "a write beyond the end");

    public void Dispose() => NativeMemory.AlignedFree(Data);
}
