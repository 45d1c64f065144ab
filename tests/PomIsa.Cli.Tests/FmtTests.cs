namespace PomIsa.Cli.Tests;

public sealed class FmtTests : IDisposable
{
    private const string Untidy = ".driver main\npush   1;one\ndrop\nhalt\n.end\n.entry main";
    private const string Tidy = ".driver main\n    push 1  ; one\n    drop\n    halt\n.end\n.entry main\n";

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Examples_are_in_canonical_form()
    {
        Said said = _shell.Run("fmt", "--check", Path.Combine(Shell.Repository, "examples"));
        Assert.Equal(("", 0), (said.Out + said.Error, said.Code));
    }

    [Fact]
    public void A_file_is_replaced_by_its_canonical_form_once()
    {
        File.WriteAllText(_shell.Path("x.pisa"), Untidy);
        Assert.Equal((1, "x.pisa is not in canonical form\n"), Of(_shell.Run("fmt", "--check", "x.pisa")));
        Assert.Equal((0, Tidy), Of(_shell.Run("fmt", "--stdout", "x.pisa")));
        Assert.Equal(Untidy, File.ReadAllText(_shell.Path("x.pisa")));
        Assert.Equal((0, "x.pisa formatted\n"), Of(_shell.Run("fmt", "x.pisa")));
        Assert.Equal(Tidy, File.ReadAllText(_shell.Path("x.pisa")));
        Assert.Equal((0, ""), Of(_shell.Run("fmt", "x.pisa")));
        Assert.Equal([_shell.Path("x.pisa")], Directory.GetFiles(_shell.Folder));
    }

    [Fact]
    public void A_file_with_errors_is_left_alone_and_the_others_are_formatted()
    {
        File.WriteAllText(_shell.Path("bad.pisa"), "push (1\n");
        File.WriteAllBytes(_shell.Path("bytes.pisa"), [0xff, 0xfe]);
        File.WriteAllText(_shell.Path("x.pisa"), Untidy);
        Said said = _shell.Run("fmt", "bad.pisa", "x.pisa").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("bad.pisa:1:8: error A101", said.Error, StringComparison.Ordinal);
        Assert.Equal("push (1\n", File.ReadAllText(_shell.Path("bad.pisa")));
        Assert.Equal(Tidy, File.ReadAllText(_shell.Path("x.pisa")));
        Assert.Equal(1, _shell.Run("fmt", "bytes.pisa").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("fmt", "nothing.pisa").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("fmt", "--check", "--stdout", "x.pisa").WithoutTrace().Code);
    }

    private static (int, string) Of(Said said) => (said.Code, said.Out);
}
