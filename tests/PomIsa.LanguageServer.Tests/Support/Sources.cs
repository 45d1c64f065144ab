using System.Text.Json;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Tests.Support;

/// <summary>A folder of the test's own, and places in texts by what stands there.</summary>
internal sealed class Sources : IDisposable
{
    public static string Repository { get; } = FindRepository();

    public static string Govsum { get; } = Path.Combine(Repository, "examples", "govsum");

    public string Folder { get; } = Directory.CreateTempSubdirectory("pomisa-lsp-").FullName;

    /// <summary>Writes a file; answers its URI.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return new Uri(path).AbsoluteUri;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The place of the <c>|</c> in a piece of the text.</summary>
    public static Position Find(string text, string piece)
    {
        var at = text.IndexOf(piece.Replace("|", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{piece}' is not in the text");
        return new LineIndex(text).PositionAt(at + piece.IndexOf('|', StringComparison.Ordinal));
    }

    /// <summary>The range of a piece of the text.</summary>
    public static TextRange Range(string text, string piece)
    {
        var at = text.IndexOf(piece, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{piece}' is not in the text");
        var lines = new LineIndex(text);
        return new TextRange(lines.PositionAt(at), lines.PositionAt(at + piece.Length));
    }

    public static TextRange Range(JsonElement range) => new(Place(range.GetProperty("start")), Place(range.GetProperty("end")));

    /// <summary>The text after the edits of an answer.</summary>
    public static string Apply(string text, JsonElement edits)
    {
        var lines = new LineIndex(text);
        foreach (var edit in edits.EnumerateArray().OrderByDescending(one => Range(one.GetProperty("range")).Start))
        {
            var range = Range(edit.GetProperty("range"));
            var (start, end) = (lines.OffsetOf(range.Start), lines.OffsetOf(range.End));
            text = text[..start] + edit.GetProperty("newText").GetString() + text[end..];
        }

        return text;
    }

    private static Position Place(JsonElement position) => new(position.GetProperty("line").GetInt32(), position.GetProperty("character").GetInt32());

    private static string FindRepository()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "PomIsa.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run below the repository's root.");
    }
}
