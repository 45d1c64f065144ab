using System.Runtime.InteropServices;

namespace PomIsa.Conformance.Running;

/// <summary>Aligned memory with a guard behind each piece, to see a write beyond its end.</summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int Guard = 64;
    private const byte Mark = 0xc3;
    private readonly List<(IntPtr Data, int Length)> _pieces = [];

    /// <summary>A piece with this content.</summary>
    public byte* Keep(ReadOnlySpan<byte> content)
    {
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)content.Length + Guard, Guard);
        content.CopyTo(new Span<byte>(data, content.Length));
        new Span<byte>(data + content.Length, Guard).Fill(Mark);
        _pieces.Add(((IntPtr)data, content.Length));
        return data;
    }

    /// <exception cref="MachineBugException">Something was written beyond an end: a bug of the machine.</exception>
    public void Check()
    {
        foreach ((IntPtr data, int length) in _pieces)
        {
            if (new ReadOnlySpan<byte>((byte*)data + length, Guard).ContainsAnyExcept(Mark))
            {
                throw new MachineBugException("A write beyond the end of a tensor.");
            }
        }
    }

    public void Dispose()
    {
        foreach ((IntPtr data, _) in _pieces)
        {
            NativeMemory.AlignedFree((void*)data);
        }

        _pieces.Clear();
    }
}
