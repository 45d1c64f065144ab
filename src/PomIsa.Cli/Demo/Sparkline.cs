using PomIsa.Chain.Pressure;

namespace PomIsa.Cli.Demo;

/// <summary>A curve in one row of characters, and a row of marks below it.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>The curve over <paramref name="total"/> blocks in at most <paramref name="width"/> columns; each column shows its highest block.</summary>
    public static (string Curve, string Marks) Of(IReadOnlyList<CurvePoint> points, int total, int width)
    {
        int columns = Math.Max(1, Math.Min(width, total));
        long top = Math.Max(1, points.Count == 0 ? 1 : points.Max(static p => p.Pressure.Raw));
        var curve = new char[columns];
        var marks = new char[columns];
        Array.Fill(curve, ' ');
        Array.Fill(marks, ' ');
        foreach (CurvePoint point in points)
        {
            int column = (int)Math.Min(columns - 1, (point.Height - 1) * columns / total);
            char level = Levels[(int)Int128.Min((Int128)point.Pressure.Raw * Levels.Length / top, Levels.Length - 1)];
            curve[column] = level > curve[column] ? level : curve[column];
            marks[column] = point.Phase switch { Phase.Crossed => '▲', Phase.Released => '▽', _ => marks[column] };
        }

        return (new string(curve).TrimEnd(), new string(marks).TrimEnd());
    }
}
