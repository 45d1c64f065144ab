namespace PomIsa.Audit.Tests.Projecting;

/// <summary>Errors of a column's sums that a challenge, once it is known, does not show: small numbers whose products with both numbers of each row add up to nothing.</summary>
internal static class UnseenErrors
{
    /// <summary>An error for each row, not all of them 0.</summary>
    /// <param name="challenge">Two numbers for each row, some dozens of rows.</param>
    public static int[] Of(ReadOnlySpan<int> challenge)
    {
        int rows = challenge.Length / 2;
        var all = new List<Combination>();
        for (int row = 0; row < rows; row++)
        {
            var counts = new long[rows];
            counts[row] = 1;
            all.Add(new Combination(challenge[2 * row], challenge[(2 * row) + 1], counts));
        }

        all = Vanishing(all, static c => c.First, rows / 2);
        return [.. Vanishing(all, static c => c.Second, 1)[0].Counts.Select(static count => checked((int)count))];
    }

    /// <summary>Adds them to the first column of sums.</summary>
    /// <param name="sums"><c>i32[T, N]</c>.</param>
    public static void Add(int[] errors, int[] sums)
    {
        for (int row = 0, columns = sums.Length / errors.Length; row < errors.Length; row++)
        {
            sums[row * columns] += errors[row];
        }
    }

    // Differences of neighbours in the order of a value: each round they are fewer, smaller, and still independent.
    private static List<Combination> Vanishing(List<Combination> all, Func<Combination, long> value, int least)
    {
        while (all.Count(c => value(c) == 0) < least)
        {
            all = [.. all.OrderBy(value)];
            all = [.. all.Zip(all.Skip(1), static (a, b) => new Combination(b.First - a.First, b.Second - a.Second, [.. b.Counts.Zip(a.Counts, static (x, y) => x - y)]))];
        }

        return [.. all.Where(c => value(c) == 0)];
    }

    private sealed record Combination(long First, long Second, long[] Counts);
}
