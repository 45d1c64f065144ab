using System.Text.Json;

namespace PomIsa.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Help_lists_every_command_and_the_exit_codes()
    {
        Said said = _shell.Run("--help");
        Assert.Equal(0, said.Code);
        foreach (string word in new[] { "demo", "asm", "disasm", "fmt", "debug", "trace", "profile", "records", "check", "run", "verify", "log", "open", "dispute", "verify-verdict", "shards", "keys", "eval", "train", "130 interrupted" })
        {
            Assert.Contains(word, said.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("asm")]
    [InlineData("disasm")]
    [InlineData("fmt")]
    [InlineData("debug")]
    [InlineData("trace")]
    [InlineData("records")]
    [InlineData("profile")]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("compile")]
    [InlineData("inspect")]
    [InlineData("verify")]
    [InlineData("eval")]
    [InlineData("train")]
    [InlineData("shards")]
    [InlineData("keys")]
    [InlineData("lsp")]
    [InlineData("log")]
    [InlineData("open")]
    [InlineData("dispute")]
    [InlineData("verify-verdict")]
    public void Every_command_has_help_with_an_example(string command)
    {
        Said said = _shell.Run(command, "--help");
        Assert.Equal(0, said.Code);
        Assert.Contains($"Example:", said.Out, StringComparison.Ordinal);
        Assert.Contains($"pomisa {command}", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("check")]
    [InlineData("demo", "--weights", "w3")]
    [InlineData("eval", ".", "--windows", "0")]
    [InlineData("check", "nothing.pisab")]
    [InlineData("verify", ".")]
    [InlineData("run", "nothing.pisab")]
    [InlineData("run", "nothing.pisab", "--temperature", "-1")]
    [InlineData("run", "nothing.pisab", "--top-k", "many")]
    [InlineData("run", "")]
    [InlineData("verify", "")]
    [InlineData("verify", ".", "--key", "")]
    [InlineData("dispute", "", "")]
    [InlineData("dispute", "--check", "")]
    [InlineData("log", "prune", "")]
    [InlineData("eval", "")]
    [InlineData("log", "receipt", ".", "-1", "-o", "x")]
    public void What_cannot_be_understood_exits_with_2(params string[] arguments)
    {
        Said said = _shell.Run(arguments).WithoutTrace();
        Assert.Equal(2, said.Code);
        Assert.StartsWith("pomisa: ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_draws_with_its_seed_gives_its_outputs_and_verifies()
    {
        const string Source = ".weight w f32[1, 64] = 0\n.step f() -> (x: f32[1, 64])\nload x, w\nret\n.end\n.driver main\n.local p\ncall f -> x\noutput x, 1\npush 8\nloop 8\nget p\nsample x\nemit\nget p\npush 1\nadd\nset p\nend\nhalt\n.end\n.entry main\n";
        File.WriteAllText(_shell.Path("draw.pisa"), Source);
        string One(string seed) => _shell.Run("run", "draw.pisa", "--seed", seed, "--json").Json.GetProperty("tokens").GetRawText();
        Said greedy = _shell.Run("run", "draw.pisa", "--json");
        Assert.Equal("f32", greedy.Json.GetProperty("outputs")[1].GetProperty("dtype").GetString());
        Assert.Equal(JsonValueKind.Null, greedy.Json.GetProperty("outputs")[0].ValueKind);
        Assert.Equal(One("7"), One("7"));
        Assert.NotEqual(One("7"), One("8"));
        Assert.Equal("ACCEPT", _shell.Run("verify", ".pomisa/runs/0002", "--json").Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public void A_run_begins_where_the_folder_of_the_last_one_was_deleted()
    {
        Assert.Equal(0, _shell.Run("run", Hello).Code);
        System.IO.Directory.Delete(_shell.Path(".pomisa", "runs", "0001"), recursive: true);
        Said second = _shell.Run("run", Hello).WithoutTrace();
        Assert.True(second.Code == 0, second.Error);
        Assert.Equal(["0002"], System.IO.Directory.GetDirectories(_shell.Path(".pomisa", "runs")).Select(System.IO.Path.GetFileName));
    }

    [Fact]
    public void Hello_runs_and_its_run_verifies()
    {
        Said run = _shell.Run("run", Hello, "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal("5 4 3 2 1", run.Json.GetProperty("text").GetString());
        Assert.Equal(run.Json.GetProperty("retired").GetUInt64() + 2, run.Json.GetProperty("minted").GetUInt64());
        Said verified = _shell.Run("verify", ".pomisa/runs/0001", "--json");
        Assert.Equal(0, verified.Code);
        Assert.Equal("ACCEPT", verified.Json.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, verified.Json.GetProperty("firstDifference").ValueKind);
        Assert.Equal("5 4 3 2 1", _shell.Run("run", Hello).Out.Trim());
    }

    [Fact]
    public void Assembling_disassembling_and_assembling_again_gives_the_same_program()
    {
        Assert.Equal(0, _shell.Run("asm", Hello, "-o", "hello.pisab").Code);
        File.WriteAllText(_shell.Path("again.pisa"), _shell.Run("disasm", "hello.pisab").Out);
        Assert.Equal(0, _shell.Run("asm", "again.pisa").Code);
        string one = Program("hello.pisab"), other = Program("again.pisab");
        Assert.Equal(one, other);
    }

    [Fact]
    public void All_mistakes_of_a_source_are_shown_with_line_and_caret()
    {
        File.WriteAllText(_shell.Path("bad.pisa"), ".driver main\n    pusch 5\n    emitt\n    halt\n.end\n.entry main\n");
        Said said = _shell.Run("asm", "bad.pisa").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("bad.pisa:2:5", said.Error, StringComparison.Ordinal);
        Assert.Contains("bad.pisa:3:5", said.Error, StringComparison.Ordinal);
        Assert.Contains("^^^", said.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.Path("bad.pisab")));
    }

    [Theory]
    [InlineData("loop-without-bound", ".driver main\n    push 5\n    loop\n    end\n    halt\n.end\n.entry main\n")]
    [InlineData("read-before-write", ".driver main\n    rows x\n    drop\n    halt\n.end\n.entry main\n")]
    [InlineData("shape", ".step s(x: f32[4,8], z: f32[4,16]) -> (y: f32[4,8])\n    vadd y, x, z\n    ret\n.end\n.driver main\n    halt\n.end\n.entry main\n")]
    public void A_program_that_breaks_a_rule_is_refused_at_its_line(string name, string source)
    {
        File.WriteAllText(_shell.Path(name + ".pisa"), source);
        Said said = _shell.Run("check", name + ".pisa").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains(name + ".pisa:", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_prints_bounds_and_refuses_a_cut_module()
    {
        _shell.Run("asm", Hello, "-o", "hello.pisab");
        JsonElement bounds = _shell.Run("check", "hello.pisab", "--json").Json.GetProperty("bounds");
        Assert.Equal(29, bounds.GetProperty("retired").GetInt64());
        Assert.True(bounds.GetProperty("evidenceBytes").GetInt64() > 0);
        byte[] bytes = File.ReadAllBytes(_shell.Path("hello.pisab"));
        File.WriteAllBytes(_shell.Path("cut.pisab"), bytes[..(bytes.Length / 2)]);
        Said cut = _shell.Run("check", "cut.pisab", "--json").WithoutTrace();
        Assert.Equal(1, cut.Code);
        Assert.False(cut.Json.GetProperty("verified").GetBoolean());
        Assert.Equal("malformed", cut.Json.GetProperty("faults")[0].GetProperty("stage").GetString());
    }

    [Fact]
    public void Keys_are_made_once_and_listed()
    {
        Assert.Equal(0, _shell.Run("keys", "new", "log", "example.org/log1").Code);
        Assert.Equal(0, _shell.Run("keys", "new", "publisher", "me").Code);
        Assert.Equal(3, _shell.Run("keys", "new", "publisher", "me").WithoutTrace().Code);
        Assert.Equal(2, _shell.Run("keys", "new", "log", "no spaces").WithoutTrace().Code);
        Said list = _shell.Run("keys", "list");
        Assert.Contains("example.org/log1+", list.Out, StringComparison.Ordinal);
        Assert.Contains("publisher", list.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_that_cannot_be_written_is_said_so()
    {
        Said said = _shell.Run("run", Hello, "--data", "/proc/pomisa").WithoutTrace();
        Assert.Equal(3, said.Code);
        Assert.Contains("/proc/pomisa", said.Error, StringComparison.Ordinal);
        File.WriteAllText(_shell.Path("file"), "");
        Assert.Equal(3, _shell.Run("run", Hello, "--data", "file").WithoutTrace().Code);
    }

    [Fact]
    public void A_full_disk_is_said_so()
    {
        // A limit on file sizes stands in for a disk without room: the log's first page does not fit.
        Said said = _shell.Bash($"trap '' XFSZ; ulimit -f 1000; DOTNET_EnableWriteXorExecute=0 exec dotnet '{Shell.Dll}' run '{Long()}'").WithoutTrace();
        Assert.Equal(3, said.Code);
        Assert.Contains("No room is left", said.Error, StringComparison.Ordinal);
    }

    private static string Hello => Path.Combine(Shell.Repository, "examples", "hello.pisa");

    // Retires enough to fill more than one page of the log.
    private string Long()
    {
        string path = _shell.Path("long.pisa");
        File.WriteAllText(path, ".driver main\n    push 20000\n    loop 20000\n    push 1\n    drop\n    end\n    halt\n.end\n.entry main\n");
        return path;
    }

    private string Program(string module) => _shell.Run("check", module, "--json").Json.GetProperty("program").GetString()!;
}
