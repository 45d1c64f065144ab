using System.Text.RegularExpressions;

namespace PomIsa.Cli.Tests;

/// <summary>The tutorial's files are written and its commands executed, in order and in one folder; what they print is what it says.</summary>
public sealed partial class TutorialTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Every_snippet_does_what_the_page_says()
    {
        string text = File.ReadAllText(Path.Combine(Shell.Repository, "spec", "tutorial.md"));
        int commands = 0, files = 0;
        foreach (Match block in Block().Matches(text))
        {
            string[] words = block.Groups["words"].Value.Split(' ');
            if (words is ["pisa", var file])
            {
                File.WriteAllText(_shell.Path(file), block.Groups["body"].Value);
                files++;
                continue;
            }

            Assert.Equal(["sh"], words);
            foreach (Match one in Command().Matches(block.Groups["body"].Value))
            {
                commands++;
                string command = one.Groups["command"].Value;
                Said said = _shell.Bash($"pomisa() {{ dotnet '{Shell.Dll}' \"$@\"; }}; {{ {command}; }} 2>&1");
                Assert.True(Expected(one.Groups["output"].Value).IsMatch(said.Out), $"$ {command}\nprints:\n{said.Out}\nthe page says:\n{one.Groups["output"].Value}");
            }
        }

        Assert.InRange(files, 5, int.MaxValue);
        Assert.InRange(commands, 15, int.MaxValue);
        Assert.Equal(2 * (files + Block().Matches(text).Count(static one => one.Groups["words"].Value == "sh")), Fence().Count(text));
    }

    /// <summary>A dot triple stands for anything: a line of its own for any lines.</summary>
    private static Regex Expected(string output)
    {
        string pattern = Regex.Escape(output).Replace("…", ".*?", StringComparison.Ordinal);
        return new Regex($"^{pattern}$", RegexOptions.Singleline);
    }

    [GeneratedRegex(@"^```(?<words>[^\n]+)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\$ (?<command>[^\n]+)\n(?<output>(?:(?!\$ )[^\n]*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("^```", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
