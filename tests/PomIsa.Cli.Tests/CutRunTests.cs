using System.Diagnostics;

namespace PomIsa.Cli.Tests;

/// <summary>Runs that were cut off: taken up, or closed.</summary>
public sealed class CutRunTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _source;

    public CutRunTests()
    {
        _source = _shell.Path("count.pisa");
        File.WriteAllText(_source, Counting.Program);
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("none")]
    [InlineData("all")]
    public void A_killed_run_is_taken_up_and_no_action_is_minted_twice(string hidden)
    {
        using (Process process = _shell.Start("run", _source, "--private", hidden, "--openings"))
        {
            Assert.NotEqual(-1, process.StandardOutput.Read());
            process.Kill();
            process.WaitForExit();
        }

        string run = _shell.Path(".pomisa", "runs", "0001");
        Said resumed = _shell.Run("run", run, "--resume", "--json").WithoutTrace();
        Assert.Equal(0, resumed.Code);
        Assert.Equal(3000, resumed.Json.GetProperty("tokens").GetArrayLength());
        Assert.EndsWith(" 2999 3000", resumed.Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("ACCEPT", _shell.Run("verify", run).Out, StringComparison.Ordinal);
        Assert.Equal(resumed.Json.GetProperty("run").GetString(), Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(run, "openings")))));

        Said again = _shell.Run("run", run, "--resume").WithoutTrace();
        Assert.Equal(2, again.Code);
        Assert.Contains("nothing to take up", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_filled_the_disk_is_closed_as_far_as_it_went()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Said full = _shell.Bash($"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0; ulimit -f 600; exec dotnet {Shell.Dll} run {_source}").WithoutTrace();
        Assert.Equal(3, full.Code);
        Assert.Contains("No room is left for the log", full.Error, StringComparison.Ordinal);
        string run = _shell.Path(".pomisa", "runs", "0001");
        Said closed = _shell.Run("log", "close", run, "--json").WithoutTrace();
        Assert.Equal((0, "abandoned"), (closed.Code, closed.Json.GetProperty("status").GetString()));
        Assert.InRange(closed.Json.GetProperty("recordedBefore").GetUInt64(), 1UL, closed.Json.GetProperty("records").GetUInt64() - 1);
        Assert.Contains("ended early", _shell.Run("verify", run).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_not_taken_up_with_another_program()
    {
        Said full = _shell.Bash($"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0; ulimit -f 600; exec dotnet {Shell.Dll} run {_source}");
        string run = _shell.Path(".pomisa", "runs", "0001");
        Assert.True(full.Code == 3 || OperatingSystem.IsWindows());
        string other = _shell.Path("other.pisab");
        File.WriteAllText(_source, Counting.Program.Replace("push 1\n", "push 2\n", StringComparison.Ordinal));
        Assert.Equal(0, _shell.Run("asm", _source, "-o", other).Code);
        File.Copy(other, Path.Combine(run, "module.pisab"), overwrite: true);
        Said resumed = _shell.Run("run", run, "--resume").WithoutTrace();
        Assert.Equal(1, resumed.Code);
        Assert.Contains("another program", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_that_was_cut_off_is_named()
    {
        Directory.CreateDirectory(_shell.Path(".pomisa", "runs", "0001"));
        Said none = _shell.Run("log", "close", _shell.Path(".pomisa", "runs", "0001")).WithoutTrace();
        Assert.Equal(2, none.Code);
        Assert.Contains("has minted nothing", none.Error, StringComparison.Ordinal);
    }
}
