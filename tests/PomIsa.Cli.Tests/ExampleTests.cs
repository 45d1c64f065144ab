using System.Text.RegularExpressions;

namespace PomIsa.Cli.Tests;

/// <summary>Each example prints what its head says, and its run verifies.</summary>
public sealed partial class ExampleTests : IDisposable
{
    private readonly Shell _shell = new();

    private static string Examples => Path.Combine(Shell.Repository, "examples");

    public void Dispose() => _shell.Dispose();

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Examples, "*.pisa").Select(static path => Path.GetFileName(path)).Where(static name => name != "hello.pisa").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_prints_what_its_head_says_and_its_run_verifies(string name)
    {
        string text = File.ReadAllText(Path.Combine(Examples, name));
        Match head = Head().Match(text);
        Assert.True(head.Success, $"{name} does not say how it is run and what it prints.");
        string command = head.Groups["command"].Value.Replace("examples/", Examples + "/", StringComparison.Ordinal);
        Said said = _shell.Bash($"dotnet {Shell.Dll} {command}").WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Equal(string.Concat(head.Groups["line"].Captures.Select(static one => one.Value + "\n")), said.Out);
        Assert.Equal(0, _shell.Run("verify", ".pomisa/runs/0001").WithoutTrace().Code);
    }

    [Fact]
    public void The_list_of_examples_is_whole()
    {
        string list = File.ReadAllText(Path.Combine(Examples, "README.md"));
        Assert.All(Directory.GetFiles(Examples, "*.pisa"), path => Assert.Contains($"]({Path.GetFileName(path)})", list, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^; Run it:  pomisa (?<command>.+)\n; It prints:\n(?:;   (?<line>.*)\n)+", RegexOptions.Multiline)]
    private static partial Regex Head();
}
