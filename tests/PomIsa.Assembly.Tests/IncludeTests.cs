namespace PomIsa.Assembly.Tests;

public sealed class IncludeTests
{
    private static readonly string Main = ".include \"lib/a.pisa\"\n.driver main\n    push ANSWER\n    emit\n    halt\n.end\n.entry main\n";

    [Fact]
    public void An_included_file_declares_as_if_it_stood_there()
    {
        var result = Assemble(Main, ("lib/a.pisa", ".const ANSWER 42\n"));
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        Assert.Equal(42, result.Module!.Functions[0].Body[0].Operands[0].I64);
    }

    [Fact]
    public void Mistakes_in_an_included_file_name_that_file()
    {
        var result = Assemble(Main, ("lib/a.pisa", "\n.const ANSWER 40 + TWO\n"));
        var one = Assert.Single(result.Diagnostics);
        Assert.Equal(("lib/a.pisa", 2, 20), (one.File, one.Line, one.Column));
    }

    [Fact]
    public void Positions_name_the_file_of_each_instruction()
    {
        var result = Assemble(
            ".include \"lib/a.pisa\"\n.driver main\n    call f\n    halt\n.end\n.entry main\n", ("lib/a.pisa", ".driver f\n    ret\n.end\n"));
        Assert.True(result.Module!.Positions!.TryFind(0, 0, out var file, out var at));
        Assert.Equal(("lib/a.pisa", 2), (file, at.Line));
        Assert.True(result.Module.Positions.TryFind(1, 0, out file, out at));
        Assert.Equal(("main.pisa", 3), (file, at.Line));
    }

    [Fact]
    public void Files_that_include_one_another_are_refused()
    {
        var result = Assemble(Main, ("lib/a.pisa", ".include \"lib/b.pisa\"\n.const ANSWER 1\n"), ("lib/b.pisa", ".include \"lib/a.pisa\"\n"));
        var one = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCode.IncludeCycle, one.Code);
        Assert.Contains("lib/a.pisa → lib/b.pisa → lib/a.pisa", one.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_includes_itself_is_refused()
    {
        var result = Assembler.Assemble(".include \"main.pisa\"\n", "main.pisa", (_, name) => new IncludedSource(name, "unused"));
        Assert.Equal(DiagnosticCode.IncludeCycle, Assert.Single(result.Diagnostics).Code);
    }

    [Fact]
    public void Includes_have_a_depth_and_a_number()
    {
        var deep = Assembler.Assemble(".include \"1\"\n", "0", (_, name) => new IncludedSource(name, $".include \"{name}1\"\n"));
        Assert.Contains(deep.Diagnostics, one => one.Code == DiagnosticCode.TooDeep);
        var many = Assembler.Assemble(".repeat i 0..1000\n.include \"a\"\n.end\n", "0", (_, name) => new IncludedSource(name, "; nothing\n"));
        Assert.Contains(many.Diagnostics, one => one.Code == DiagnosticCode.TooDeep);
    }

    [Fact]
    public void All_files_together_have_a_length()
    {
        var half = new string(' ', (AssemblerLimits.SourceLength / 2) + 1);
        var result = Assembler.Assemble(".include \"a\"\n.include \"b\"\n", "m", (_, name) => new IncludedSource(name, half));
        Assert.Contains(result.Diagnostics, one => one.Code == DiagnosticCode.SourceTooLong);
        Assert.Contains(Assembler.Assemble(half + half, "m").Diagnostics, one => one.Code == DiagnosticCode.SourceTooLong);
    }

    [Fact]
    public void Paths_out_of_the_folder_are_not_found()
    {
        var root = Directory.CreateTempSubdirectory("pomisa-includes-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "in/sub"));
            File.WriteAllText(Path.Combine(root.FullName, "secret.pisa"), "");
            File.WriteAllText(Path.Combine(root.FullName, "in/sub/a.pisa"), "");
            var resolver = Includes.Below(Path.Combine(root.FullName, "in"));
            Assert.Equal("sub/a.pisa", resolver("main.pisa", "sub/a.pisa")?.Path);
            Assert.Equal("sub/a.pisa", resolver("sub/b.pisa", "a.pisa")?.Path);
            Assert.Null(resolver("main.pisa", "../secret.pisa"));
            Assert.Null(resolver("main.pisa", Path.Combine(root.FullName, "secret.pisa")));
            Assert.Null(resolver("main.pisa", "a\0b"));
            Assert.Null(resolver("main.pisa", ""));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static AssemblyResult Assemble(string text, params (string Path, string Text)[] files) => Assembler.Assemble(
        text, "main.pisa", (_, name) => files.Where(file => file.Path == name).Select(file => new IncludedSource(file.Path, file.Text)).FirstOrDefault());
}
