namespace PomIsa.Assembly.Tests;

/// <summary>Each file in Mistakes is wrong in one way; its golden file is what the author is told.</summary>
public sealed class MistakeTests
{
    private static string Mistakes => Path.Combine(Source.Folder, "Mistakes");

    public static TheoryData<string> Names() => [.. Directory.GetFiles(Mistakes, "*.pisa").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mistake_is_told_as_its_golden_file_says(string name)
    {
        var result = Assembler.Assemble(File.ReadAllText(Path.Combine(Mistakes, name + ".pisa")), name + ".pisa");
        var text = DiagnosticText.Render(result.Diagnostics);
        var golden = Path.Combine(Mistakes, name + ".golden");
        if (Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1")
        {
            File.WriteAllText(golden, text);
        }

        Assert.Null(result.Module);
        Assert.NotEmpty(result.Diagnostics);
        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void Mistakes_of_one_file_are_reported_together()
    {
        var result = Assembler.Assemble(Source.Text("Mistakes/several_in_one_file.pisa"), "several_in_one_file.pisa");
        Assert.Equal([4, 5, 6, 10, 11, 12, 17, 19, 21, 23], result.Diagnostics.Select(one => one.Line));
    }

    [Fact]
    public void Carets_stand_under_the_mistake()
    {
        foreach (var name in Names())
        {
            var source = File.ReadAllText(Path.Combine(Mistakes, name + ".pisa")).Split('\n');
            foreach (var one in Assembler.Assemble(string.Join('\n', source), "x").Diagnostics)
            {
                Assert.Equal(source[one.Line - 1], one.SourceLine);
                Assert.InRange(one.Column, 1, one.SourceLine.Length + 1);
                Assert.InRange(one.Length, 1, Math.Max(1, one.SourceLine.Length - one.Column + 1));
            }
        }
    }

    [Fact]
    public void More_mistakes_than_the_limit_end_with_a_word_about_it()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"nonsense{i}\n"));
        var result = Assembler.Assemble(text, "x");
        Assert.Equal(AssemblerLimits.Diagnostics + 1, result.Diagnostics.Length);
        Assert.Equal(DiagnosticCode.TooManyErrors, result.Diagnostics[^1].Code);
    }

    [Fact]
    public void Every_mistake_names_its_rule_and_suggests_something()
    {
        foreach (var code in Enum.GetValues<DiagnosticCode>())
        {
            Assert.NotEmpty(DiagnosticAdvice.For(code));
            Assert.Equal(code == DiagnosticCode.Refused, DiagnosticRules.Of(code) is null);
        }

        Assert.InRange(Directory.GetFiles(Mistakes, "*.golden").Length, 75, int.MaxValue);
        foreach (var name in Names())
        {
            foreach (var one in Assembler.Assemble(File.ReadAllText(Path.Combine(Mistakes, name + ".pisa")), "x").Diagnostics)
            {
                Assert.False(string.IsNullOrEmpty(one.Hint));
                Assert.True(one.Code != DiagnosticCode.Refused || Isa.FaultTable.All.Any(row => one.Message.Contains(row.Code.ToString(), StringComparison.Ordinal)), one.Message);
            }
        }
    }

    [Fact]
    public void Rules_that_are_cited_are_in_the_spec()
    {
        var spec = File.ReadAllText(Path.Combine(Source.Folder, "../../spec/assembly.md"));
        foreach (var rule in Enum.GetValues<DiagnosticCode>().Select(DiagnosticRules.Of).OfType<string>())
        {
            foreach (var number in rule.Split(':')[0].Split(' ').Where(word => char.IsAsciiDigit(word[0])))
            {
                Assert.Contains($"\n{number}. ", spec, StringComparison.Ordinal);
            }
        }
    }
}
