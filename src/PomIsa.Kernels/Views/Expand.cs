using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>Broadcasting as a copy. Shapes: <c>x:[from] → y:[shape]</c>, from aligned at the last axis, each dimension 1 or the same.</summary>
public static class Expand
{
    /// <summary>y[..] = the element of x that broadcasting puts there; elements of <paramref name="size"/> bytes. No overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or x does not broadcast.</exception>
    public static void Copy(ReadOnlySpan<byte> x, ReadOnlySpan<int> from, int size, Span<byte> y, ReadOnlySpan<int> shape)
    {
        switch (size)
        {
            case 1:
                Runs(x, from, y, shape);
                break;
            case 2:
                Runs(MemoryMarshal.Cast<byte, ushort>(x), from, MemoryMarshal.Cast<byte, ushort>(y), shape);
                break;
            case 4:
                Runs(MemoryMarshal.Cast<byte, uint>(x), from, MemoryMarshal.Cast<byte, uint>(y), shape);
                break;
            default:
                Runs(MemoryMarshal.Cast<byte, ulong>(x), from, MemoryMarshal.Cast<byte, ulong>(y), shape);
                break;
        }
    }

    private static void Runs<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> from, Span<T> y, ReadOnlySpan<int> shape)
    {
        Span<int> steps = stackalloc int[shape.Length];
        StridedWalk.Broadcast(from, shape, steps);
        var walk = new StridedWalk(shape, steps, steps);
        Shape.Require(y.Length == walk.Count * walk.Run, "the length of y disagrees with its shape");
        for (int at = 0; at < y.Length; at += walk.Run, walk.Next())
        {
            Span<T> to = y.Slice(at, walk.Run);
            if (walk.FirstStep == 0)
            {
                to.Fill(x[walk.First]);
            }
            else
            {
                x.Slice(walk.First, walk.Run).CopyTo(to);
            }
        }
    }
}
