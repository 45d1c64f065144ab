using PomIsa.LanguageServer.Tests.Support;

namespace PomIsa.LanguageServer.Tests;

public sealed class EditorFilesTests
{
    [Fact]
    public void The_grammar_of_the_extension_follows_from_the_table() => Compare("syntaxes/pomisa.tmLanguage.json", EditorFiles.Grammar());

    [Fact]
    public void The_snippets_of_the_extension_follow_from_the_directives() => Compare("snippets/pomisa.json", EditorFiles.Snippets());

    private static void Compare(string name, string expected)
    {
        var path = Path.Combine(Sources.Repository, "src", "editors", "vscode", name);
        if (Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }
}
