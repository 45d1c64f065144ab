using Antlr4.Runtime;

namespace PomIsa.Assembly.Syntax;

/// <summary>A text with a path, and its lines on demand.</summary>
internal sealed class SourceFile
{
    private readonly int[] _starts;

    public SourceFile(string path, string text)
    {
        (Path, Text) = (path, text);
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        _starts = [.. starts];
    }

    public string Path { get; }

    public string Text { get; }

    public int LineCount => _starts.Length;

    /// <summary>Where a line from 1 begins in the text.</summary>
    public int StartOf(int line) => _starts[line - 1];

    /// <summary>A line from 1, without its end.</summary>
    public string Line(int number)
    {
        if (number < 1 || number > _starts.Length)
        {
            return "";
        }

        var end = number < _starts.Length ? _starts[number] - 1 : Text.Length;
        return Text[_starts[number - 1]..end].TrimEnd('\r');
    }

    /// <summary>From the first character of one token to the last of another, cut at the end of the line.</summary>
    public Span Span(IToken first, IToken last)
    {
        var end = last.Line == first.Line && last.StopIndex >= last.StartIndex ? last.StopIndex : first.StopIndex;
        return new Span(this, first.Line, first.Column + 1, Math.Max(1, end - first.StartIndex + 1));
    }

    public Span Span(ParserRuleContext context) => Span(context.Start, context.Stop ?? context.Start);
}

/// <summary>A stretch of one line. Line and column from 1.</summary>
internal readonly record struct Span(SourceFile File, int Line, int Column, int Length);
