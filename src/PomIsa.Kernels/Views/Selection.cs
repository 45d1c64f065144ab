using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>One of two elements, by a third. Shapes: <c>c:[~], x1:[shape], x2:[~] → y:[shape]</c>; c and x2 broadcast to the shape.</summary>
public static class Selection
{
    /// <summary>y[i] = c[i] ≠ 0 ? x1[i] : x2[i]; c of bytes, the others of elements of <paramref name="size"/> bytes; bits are copied. No overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or an operand does not broadcast.</exception>
    public static void Where(
        ReadOnlySpan<byte> c, ReadOnlySpan<int> cShape, ReadOnlySpan<byte> x1, ReadOnlySpan<byte> x2, ReadOnlySpan<int> x2Shape, ReadOnlySpan<int> shape, int size, Span<byte> y)
    {
        Shape.Require(x1.Length == y.Length, "x1 and y differ in length");
        Span<int> first = stackalloc int[shape.Length], second = stackalloc int[shape.Length];
        StridedWalk.Broadcast(cShape, shape, first);
        StridedWalk.Broadcast(x2Shape, shape, second);
        var walk = new StridedWalk(shape, first, second);
        Shape.Require(y.Length == walk.Count * walk.Run * size, "the length of y disagrees with its shape");
        switch (size)
        {
            case 1:
                Runs(walk, c, x1, x2, y);
                break;
            case 2:
                Runs<ushort>(walk, c, x1, x2, y);
                break;
            case 4:
                Runs<uint>(walk, c, x1, x2, y);
                break;
            default:
                Runs<ulong>(walk, c, x1, x2, y);
                break;
        }
    }

    private static void Runs<T>(StridedWalk walk, ReadOnlySpan<byte> c, ReadOnlySpan<byte> x1, ReadOnlySpan<byte> x2, Span<byte> y)
        where T : unmanaged => Runs(
            walk, c, MemoryMarshal.Cast<byte, T>(x1), MemoryMarshal.Cast<byte, T>(x2), MemoryMarshal.Cast<byte, T>(y));

    private static void Runs<T>(StridedWalk walk, ReadOnlySpan<byte> c, ReadOnlySpan<T> x1, ReadOnlySpan<T> x2, Span<T> y)
        where T : unmanaged
    {
        for (int at = 0; at < y.Length; at += walk.Run, walk.Next())
        {
            Span<T> to = y.Slice(at, walk.Run);
            ReadOnlySpan<T> a = x1.Slice(at, walk.Run), b = x2.Slice(walk.Second, walk.SecondStep == 0 ? 1 : walk.Run);
            if (walk.FirstStep != 0)
            {
                Each(c.Slice(walk.First, walk.Run), a, b, to);
            }
            else if (c[walk.First] != 0)
            {
                a.CopyTo(to);
            }
            else if (walk.SecondStep == 0)
            {
                to.Fill(b[0]);
            }
            else
            {
                b.CopyTo(to);
            }
        }
    }

    /// <summary>One condition for each element; b has as many elements or one for all.</summary>
    private static void Each<T>(ReadOnlySpan<byte> c, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged
    {
        int i = typeof(T) == typeof(uint) && b.Length == y.Length
            ? Lines(c, MemoryMarshal.Cast<T, uint>(a), MemoryMarshal.Cast<T, uint>(b), MemoryMarshal.Cast<T, uint>(y))
            : 0;
        bool one = b.Length != y.Length;
        for (; i < y.Length; i++)
        {
            y[i] = c[i] != 0 ? a[i] : b[one ? 0 : i];
        }
    }

    /// <summary>Sixteen elements at a time, as many as there are whole vectors.</summary>
    private static int Lines(ReadOnlySpan<byte> c, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, Span<uint> y)
    {
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector128<sbyte> isZero = Vector128.Equals(Vector128.Create(c.Slice(i, Lanes.Count)), Vector128<byte>.Zero).AsSByte();
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(isZero);
            (Vector256<int> first, Vector256<int> second) = Vector256.Widen(Vector256.Create(low, high));
            Vector512<uint> mask = Vector512.Create(first, second).AsUInt32();
            Vector512.ConditionalSelect(mask, Vector512.Create(b.Slice(i, Lanes.Count)), Vector512.Create(a.Slice(i, Lanes.Count))).CopyTo(y[i..]);
        }

        return i;
    }
}
