using System.Numerics;
using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>Elements of an axis by their indices. Shapes: <c>x:[outer, d, inner], ids:[n], u:[outer, n, inner]</c>; a negative id counts from the end.</summary>
/// <remarks><c>outer</c> and <c>inner</c> stand for all axes before and behind the indexed one. No overlap.</remarks>
public static class Indexed
{
    /// <summary>Two operands of equal length to a third, which may be the first.</summary>
    public delegate void Fold<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y);

    /// <summary>Whether every id lies in −d … d − 1.</summary>
    public static bool AreInRange<TId>(ReadOnlySpan<TId> ids, int d)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        foreach (TId id in ids)
        {
            long index = long.CreateTruncating(id);
            if (index < -(long)d || index >= d)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>u[o, i, :] = x[o, ids[i], :]; bits are copied; <paramref name="inner"/> in bytes.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is out of range: <see cref="AreInRange"/> tells.</exception>
    public static void Gather<TId>(ReadOnlySpan<byte> x, int outer, int d, int inner, ReadOnlySpan<TId> ids, Span<byte> u)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        Shape.Require(x.Length == outer * d * inner && u.Length == outer * ids.Length * inner, "lengths disagree with the dimensions");
        switch (inner)
        {
            case 1:
                Pick(x, outer, d, ids, u);
                break;
            case 2:
                Pick(MemoryMarshal.Cast<byte, ushort>(x), outer, d, ids, MemoryMarshal.Cast<byte, ushort>(u));
                break;
            case 4:
                Pick(MemoryMarshal.Cast<byte, uint>(x), outer, d, ids, MemoryMarshal.Cast<byte, uint>(u));
                break;
            case 8:
                Pick(MemoryMarshal.Cast<byte, ulong>(x), outer, d, ids, MemoryMarshal.Cast<byte, ulong>(u));
                break;
            default:
                int to = 0;
                for (int o = 0; o < outer; o++)
                {
                    foreach (TId id in ids)
                    {
                        x.Slice(Place(o, d, id) * inner, inner).CopyTo(u.Slice(to, inner));
                        to += inner;
                    }
                }

                break;
        }
    }

    /// <summary>y[o, ids[i], :] = u[o, i, :] in ascending order, so that the last one stays; bits are copied; <paramref name="inner"/> in bytes.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is out of range: <see cref="AreInRange"/> tells.</exception>
    public static void Put<TId>(ReadOnlySpan<byte> u, int outer, int d, int inner, ReadOnlySpan<TId> ids, Span<byte> y)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        Shape.Require(y.Length == outer * d * inner && u.Length == outer * ids.Length * inner, "lengths disagree with the dimensions");
        int from = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (TId id in ids)
            {
                u.Slice(from, inner).CopyTo(y.Slice(Place(o, d, id) * inner, inner));
                from += inner;
            }
        }
    }

    /// <summary>y[o, ids[i], :] = fold(y[o, ids[i], :], u[o, i, :]) in ascending order; <paramref name="inner"/> in elements.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is out of range: <see cref="AreInRange"/> tells.</exception>
    public static void Into<TId, T>(ReadOnlySpan<T> u, int outer, int d, int inner, ReadOnlySpan<TId> ids, Fold<T> fold, Span<T> y)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        Shape.Require(y.Length == outer * d * inner && u.Length == outer * ids.Length * inner, "lengths disagree with the dimensions");
        int from = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (TId id in ids)
            {
                Span<T> to = y.Slice(Place(o, d, id) * inner, inner);
                fold(to, u.Slice(from, inner), to);
                from += inner;
            }
        }
    }

    /// <summary>Runs of one, two, four or eight bytes: a call for each would cost more than the copy.</summary>
    private static void Pick<TId, T>(ReadOnlySpan<T> x, int outer, int d, ReadOnlySpan<TId> ids, Span<T> u)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        for (int o = 0; o < outer; o++)
        {
            ReadOnlySpan<T> from = x.Slice(o * d, d);
            Span<T> to = u.Slice(o * ids.Length, ids.Length);
            for (int i = 0; i < ids.Length; i++)
            {
                to[i] = from[Place(0, d, ids[i])];
            }
        }
    }

    private static int Place<TId>(int o, int d, TId id)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        int index = int.CreateTruncating(id);
        return (o * d) + (index < 0 ? index + d : index);
    }
}
