using System.Globalization;
using System.Text;

namespace PomIsa.Debugging.Profiling;

/// <summary>A profile as people read it: two tables, by opcode and by source line.</summary>
public static class ProfileTable
{
    private static readonly string[] Head = ["count", "time ms", "share", "read", "written", "GB/s", "multiply-adds", "G/s"];

    /// <summary>Both tables, each line ended.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="limits">The machine's limits; without them there is no column of shares of them.</param>
    /// <param name="lines">Source lines shown at most.</param>
    public static string Of(Profile profile, ProfileLimits? limits, int lines)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var text = new StringBuilder();
        Table(text, "opcode", profile.Opcodes, profile.Total, limits, int.MaxValue);
        text.Append('\n');
        Table(text, "source line", profile.Lines, profile.Total, limits, lines);
        return text.ToString();
    }

    private static void Table(
        StringBuilder text, string name, IReadOnlyList<ProfileEntry> entries, Counters total, ProfileLimits? limits, int most)
    {
        List<string[]> rows = [[name, .. Head, .. limits is null ? (string[])[] : ["of limit"]]];
        rows.AddRange(entries.Take(most).Select(one => Row($"{one.Name}  {one.Detail}".TrimEnd(), one.Counters, total, limits)));
        rows.Add(Row("total", total, total, limits));
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length))];
        foreach (string[] row in rows)
        {
            text.AppendJoin("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).Append('\n');
        }

        if (entries.Count > most)
        {
            text.Append(CultureInfo.InvariantCulture, $"and {entries.Count - most} more lines\n");
        }
    }

    private static string[] Row(string name, Counters one, Counters total, ProfileLimits? limits)
    {
        double bytes = one.BytesRead + one.BytesWritten;
        return
        [
            name,
            one.Count.ToString("N0", CultureInfo.InvariantCulture),
            (1e3 * one.Seconds).ToString("F3", CultureInfo.InvariantCulture),
            Percent(total.Seconds > 0 ? one.Seconds / total.Seconds : 0),
            one.BytesRead.ToString("N0", CultureInfo.InvariantCulture),
            one.BytesWritten.ToString("N0", CultureInfo.InvariantCulture),
            Rate(bytes, one.Seconds),
            one.MultiplyAdds.ToString("N0", CultureInfo.InvariantCulture),
            Rate(one.MultiplyAdds, one.Seconds),
            .. limits is null ? (string[])[] : [Percent(limits.ShareOf(one))],
        ];
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Rate(double amount, double seconds) => seconds > 0 ? (amount / seconds / 1e9).ToString("F2", CultureInfo.InvariantCulture) : "-";
}
