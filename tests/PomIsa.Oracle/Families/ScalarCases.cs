using PomIsa.Oracle.Cases;

namespace PomIsa.Oracle.Families;

/// <summary>The stack of i64.</summary>
internal static class ScalarCases
{
    private static readonly long[] Edges =
    [
        0, 1, -1, 2, -2, 63, 64, -64, -65, int.MaxValue, int.MinValue, 1L << 32, 3_037_000_500, -3_037_000_500, long.MaxValue, long.MaxValue - 1, long.MinValue, long.MinValue + 1,
    ];

    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("push", Push),
        ("drop", static () => Edges.Select(static a => Stack($"{a}", [5, a], []))),
        ("dup", static () => Edges.Select(static a => Stack($"{a}", [3, a], [a, a]))),
        ("swap", static () => Pairs(static (a, b) => [b, a])),
        ("not", static () => Edges.Select(static a => Stack($"{a}", [9, a], [a == 0 ? 1 : 0]))),
        ("add", static () => Two(static (a, b) => unchecked(a + b))),
        ("sub", static () => Two(static (a, b) => unchecked(a - b))),
        ("mul", static () => Two(static (a, b) => unchecked(a * b))),
        ("min", static () => Two(Math.Min)),
        ("max", static () => Two(Math.Max)),
        ("eq", static () => Two(static (a, b) => a == b ? 1 : 0)),
        ("ne", static () => Two(static (a, b) => a != b ? 1 : 0)),
        ("lt", static () => Two(static (a, b) => a < b ? 1 : 0)),
        ("le", static () => Two(static (a, b) => a <= b ? 1 : 0)),
        ("gt", static () => Two(static (a, b) => a > b ? 1 : 0)),
        ("ge", static () => Two(static (a, b) => a >= b ? 1 : 0)),
        ("and", static () => Two(static (a, b) => a != 0 && b != 0 ? 1 : 0)),
        ("or", static () => Two(static (a, b) => a != 0 || b != 0 ? 1 : 0)),
    ];

    private static IEnumerable<Case> Push()
    {
        var draw = new Draw(Seeds.Of("push"));
        IEnumerable<long> powers = Enumerable.Range(0, 63).SelectMany(static i => (long[])[1L << i, -(1L << i), (1L << i) - 1]);
        foreach (long value in Edges.Concat(powers).Concat(Enumerable.Range(0, 40).Select(_ => draw.Whole(DType.I64))).Distinct())
        {
            yield return new Case($"{value}") { Immediates = [Immediate.I64(value)], Pushes = [value] };
        }
    }

    private static IEnumerable<Case> Two(Func<long, long, long> rule) => Pairs((a, b) => [rule(a, b)]);

    /// <summary>All pairs of edges; below them lies something that stays.</summary>
    private static IEnumerable<Case> Pairs(Func<long, long, long[]> rule) =>
        from a in Edges from b in Edges select Stack($"{a}, {b}", [11, a, b], rule(a, b));

    private static Case Stack(string name, long[] stack, long[] pushes) => new(name) { Stack = stack, Pushes = pushes };
}
