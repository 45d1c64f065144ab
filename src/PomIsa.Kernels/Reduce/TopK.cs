using System.Numerics;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>The greatest values of a row in their order (spec/numerics.md, rule 9.4).</summary>
public static class TopK
{
    /// <summary>Of each row the k greatest, descending; NaN is above everything, equal values come by ascending index.</summary>
    /// <remarks>
    /// Shapes: <c>x:[T,D] → values:[T,k], ids:[T,k]</c>; f32, i32 or i64. Zeros of both signs are equal, as NaNs are; values keep their bits, but for NaN,
    /// which becomes the canonical one. A heap of the best so far lies in <paramref name="ids"/>, its root the least of them. No overlap.
    /// </remarks>
    /// <param name="columns">D, at least k.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or k is above D.</exception>
    public static void Rows<T>(ReadOnlySpan<T> x, int columns, int k, Span<T> values, Span<long> ids)
        where T : unmanaged, INumber<T>
    {
        Shape.Require(k >= 0 && k <= columns, "k is not within the row");
        Shape.Require(values.Length == ids.Length && x.Length * (long)k == ids.Length * (long)columns, "x is not [T,D] or values and ids not both [T,k]");
        for (int t = 0; k > 0 && t < ids.Length / k; t++)
        {
            ReadOnlySpan<T> row = x.Slice(t * columns, columns);
            Span<long> best = ids.Slice(t * k, k);
            Select(row, best);
            for (int i = 0; i < k; i++)
            {
                T value = row[(int)best[i]];
                values[(t * k) + i] = T.IsNaN(value) ? T.CreateTruncating(Lanes.Canonical(float.NaN)) : value;
            }
        }
    }

    /// <summary>Indices of the greatest values of one row, best first, as many as there is room for.</summary>
    internal static void Select<T>(ReadOnlySpan<T> x, Span<long> best)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < best.Length; i++)
        {
            best[i] = i;
        }

        for (int i = (best.Length / 2) - 1; i >= 0; i--)
        {
            Sink(x, best, i);
        }

        for (int i = best.Length; (i = Candidate(x, i, x[(int)best[0]])) < x.Length; i++)
        {
            best[0] = i;
            Sink(x, best, 0);
        }

        for (int end = best.Length - 1; end > 0; end--)
        {
            (best[0], best[end]) = (best[end], best[0]);
            Sink(x, best[..end], 0);
        }
    }

    /// <summary>The next index whose value is above the least one kept: a later one of equal value is not.</summary>
    private static int Candidate<T>(ReadOnlySpan<T> x, int from, T least)
        where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(least))
        {
            return x.Length;
        }

        Vector512<T> all = Vector512.Create(least);
        int width = Vector512<T>.Count;
        for (; from <= x.Length - width && Vector512.LessThanOrEqualAll(Vector512.Create(x.Slice(from, width)), all); from += width)
        {
        }

        while (from < x.Length && x[from] <= least) // false of NaN too
        {
            from++;
        }

        return from;
    }

    /// <summary>Restores the heap below <paramref name="at"/>: no entry comes after one of its own two in the order wanted, worst first.</summary>
    private static void Sink<T>(ReadOnlySpan<T> x, Span<long> heap, int at)
        where T : unmanaged, INumber<T>
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= heap.Length)
            {
                return;
            }

            child += child + 1 < heap.Length && IsBefore(x, heap[child], heap[child + 1]) ? 1 : 0;
            if (!IsBefore(x, heap[at], heap[child]))
            {
                return;
            }

            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    /// <summary>Whether index a comes before b among the greatest.</summary>
    private static bool IsBefore<T>(ReadOnlySpan<T> x, long a, long b)
        where T : unmanaged, INumber<T>
    {
        T first = x[(int)a], second = x[(int)b];
        bool isNaN = T.IsNaN(first), otherIsNaN = T.IsNaN(second);
        return isNaN || otherIsNaN ? (isNaN && (!otherIsNaN || a < b)) : first > second || (first == second && a < b);
    }
}
