using System.Numerics;

namespace PomIsa.Evidence.Trees;

/// <summary>A tree's leaves, of which only the roots over ranges are asked for.</summary>
public interface IRangeRoots
{
    /// <summary>The root over leaves first … first + count - 1, a range as the tree's splits make them; count is at least 1.</summary>
    Digest RootOf(ulong first, ulong count);
}

/// <summary>The proofs of RFC 9162, from the root down to a leaf or to the old tree's edge, over whatever knows the roots of ranges.</summary>
public static class RangeWalk
{
    /// <summary>The largest power of two below <paramref name="count"/>, which is at least 2: where a tree of so many leaves splits.</summary>
    public static ulong Split(ulong count) => 1UL << BitOperations.Log2(count - 1);

    /// <summary>The inclusion path of a leaf in the tree of the first <paramref name="size"/> leaves, the leaf's sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static Digest[] InclusionPath<TRanges>(TRanges ranges, ulong index, ulong size)
        where TRanges : IRangeRoots, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Digest>();
        (ulong first, ulong count) = (0, size);
        while (count > 1)
        {
            ulong k = Split(count);
            if (index - first < k)
            {
                path.Add(ranges.RootOf(first + k, count - k));
                count = k;
            }
            else
            {
                path.Add(ranges.RootOf(first, k));
                (first, count) = (first + k, count - k);
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>Proof that the tree of the first <paramref name="oldSize"/> leaves is a prefix of that of <paramref name="newSize"/>.</summary>
    /// <returns>An empty proof where the old size is 0 or the new one: there is nothing to prove.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The old tree is larger than the new one.</exception>
    public static Digest[] ConsistencyProof<TRanges>(TRanges ranges, ulong oldSize, ulong newSize)
        where TRanges : IRangeRoots, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        if (oldSize == 0 || oldSize == newSize)
        {
            return [];
        }

        // The old tree's edge lies in the range; whole: the range is all of the old tree, whose root the verifier has.
        var proof = new List<Digest>();
        (ulong first, ulong count, bool whole) = (0, newSize, true);
        while (oldSize - first < count)
        {
            ulong k = Split(count);
            if (oldSize - first <= k)
            {
                proof.Add(ranges.RootOf(first + k, count - k));
                count = k;
            }
            else
            {
                proof.Add(ranges.RootOf(first, k));
                (first, count, whole) = (first + k, count - k, false);
            }
        }

        if (!whole)
        {
            proof.Add(ranges.RootOf(first, count));
        }

        proof.Reverse();
        return [.. proof];
    }
}
