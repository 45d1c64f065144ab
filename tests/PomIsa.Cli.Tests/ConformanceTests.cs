using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>The conformance kit at the command line: exit codes, sentences, counts. What it computes is tested beside it.</summary>
public sealed class ConformanceTests : IDisposable
{
    private static readonly string Vectors = System.IO.Path.Combine(Shell.Repository, "spec", "vectors");

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_machine_behind_a_pipe_passes_where_it_is_this_one()
    {
        Said said = _shell.Run("conformance", "run", "--vectors", Vectors, "--opcode", "sum", "--opcode", "loop", "--json", "--", "dotnet", Shell.Dll, "conformance", "serve").WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Equal("pomisa", said.Json.GetProperty("machine").GetString());
        Assert.Equal(0, said.Json.GetProperty("failed").GetInt32());
        JsonElement stages = said.Json.GetProperty("byStage");
        Assert.Equal(["value", "malformed", "invalid", "trap", "exhausted"], stages.EnumerateObject().Select(static s => s.Name));
        Assert.Equal(said.Json.GetProperty("assertions").GetInt32(), stages.EnumerateObject().Sum(static s => s.Value.GetInt32()));
    }

    [Fact]
    public void A_machine_that_fails_a_case_is_refused_with_the_case()
    {
        const string wrong = """while read line; do case "$line" in *hello*) echo '{"id":1,"machine":"wrong","isa":1}';; *) exit 3;; esac; done""";
        Said said = _shell.Run("conformance", "run", "--vectors", Vectors, "--opcode", "drop", "--", "sh", "-c", wrong).WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("The machine ended with status 3.", said.Out, StringComparison.Ordinal);
        Assert.Contains("0 passed", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'no-such-machine' does not start", "--", "no-such-machine")]
    [InlineData("has no vectors of fly", "--opcode", "fly")]
    [InlineData("--timeout is a number", "--timeout", "0")]
    public void What_cannot_be_done_is_said_in_a_sentence(string sentence, params string[] arguments)
    {
        Said said = _shell.Run(["conformance", "run", "--vectors", Vectors, .. arguments]).WithoutTrace();
        Assert.Equal(2, said.Code);
        Assert.Contains(sentence, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_vectors_there_is_a_sentence() =>
        Assert.Contains("no spec/vectors here or above", _shell.Run("conformance", "report").WithoutTrace().Error, StringComparison.Ordinal);
}
