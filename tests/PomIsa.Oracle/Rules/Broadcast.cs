namespace PomIsa.Oracle.Rules;

/// <summary>Which element of a broadcast operand meets which (spec/numerics.md 5.1).</summary>
internal static class Broadcast
{
    /// <summary>The element of an operand of shape <paramref name="second"/> that stands at element <paramref name="at"/> of <paramref name="shape"/>.</summary>
    public static int From(int at, ReadOnlySpan<int> shape, ReadOnlySpan<int> second)
    {
        int from = 0, step = 1;
        for (int axis = shape.Length - 1, other = second.Length - 1; other >= 0; axis--, other--)
        {
            from += second[other] == 1 ? 0 : at % shape[axis] * step;
            step *= second[other];
            at /= shape[axis];
        }

        return from;
    }
}
