using System.Text;

namespace PomIsa.Assembly.Listing;

/// <summary>Lines of source, indented.</summary>
internal sealed class SourceWriter
{
    private const int Step = 4;
    private readonly StringBuilder _text = new();
    private bool _blankDue;

    /// <summary>How deep the next line stands.</summary>
    public int Depth { get; set; }

    public void Line(string line)
    {
        if (_blankDue && _text.Length > 0)
        {
            _text.Append('\n');
        }

        _blankDue = false;
        _text.Append(' ', Step * Math.Max(Depth, 0)).Append(line).Append('\n');
    }

    /// <summary>An empty line before the next one, unless that is the first.</summary>
    public void Blank() => _blankDue = true;

    public void Doc(string? doc)
    {
        if (doc is null)
        {
            return;
        }

        foreach (var line in doc.Split('\n'))
        {
            Line(line.Length == 0 ? ";;" : ";; " + line);
        }
    }

    /// <summary>Rows of cells, each column as wide as its widest cell (within reason), the last one ragged.</summary>
    public void Table(IReadOnlyList<(string? Doc, string[] Cells)> rows)
    {
        const int Widest = 24;
        var widths = new int[rows.Count == 0 ? 0 : rows.Max(row => row.Cells.Length)];
        foreach (var (_, cells) in rows)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                widths[i] = Math.Max(widths[i], Math.Min(cells[i].Length, Widest));
            }
        }

        foreach (var (doc, cells) in rows)
        {
            Doc(doc);
            Line(string.Join(' ', cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    public override string ToString() => _text.ToString();
}
