using System.Text;
using PomIsa.Assembly.Formatting;
using PomIsa.Isa;

namespace PomIsa.Assembly.Listing;

/// <summary>Lines of source in canonical form (spec/assembly.md, rules 25 to 27).</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Code, string Comment)> _group = [];
    private bool _blankDue;

    /// <summary>How deep the next line stands.</summary>
    public int Depth { get; set; }

    /// <summary>A line of code, with a comment behind it where there is something to say.</summary>
    public void Line(string line, string comment = "")
    {
        if (_blankDue)
        {
            Flush();
            _text.Append(_text.Length > 0 ? "\n" : "");
        }

        _blankDue = false;
        _group.Add((new string(' ', Indentation.Width * Math.Clamp(Depth, 0, Limits.Nesting)) + line, comment));
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

        Flush(); // comments behind the lines that follow are a group of their own
    }

    /// <summary>Rows of cells, each column but a row's last as wide as its widest cell (within reason).</summary>
    public void Table(IReadOnlyList<(string? Doc, string[] Cells)> rows)
    {
        var widths = DeclarationColumns.Widths(rows.Select(row => row.Cells));
        foreach (var (doc, cells) in rows)
        {
            Doc(doc);
            Line(DeclarationColumns.Join(cells, widths));
        }
    }

    public override string ToString()
    {
        Flush();
        return _text.ToString();
    }

    private void Flush()
    {
        var widest = _group.Where(one => one.Comment.Length > 0 && one.Code.Length <= CommentColumns.Longest).Select(one => one.Code.Length).DefaultIfEmpty().Max();
        foreach (var (code, comment) in _group)
        {
            _text.Append(comment.Length == 0 ? code : $"{code.PadRight(Math.Max(widest, code.Length) + CommentColumns.Gap)}; {comment}").Append('\n');
        }

        _group.Clear();
    }
}
