namespace PomIsa.Assembly.Formatting;

/// <summary>Where comments behind code begin: in one column for lines right below one another.</summary>
internal static class CommentColumns
{
    /// <summary>Columns between the longest code and its comment.</summary>
    public const int Gap = 2;

    /// <summary>Longer code has its comment right behind it, and moves no other line's.</summary>
    public const int Longest = 64;

    /// <summary>By line; an empty line, or one that is only a comment, ends a group.</summary>
    public static int[] Of(IReadOnlyList<SourceLine> lines, string[] code)
    {
        var columns = new int[lines.Count];
        for (var i = 0; i < lines.Count;)
        {
            var end = i;
            var widest = 0;
            for (; end < lines.Count && code[end].Length > 0; end++)
            {
                if (lines[end].Comment.Length > 0 && code[end].Length <= Longest)
                {
                    widest = Math.Max(widest, code[end].Length);
                }
            }

            for (; i < end; i++)
            {
                columns[i] = Math.Max(widest, code[i].Length) + Gap;
            }

            i = Math.Max(i, end) + (end < lines.Count && code[end].Length == 0 ? 1 : 0);
        }

        return columns;
    }
}
