using PomIsa.Assembly.Analysis;

namespace PomIsa.Assembly.Tests;

/// <summary>What editors are told about sources, whole and broken.</summary>
public sealed class AnalysisTests
{
    private const string Model = """
        .const N 2
        .symbol T max 4
        ;; Weights of each layer.
        .repeat i 0..N
        .weight l{i}.w f32[8]
        .end
        .step f(x: f32[T, 8]) -> (y: f32[T, 8])
            vadd h, x, x
            .repeat i 0..N
            rmsnorm h, h, l{i}.w, 1e-5
            .end
            rmsnorm y, h, l{N - 1}.w, 1e-5
            ret
        .end
        .driver main
            halt
        .end
        .entry main

        """;

    [Fact]
    public void Names_have_types_values_and_comments()
    {
        var names = SourceAnalysis.Of(Model, "m.pisa").Names.ToLookup(one => (one.Kind, one.Text));
        Assert.Equal("2", names[(NameKind.Constant, "N")].Single().Description);
        Assert.Equal("max 4", names[(NameKind.Symbol, "T")].Single().Description);
        Assert.Equal("f32[8] rows", names[(NameKind.Weight, "l{i}.w")].Single().Description);
        Assert.Equal(["l0.w", "l1.w"], names[(NameKind.Weight, "l{i}.w")].Single().Names.ToArray());
        Assert.Equal("f32[T, 8]", names[(NameKind.Register, "y")].Single().Description);
        Assert.Equal("(x: f32[T, 8]) -> (y: f32[T, 8])", names[(NameKind.Function, "f")].Single().Description);
    }

    [Fact]
    public void Types_are_known_although_other_lines_are_wrong()
    {
        var analysis = SourceAnalysis.Of(Model.Replace("    ret\n", "    vadd a, x, x\n    nonsense a\n    vadd b, a,\n    vmul c, a, a\n", StringComparison.Ordinal), "m.pisa");
        Assert.NotEmpty(analysis.Diagnostics);
        Assert.Equal("f32[T, 8]", analysis.Names.Single(one => one.Text == "c").Description);
        Assert.Equal(["m.pisa"], analysis.Broken.Select(one => one.File));
    }

    [Fact]
    public void A_place_between_braces_means_what_stands_there()
    {
        var analysis = SourceAnalysis.Of(Model, "m.pisa");
        var lines = Model.Split('\n');
        var line = Array.FindIndex(lines, one => one.Contains("l{N - 1}", StringComparison.Ordinal));
        var column = lines[line].IndexOf("l{N", StringComparison.Ordinal) + 1;
        Assert.Equal(["N", "l{i}.w"], analysis.UsesAt("m.pisa", line + 1, column + 2).Select(one => analysis.Names[one.Name].Text));
        Assert.Equal("l1.w", analysis.UsesAt("m.pisa", line + 1, column).Single().As);
    }

    [Theory]
    [InlineData("N", "COUNT")]
    [InlineData("T", "Tokens")]
    [InlineData("i", "layer")]
    [InlineData("l{i}.w", "block{i}.norm")]
    [InlineData("f", "step.of.all")]
    [InlineData("x", "\"x y\"")]
    public void Renamed_programs_are_the_same_but_for_the_name(string text, string other)
    {
        var analysis = SourceAnalysis.Of(Model, "m.pisa");
        var index = analysis.Names.ToList().FindIndex(one => one.Text == text);
        if (other == "layer" || other == "block{i}.norm")
        {
            // The variable of one .repeat is not that of the other.
            Assert.Equal(text == "i" ? 2 : 1, analysis.Names.Count(one => one.Text == text));
        }

        var result = SourceRename.Of(analysis, "m.pisa", index, other);
        Assert.Null(result.Refusal);
        var renamed = SourceAnalysis.Of(SourceRename.Apply(Model, result.Edits), "m.pisa");
        Assert.Empty(renamed.Diagnostics);
        Assert.Equal(analysis.Uses.Length, renamed.Uses.Length);
        Assert.DoesNotContain(renamed.Names, one => one.Declared.Line == analysis.Names[index].Declared.Line && one.Text == text);

        // And back again.
        var back = SourceRename.Of(renamed, "m.pisa", index, text);
        Assert.Equal(Model, SourceRename.Apply(SourceRename.Apply(Model, result.Edits), back.Edits));
    }

    [Theory]
    [InlineData("N", "T", "declares a symbol of that name")]
    [InlineData("N", "i", "declares the variable of a .repeat of that name")]
    [InlineData("l{i}.w", "l.w", "needs {i} too")]
    [InlineData("l{i}.w", "l{i + 1}.w", "needs {i} too")]
    [InlineData("x", "y", "declares a register of that name")]
    [InlineData("x", "x..y", "is no name")]
    [InlineData("x", "\"x", "is no name")]
    public void What_would_mean_something_else_is_refused(string text, string other, string reason)
    {
        var analysis = SourceAnalysis.Of(Model, "m.pisa");
        var result = SourceRename.Of(analysis, "m.pisa", analysis.Names.ToList().FindIndex(one => one.Text == text), other);
        Assert.Contains(reason, result.Refusal, StringComparison.Ordinal);
        Assert.Empty(result.Edits);
    }

    [Fact]
    public void A_name_on_a_line_that_cannot_be_read_is_not_renamed()
    {
        var analysis = SourceAnalysis.Of(Model.Replace("    ret\n", "    vadd x, x,\n", StringComparison.Ordinal), "m.pisa");
        var result = SourceRename.Of(analysis, "m.pisa", analysis.Names.ToList().FindIndex(one => one.Text == "x"), "z");
        Assert.Equal("m.pisa, line 13, can't be read: mend it first, since it may use the name.", result.Refusal);
    }

    [Fact]
    public void Types_axes_and_contents_on_a_line_are_uses_too()
    {
        const string text = """
            .const A 1
            .type E i32
            .weight w f32[2] = A, 2.0
            .step g(x: f32[2, 3]) -> (y: i32[3, 2])
                transpose t, x, [A, 0]
                zeros q: f32[A, 2]
                cast y, t, E
                ret
            .end
            .driver main
                halt
            .end
            .entry main

            """;
        var analysis = SourceAnalysis.Of(text, "m.pisa");
        Assert.Empty(analysis.Diagnostics);
        Assert.Equal("f32[3, 2]", analysis.Names.Single(one => one.Text == "t").Description);
        Assert.Equal("f32[1, 2]", analysis.Names.Single(one => one.Text == "q").Description);
        var names = analysis.Names.ToList();
        Assert.Equal([1, 3, 5, 6], analysis.UsesOf(names.FindIndex(one => one.Text == "A")).Select(one => one.At.Line));
        Assert.Equal([2, 7], analysis.UsesOf(names.FindIndex(one => one.Text == "E")).Select(one => one.At.Line));
        var renamed = SourceRename.Of(analysis, "m.pisa", names.FindIndex(one => one.Text == "E"), "Index");
        Assert.Equal(text.Replace(" E", " Index", StringComparison.Ordinal), SourceRename.Apply(text, renamed.Edits));
    }

    [Fact]
    public void Analysing_changes_nothing_about_the_assembly()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Source.Folder, "Mistakes"), "*.pisa"))
        {
            var text = File.ReadAllText(path);
            Assert.Equal(Assembler.Assemble(text, "a.pisa").Diagnostics.ToArray(), SourceAnalysis.Of(text, "a.pisa").Diagnostics.ToArray());
        }
    }
}
