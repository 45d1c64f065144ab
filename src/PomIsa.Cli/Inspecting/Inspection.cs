using System.Globalization;
using System.Text.Json.Nodes;

namespace PomIsa.Cli.Inspecting;

/// <summary>What was found out about a file or folder: for people line by line, for programs as JSON.</summary>
internal sealed class Inspection
{
    private const int LabelWidth = 14, MostListed = 40;

    private readonly List<string> _lines = [];

    /// <param name="what">What it is, such as <c>an ONNX model</c>.</param>
    /// <param name="path">Where it lies.</param>
    public Inspection(string what, string path)
    {
        _lines.Add($"{Path.GetRelativePath(".", path)}: {what}");
        Json["what"] = what;
        Json["path"] = path;
    }

    public IReadOnlyList<string> Lines => _lines;

    public JsonObject Json { get; } = [];

    /// <summary>One line with a label.</summary>
    public void Line(string label, string text) => _lines.Add($"  {label.PadRight(LabelWidth)}{text}");

    /// <summary>A label, and lines below it; what is beyond a screen is counted.</summary>
    public void List(string label, string head, IReadOnlyList<string> items)
    {
        Line(label, head);
        foreach (string item in items.Take(MostListed))
        {
            _lines.Add("    " + item);
        }

        if (items.Count > MostListed)
        {
            _lines.Add($"    and {items.Count - MostListed} more; --json lists all");
        }
    }

    /// <summary>Bytes as people read them, exact ones too.</summary>
    public static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes ({bytes / (double)(1 << 20):N1} MiB)");

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
