namespace PomIsa.Assembly.Diagnostics;

/// <summary>The known name that a misspelt one most likely meant.</summary>
internal static class Suggestion
{
    // Names longer than this are compared by equality only; the cost of the table stays bounded.
    private const int LongestCompared = 32;
    private const int MostCompared = 1024;

    /// <summary>A hint, or null when nothing is near. Ties go to the ordinally first name.</summary>
    public static string? For(string wrong, IEnumerable<string> known)
    {
        var best = Nearest(wrong, known);
        return best is null ? null : $"did you mean '{best}'?";
    }

    public static string? Nearest(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length > LongestCompared)
        {
            return null;
        }

        string? best = null;
        var bestDistance = (wrong.Length + 2) / 3 + (wrong.Length == 1 ? 0 : 1); // one letter: only its other case
        foreach (var name in known.Take(MostCompared))
        {
            if (name.Length > LongestCompared || Math.Abs(name.Length - wrong.Length) > bestDistance)
            {
                continue;
            }

            var distance = Distance(wrong, name);
            if (distance < bestDistance || (distance == bestDistance && best is not null && string.CompareOrdinal(name, best) < 0))
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment: insert, delete, replace, and swap of two neighbours, each at cost 1.</summary>
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> beforeLast = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var cost = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost = Math.Min(cost, beforeLast[j - 2] + 1);
                }

                row[j] = cost;
            }

            var spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }

        return last[b.Length];
    }
}
