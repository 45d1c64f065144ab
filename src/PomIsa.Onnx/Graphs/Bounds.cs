namespace PomIsa.Onnx.Graphs;

/// <summary>Sums over intervals of whole numbers, wide and saturating.</summary>
internal static class Bounds
{
    /// <summary>Beyond every number that matters.</summary>
    private static readonly Int128 Beyond = (Int128)1 << 100;

    public static Int128 Clamp(Int128 value) => Int128.Clamp(value, -Beyond, Beyond);

    public static (Int128 Least, Int128 Most) Product((Int128 Least, Int128 Most) a, (Int128 Least, Int128 Most) b)
    {
        Int128[] corners = [Times(a.Least, b.Least), Times(a.Least, b.Most), Times(a.Most, b.Least), Times(a.Most, b.Most)];
        return (corners.Min(), corners.Max());
    }

    /// <summary>Quotients rounded down; a divisor is not 0.</summary>
    public static (Int128 Least, Int128 Most) Quotient((Int128 Least, Int128 Most) a, (Int128 Least, Int128 Most) b)
    {
        if (b.Least < 0 || b.Most < 1)
        {
            return (-Beyond, Beyond);
        }

        Int128 small = Int128.Max(b.Least, 1);
        Int128[] corners = [Floor(a.Least, small), Floor(a.Least, b.Most), Floor(a.Most, small), Floor(a.Most, b.Most)];
        return (corners.Min(), corners.Max());
    }

    private static Int128 Floor(Int128 a, Int128 b) => (a / b) - (a % b != 0 && a < 0 ? 1 : 0);

    private static Int128 Times(Int128 a, Int128 b) => a == 0 || b == 0 ? 0
        : Int128.Log2(Int128.Abs(a)) + Int128.Log2(Int128.Abs(b)) < 120 ? Clamp(a * b)
        : a > 0 == b > 0 ? Beyond : -Beyond;
}
