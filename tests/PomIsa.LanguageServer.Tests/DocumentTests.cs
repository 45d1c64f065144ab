using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Features;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Tests;

/// <summary>Positions and changes of texts with every kind of line end and with characters of two UTF-16 units.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("a\nbc\n", 1, 1, 3)]
    [InlineData("a\r\nbc\r\n", 1, 1, 4)]
    [InlineData("a\rbc", 1, 2, 4)]
    [InlineData("😀b\nc", 0, 2, 2)]
    [InlineData("ab\nc", 0, 99, 2)]
    [InlineData("ab\r\nc", 0, 99, 2)]
    [InlineData("ab\nc", 99, 0, 4)]
    [InlineData("ab\nc", -1, 0, 0)]
    [InlineData("", 0, 0, 0)]
    public void Positions_are_offsets(string text, int line, int character, int offset) =>
        Assert.Equal(offset, new LineIndex(text).OffsetOf(new Position(line, character)));

    [Theory]
    [InlineData("a\r\nbc")]
    [InlineData("a\rb\n\r\n")]
    [InlineData("\n\n😀x")]
    public void Every_offset_but_within_a_line_end_comes_back(string text)
    {
        var lines = new LineIndex(text);
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == 0 || at == text.Length || text[at - 1] != '\r' || text[at] != '\n')
            {
                Assert.Equal(at, lines.OffsetOf(lines.PositionAt(at)));
            }
        }
    }

    [Fact]
    public void Source_places_count_lines_by_line_feeds_only()
    {
        var lines = new LineIndex("a\rb\r\ncd");
        Assert.Equal((1, 3), lines.SourceOf(new Position(1, 0)));
        Assert.Equal((2, 2), lines.SourceOf(new Position(2, 1)));
        Assert.Equal(new TextRange(new Position(2, 0), new Position(2, 2)), lines.RangeOf(new SourcePlace("", 2, 1, 9)));
        Assert.Equal(new TextRange(new Position(2, 2), new Position(2, 2)), lines.RangeOf(new SourcePlace("", 9, 1, 9)));
    }

    [Fact]
    public void Changes_apply_one_after_the_other()
    {
        var document = new TextDocument("untitled:a", 1, "one\r\ntwo\r\n");
        var changed = document.Apply(
            [
                new ContentChange("three\r\n", new TextRange(new Position(1, 0), new Position(1, 0))),
                new ContentChange("", new TextRange(new Position(0, 0), new Position(1, 0))),
                new ContentChange("!", new TextRange(new Position(0, 5), new Position(0, 99))),
            ],
            7);
        Assert.Equal("three!\r\ntwo\r\n", changed.Text);
        Assert.Equal(7, changed.Version);
        Assert.Equal("all", changed.Apply([new ContentChange("all")], null).Text);
    }

    [Theory]
    [InlineData("", 0, "", 0, -1, false)]
    [InlineData("    vad", 7, "", 4, -1, false)]
    [InlineData("    vadd x, ", 12, "vadd", 12, 1, false)]
    [InlineData("    vadd x, l{i + 1}.w", 22, "vadd", 12, 1, false)]
    [InlineData("    transpose y, x, [1, ", 24, "transpose", 24, 2, false)]
    [InlineData("    call f, x -> ", 17, "call", 17, 1, false)]
    [InlineData("    vadd x ; a, b", 17, "vadd", 17, 0, true)]
    [InlineData(".include \"mo", 12, ".include", 9, 0, true)]
    public void A_cursor_knows_what_it_writes(string line, int character, string head, int start, int operand, bool silent)
    {
        var cursor = Cursor.At(line, character);
        Assert.Equal((head, start, operand, silent), (cursor.Head, cursor.Start, cursor.Operand, cursor.Silent));
    }

    [Theory]
    [InlineData("file:///tmp/a%20b.pisa", "/tmp/a b.pisa")]
    [InlineData("untitled:Untitled-1", null)]
    [InlineData("http://a/b.pisa", null)]
    [InlineData("nonsense", null)]
    public void Only_files_have_paths(string uri, string? path) => Assert.Equal(path, OperatingSystem.IsWindows() ? path : DocumentUri.ToPath(uri));
}
