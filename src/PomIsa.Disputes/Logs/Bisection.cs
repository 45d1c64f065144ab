using System.Numerics;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Logs;

/// <summary>Where two logs first differ.</summary>
/// <param name="Index">The first entry that is not the same; where one is a prefix of the other, its size.</param>
/// <param name="IsPrefix">Whether one is a prefix of the other.</param>
/// <param name="Rounds">Exchanges that it took.</param>
public sealed record FirstDifference(ulong Index, bool IsPrefix, int Rounds);

/// <summary>Finds the first entry in which two logs differ, by the roots of smaller and smaller ranges.</summary>
/// <remarks>
/// In each round both sides give the roots of at most 2^<c>bits</c> subtrees of the range that is left, each 2^h leaves wide but for the last. They are held against the root
/// that the side gave, or signed, before: a side can't say one thing now and another later.
/// </remarks>
public static class Bisection
{
    /// <summary>Bits of an exchange of 16 roots.</summary>
    public const int Sixteen = 4;

    /// <summary>Bits of an exchange of two roots.</summary>
    public const int Binary = 1;

    /// <summary>Finds it.</summary>
    /// <exception cref="CannotOpenException">A side gives roots that are not those of its signed tree.</exception>
    public static FirstDifference Find(IDisputedLog a, IDisputedLog b, int bits)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ulong size = Math.Min(a.Checkpoint.Size, b.Checkpoint.Size), first = 0, count = size;
        Digest? rootA = null, rootB = null;
        int rounds = 0;
        while (rounds == 0 ? count > 0 : count > 1)
        {
            rounds++;
            Digest[] forA = Children(a, size, first, count, bits, rootA), forB = Children(b, size, first, count, bits, rootB);
            int child = Array.FindIndex(forA.Zip(forB).ToArray(), static pair => pair.First != pair.Second);
            if (child < 0)
            {
                return new FirstDifference(size, IsPrefix: true, rounds);
            }

            ulong width = Width(count, bits), skipped = (ulong)child * width;
            (first, count) = (first + skipped, Math.Min(width, count - skipped));
            (rootA, rootB) = (forA[child], forB[child]);
        }

        return new FirstDifference(first, IsPrefix: size == 0, rounds);
    }

    /// <summary>Leaves of each subtree of a range but the last, in an exchange of at most 2^<paramref name="bits"/> roots.</summary>
    internal static ulong Width(ulong count, int bits)
    {
        int height = count <= 1 ? 0 : BitOperations.Log2(count - 1) + 1, over = height % bits;
        return 1UL << Math.Max(height - (over == 0 ? bits : over), 0);
    }

    private static Digest[] Children(IDisputedLog log, ulong size, ulong first, ulong count, int bits, Digest? parent)
    {
        ulong width = Width(count, bits);
        var roots = new Digest[(count + width - 1) / width];
        for (int i = 0; i < roots.Length; i++)
        {
            ulong skipped = (ulong)i * width;
            roots[i] = log.RootOf(first + skipped, Math.Min(width, count - skipped));
        }

        Digest root = Merkle.Root(roots);
        bool sound = parent is { } said ? root == said
            : size == log.Checkpoint.Size ? root == log.Checkpoint.Root
            : Merkle.VerifyConsistency(size, root, log.Checkpoint.Size, log.Checkpoint.Root, RangeWalk.ConsistencyProof(log, size, log.Checkpoint.Size));
        return sound
            ? roots
            : throw new CannotOpenException(log, FormattableString.Invariant($"{log.Checkpoint.Origin}: the roots that it gives for entries {first} to {first + count - 1} are not those of the tree that it signed"));
    }
}
