namespace PomIsa.Assembly.Tests;

public sealed class GrammarTests
{
    [Fact]
    public void Every_decision_needs_one_token()
    {
        // ANTLR writes a switch over one token where that decides, and a call of its predictor everywhere else.
        var parser = File.ReadAllText(Path.Combine(Source.Folder, "../../src/PomIsa.Assembly/Generated/PomIsaParser.cs"));
        Assert.Contains("switch (TokenStream.LA(1))", parser, StringComparison.Ordinal);
        Assert.DoesNotContain("AdaptivePredict", parser, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_specification_assembles()
    {
        var page = File.ReadAllText(Path.Combine(Source.Folder, "../../spec/assembly.md"));
        var example = page.Split("```\n")[1];
        Assert.Equal("sums", Source.Assemble(example).Names!.Module);
    }
}
