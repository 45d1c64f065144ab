using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>debug, trace and profile as a user calls them.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly Shell _shell = new();

    private static string Hello => Path.Combine(Shell.Repository, "examples", "hello.pisa");

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_script_drives_the_debugger()
    {
        Said said = _shell.Bash($"printf 'break emit\\ncontinue\\nstack\\nquit\\n' | dotnet {Shell.Dll} debug {Hello}").WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Contains("(pomisa) stack\n5 5\n", said.Out, StringComparison.Ordinal);
        Assert.Equal(2, _shell.Bash($"echo nonsense | dotnet {Shell.Dll} debug {Hello}").WithoutTrace().Code);
    }

    [Fact]
    public void A_trace_goes_to_the_output_or_to_a_file()
    {
        Said said = _shell.Run("trace", Hello).WithoutTrace();
        Assert.StartsWith("    1  main 0  hello.pisa:3  push 5  → 5\n", said.Out, StringComparison.Ordinal);
        Assert.All(_shell.Run("trace", Hello, "--json").Out.TrimEnd('\n').Split('\n'), static line => JsonDocument.Parse(line));
        Assert.Equal(0, _shell.Run("trace", Hello, "--chrome", "c.json").WithoutTrace().Code);
        Assert.Equal(0, _shell.Run("trace", Hello, "--speedscope", "s.json").WithoutTrace().Code);
        JsonDocument.Parse(File.ReadAllText(_shell.Path("c.json")));
        JsonDocument.Parse(File.ReadAllText(_shell.Path("s.json")));
        Assert.Equal(2, Directory.GetFiles(_shell.Folder).Length);
        Assert.Equal(2, _shell.Run("trace", Hello, "--json", "--chrome", "x.json").WithoutTrace().Code);
        Assert.Equal(3, _shell.Run("trace", Hello, "--chrome", "no/such/folder.json").WithoutTrace().Code);
    }

    [Fact]
    public void A_trap_ends_a_trace_that_is_whole_all_the_same()
    {
        File.WriteAllText(_shell.Path("trap.pisa"), ".driver main\npush 9\nloop 4\nend\nhalt\n.end\n.entry main\n");
        Said said = _shell.Run("trace", "trap.pisa", "--chrome", "c.json").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("LoopBound", said.Error, StringComparison.Ordinal);
        Assert.Equal(3, JsonDocument.Parse(File.ReadAllText(_shell.Path("c.json"))).RootElement.GetProperty("traceEvents").GetArrayLength());
    }

    [Fact]
    public void A_profile_is_a_table_or_json()
    {
        Said said = _shell.Run("profile", Hello).WithoutTrace();
        Assert.Contains("source line", said.Out, StringComparison.Ordinal);
        JsonElement json = _shell.Run("profile", Hello, "--json").Json;
        Assert.Equal(5, json.GetProperty("opcodes").EnumerateArray().Single(static one => one.GetProperty("opcode").GetString() == "emit").GetProperty("count").GetInt32());
        Assert.Equal(2, _shell.Run("profile", Hello, "--lines", "0").WithoutTrace().Code);
    }
}
