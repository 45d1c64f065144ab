using PomIsa.Text.Files;

namespace PomIsa.Text.PreTokenizers;

/// <summary>Cuts a segment into parts, in order; the model sees each by itself.</summary>
internal delegate void Splitting(Segment segment, List<Segment> parts);

/// <summary>What becomes of a match when a text is cut at matches.</summary>
internal enum SplitBehavior
{
    /// <summary>Matches are left out.</summary>
    Removed,

    /// <summary>Each match is a part.</summary>
    Isolated,

    /// <summary>A match belongs to the part before it.</summary>
    MergedWithPrevious,

    /// <summary>A match belongs to the part after it.</summary>
    MergedWithNext,

    /// <summary>Matches side by side are one part.</summary>
    Contiguous,
}

/// <summary>Cuts by matches.</summary>
internal static class MatchSplit
{
    public static SplitBehavior ReadBehavior(JsonPart part, SplitBehavior otherwise)
    {
        if (part.TextOrNull("behavior") is not { } name)
        {
            return otherwise;
        }

        return name.ToUpperInvariant() switch
        {
            "REMOVED" => SplitBehavior.Removed,
            "ISOLATED" => SplitBehavior.Isolated,
            "MERGEDWITHPREVIOUS" or "MERGED_WITH_PREVIOUS" => SplitBehavior.MergedWithPrevious,
            "MERGEDWITHNEXT" or "MERGED_WITH_NEXT" => SplitBehavior.MergedWithNext,
            "CONTIGUOUS" => SplitBehavior.Contiguous,
            _ => throw part.Wrong($"has the behavior '{name}', which is not known here"),
        };
    }

    /// <summary>Cuts a segment.</summary>
    /// <param name="segment">What is cut.</param>
    /// <param name="found">Matches, ascending and apart.</param>
    /// <param name="behavior">What becomes of them.</param>
    /// <param name="invert">Whether what lies between them is the match.</param>
    /// <param name="parts">Gains the parts; none is empty.</param>
    public static void Cut(Segment segment, List<Range> found, SplitBehavior behavior, bool invert, List<Segment> parts)
    {
        List<(int Start, int End)> ends = Merge(Pieces(segment.Text.Length, found, invert), behavior);
        foreach ((int start, int end) in ends)
        {
            if (end > start)
            {
                parts.Add(new Segment(segment.Text[start..end], segment.First && start == 0, segment.Last && end == segment.Text.Length));
            }
        }
    }

    private static List<(int Start, int End, bool Match)> Pieces(int length, List<Range> found, bool invert)
    {
        var pieces = new List<(int, int, bool)>(2 * found.Count + 1);
        int at = 0;
        foreach (Range one in found)
        {
            Add(at, one.Start.Value, invert);
            Add(one.Start.Value, one.End.Value, !invert);
            at = one.End.Value;
        }

        Add(at, length, invert);
        return pieces;

        void Add(int start, int end, bool match)
        {
            if (end > start)
            {
                pieces.Add((start, end, match));
            }
        }
    }

    private static List<(int Start, int End)> Merge(List<(int Start, int End, bool Match)> pieces, SplitBehavior behavior)
    {
        var merged = new List<(int Start, int End)>(pieces.Count);
        bool before = false, next = behavior == SplitBehavior.MergedWithNext;
        for (int i = 0; i < pieces.Count; i++)
        {
            (int start, int end, bool match) = pieces[next ? pieces.Count - 1 - i : i];
            bool joins = merged.Count > 0 && behavior switch
            {
                SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext => match && !before,
                SplitBehavior.Contiguous => match == before,
                _ => false,
            };
            if (joins)
            {
                merged[^1] = next ? (start, merged[^1].End) : (merged[^1].Start, end);
            }
            else if (behavior != SplitBehavior.Removed || !match)
            {
                merged.Add((start, end));
            }

            before = match;
        }

        if (next)
        {
            merged.Reverse();
        }

        return merged;
    }
}
