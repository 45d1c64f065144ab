using System.Diagnostics;
using System.Text.Json;
using PomIsa.Evidence.Log;

namespace PomIsa.Cli.Tests;

public sealed class DemoTests : IDisposable
{
    /// <summary>
    /// Root over every record of the demo in w8: whichever machine mints them, with any number of threads. It changes only
    /// with the weights, the program, the votes, the chain's rules or the form of records.
    /// </summary>
    private const string Root = "88c108f3cf9909805e89e13bcf4321aa3f9e65dd4981147c1d766d322d4e8b12";

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [ModelFact]
    public void The_demo_ends_with_ACCEPT_and_says_all_numbers_as_JSON_and_runs_again()
    {
        string model = Model.Copy(_shell);
        Said said = _shell.Run("demo", "--model", model, "--json");
        Assert.Equal(0, said.Code);
        JsonElement json = said.Json;
        Assert.Equal("ACCEPT", json.GetProperty("verdict").GetString());
        Assert.Equal(Minted("0001"), json.GetProperty("minted").GetUInt64());
        Assert.Equal(json.GetProperty("minted").GetUInt64(), json.GetProperty("compared").GetUInt64());
        ulong cycles = json.GetProperty("cycles").GetUInt64();
        Assert.True(cycles >= 1);
        Assert.Equal(json.GetProperty("minted").GetUInt64(), json.GetProperty("retired").GetUInt64() + (2 * cycles));
        Assert.True(json.GetProperty("tokens").GetInt64() > 0);
        Assert.True(json.GetProperty("tokensPerSecond").GetDouble() > 0);
        Assert.InRange(json.GetProperty("evidenceShare").GetDouble(), 0, 1);
        Assert.Contains("#", json.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains("\u2014 ", json.GetProperty("checkpoint").GetString(), StringComparison.Ordinal);
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);

        Said again = _shell.Run("demo", "--model", model, "--threads", "1");
        Assert.Equal(0, again.Code);
        Assert.Contains("ACCEPT", again.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', again.Out);
        Assert.Equal(Minted("0001"), Minted("0002"));
        Assert.True(Root == RootOf("0001"), "the root is " + RootOf("0001"));
        Assert.Equal(Root, RootOf("0002"));
        Assert.Equal([".pomisa", "govsum"], Directory.GetFileSystemEntries(_shell.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [ModelFact]
    public void Killed_in_the_middle_it_goes_on_and_mints_nothing_twice()
    {
        string model = Model.Copy(_shell);
        using (Process victim = _shell.Start("demo", "--model", model, "--json"))
        {
            // After the first cycle's checkpoint, somewhere within a later one.
            string checkpoint = _shell.Path(".pomisa", "runs", "0001", "checkpoint");
            for (int i = 0; i < 600 && !File.Exists(checkpoint) && !victim.HasExited; i++)
            {
                Thread.Sleep(50);
            }

            Thread.Sleep(150);
            victim.Kill();
            victim.WaitForExit();
            Assert.NotEqual(0, victim.ExitCode);
        }

        ulong before = Minted("0001");
        Assert.True(before > 0);
        JsonElement json = _shell.Run("demo", "--model", model, "--json").Json;
        Assert.True(json.GetProperty("resumed").GetBoolean());
        Assert.Equal("ACCEPT", json.GetProperty("verdict").GetString());
        Assert.Equal(Minted("0001"), json.GetProperty("minted").GetUInt64());
        Assert.Equal(json.GetProperty("minted").GetUInt64(), json.GetProperty("retired").GetUInt64() + (2 * json.GetProperty("cycles").GetUInt64()));
        Assert.False(Directory.Exists(_shell.Path(".pomisa", "runs", "0002")));
        Assert.Equal(0, _shell.Run("verify", ".pomisa/runs/0001").Code);
    }

    [ModelFact]
    public void Interrupted_it_says_how_to_go_on_and_exits_with_130()
    {
        string model = Model.Copy(_shell);
        Said said = _shell.Bash(
            $"dotnet '{Shell.Dll}' demo --model '{model}' > out.txt & child=$!; for i in $(seq 200); do [ -e .pomisa/runs/0001/checkpoint ] && break; sleep 0.05; done; kill -TERM $child; wait $child");
        said.WithoutTrace();
        Assert.Equal(130, said.Code);
        Assert.Contains("goes on from there", said.Error, StringComparison.Ordinal);
    }

    [ModelFact]
    public void Bad_votes_are_refused_with_their_line()
    {
        string model = Model.Copy(_shell), votes = Path.Combine(model, "votes.jsonl");
        string[] lines = File.ReadAllLines(votes);
        foreach ((string wrong, string word) in new[]
            {
                ("{\"height\":1,\"id\":1,\"kind\":\"text\",\"title\":\"t\",\"yes\":-6,\"no\":2,\"abstain\":0,\"quorum\":5,\"outcome\":\"passed\"}", "negative"),
                ("{\"height\":1,\"id\":1,\"kind\":\"wish\",\"title\":\"t\",\"yes\":6,\"no\":2,\"abstain\":0,\"quorum\":5,\"outcome\":\"passed\"}", "kind"),
                ("{\"height\":1,", "JSON"),
            })
        {
            File.WriteAllLines(votes, [wrong, .. lines]);
            Said said = _shell.Run("demo", "--model", model).WithoutTrace();
            Assert.Equal(1, said.Code);
            Assert.Contains("line 1", said.Error, StringComparison.Ordinal);
            Assert.Contains(word, said.Error, StringComparison.Ordinal);
        }
    }

    [ModelFact]
    public void A_changed_shard_and_another_publisher_are_refused()
    {
        string model = Model.Copy(_shell), shard = Path.Combine(model, "weights", "w8", "lower.shard"), key = Path.Combine(model, "publisher.pub");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^100] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Said changed = _shell.Run("demo", "--model", model).WithoutTrace();
        Assert.Equal(1, changed.Code);
        Assert.Contains("lower.shard", changed.Error, StringComparison.Ordinal);
        _shell.Run("keys", "new", "publisher", "other");
        File.Copy(_shell.Path(".pomisa", "keys", "other.pub"), key, overwrite: true);
        Said other = _shell.Run("demo", "--model", model).WithoutTrace();
        Assert.Equal(1, other.Code);
        Assert.Contains("another key", other.Error, StringComparison.Ordinal);
        File.Delete(shard);
        Assert.NotEqual(0, _shell.Run("demo", "--model", model).WithoutTrace().Code);
    }

    [ModelFact]
    public void A_prompt_longer_than_the_program_takes_is_refused()
    {
        string prompt = string.Concat(Enumerable.Repeat("#1 text | Poll on open licences | yes 6 no 2 abstain 0 quorum 5 | passed\n", 40));
        Said said = _shell.Run("run", Model.Copy(_shell), "--prompt", prompt).WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("at most", said.Error, StringComparison.Ordinal);
    }

    [ModelFact]
    public void Evaluation_counts_windows_and_right_ones()
    {
        JsonElement json = _shell.Run("eval", Model.Copy(_shell), "--windows", "6", "--json").Json;
        Assert.Equal(6, json.GetProperty("windows").GetInt32());
        Assert.InRange(json.GetProperty("allFactsRight").GetInt32(), 0, 6);
        Assert.InRange(json.GetProperty("inventedOutcomes").GetInt32(), 0, 6);
    }

    private string RootOf(string run)
    {
        using RecordLog log = RecordLog.Open(_shell.Path(".pomisa", "runs", run, "log"));
        return log.Root.ToString();
    }

    private ulong Minted(string run)
    {
        using RecordLog log = RecordLog.Open(_shell.Path(".pomisa", "runs", run, "log"));
        return log.Size;
    }
}
