using System.Text.RegularExpressions;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Tests;

/// <summary>The conversation in spec/conformance.md is what our machine says.</summary>
public sealed class PageTests
{
    [Fact]
    public void The_conversation_of_the_page_is_held()
    {
        string page = File.ReadAllText(Path.Combine(VectorFolder.Find(AppContext.BaseDirectory)!, "..", "conformance.md"));
        string[] lines = page.Split("```exchange\n", 2)[1].Split("\n```", 2)[0].Split('\n');
        string[] requests = [.. lines.Where(static l => l.StartsWith("> ", StringComparison.Ordinal)).Select(static l => l[2..])];
        string[] wanted = [.. lines.Where(static l => l.StartsWith("< ", StringComparison.Ordinal)).Select(static l => l[2..])];
        string[] answers = Ask.All(requests);
        Assert.Equal("", answers[^1]);
        Assert.Equal(wanted.Length, answers.Length - 1);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.Matches($"^{Regex.Escape(wanted[i]).Replace("…", ".*", StringComparison.Ordinal)}$", answers[i]);
        }
    }
}
