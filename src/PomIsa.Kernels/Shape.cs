using System.Diagnostics.CodeAnalysis;

namespace PomIsa.Kernels;

/// <summary>What every kernel checks of its caller: lengths and ranges, never values.</summary>
internal static class Shape
{
    public static void Require([DoesNotReturnIf(false)] bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ArgumentException(otherwise);
        }
    }

    /// <summary>0 ≤ from ≤ to ≤ count.</summary>
    public static void RequireRange(int from, int to, int count) =>
        Require(from >= 0 && from <= to && to <= count, "the range is not within the whole");
}
