using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;

namespace PomIsa.Cli.Tests;

/// <summary>A small run whose folder is then tampered with in every way.</summary>
public sealed class VerifyTests : IClassFixture<VerifyTests.HelloRun>, IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _run;

    public VerifyTests(HelloRun hello)
    {
        _run = _shell.Path("runs", "0001");
        foreach (string file in Directory.GetFiles(hello.Folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_run, Path.GetRelativePath(hello.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>The run that each test gets a copy of.</summary>
    public sealed class HelloRun : IDisposable
    {
        private readonly Shell _shell = new();

        public HelloRun() => Assert.Equal(0, _shell.Run("run", Path.Combine(Shell.Repository, "examples", "hello.pisa")).Code);

        public string Folder => _shell.Path(".pomisa", "runs", "0001");

        public void Dispose() => _shell.Dispose();
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void One_changed_byte_in_the_logs_file_is_rejected_and_its_entry_named()
    {
        string file = Directory.GetFiles(Path.Combine(_run, "log"), "records.*").Single();
        byte[] bytes = File.ReadAllBytes(file);
        int record = 2000 + bytes.AsSpan(2000).IndexOf("PISR"u8); // between records lies what is not evidence
        bytes[record + 20] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.StartsWith("entry ", Rejects("Entry").GetProperty("firstDifference").GetProperty("where").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_record_is_named_by_opcode_and_source_line()
    {
        Rewrite(entries => entries[7][^1] ^= 1);
        System.Text.Json.JsonElement first = Rejects("was changed").GetProperty("firstDifference");
        Assert.Equal(7UL, first.GetProperty("sequence").GetUInt64());
        Assert.StartsWith("hello.pisa:", first.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(first.GetProperty("opcode").GetString()!);
    }

    [Fact]
    public void A_removed_record_is_noticed() => Rejects("Before entry 9", () => Rewrite(static e => e.RemoveAt(9)));

    [Fact]
    public void A_record_minted_twice_is_noticed() => Rejects("second time", () => Rewrite(static e => e.Insert(9, e[8])));

    [Fact]
    public void Swapped_records_are_noticed() => Rejects("is missing", () => Rewrite(static e => (e[8], e[9]) = (e[9], e[8])));

    [Fact]
    public void A_log_cut_short_is_noticed() => Rejects("fewer than its checkpoint", () => Rewrite(static e => e.RemoveAt(e.Count - 1)));

    [Fact]
    public void A_checkpoint_by_another_key_is_refused()
    {
        using LogKey other = LogKey.Create("example.org/other");
        File.WriteAllBytes(Path.Combine(_run, "checkpoint"), new Checkpoint("example.org/other", 1, default).Sign(other));
        Rejects("another key");
    }

    [Fact]
    public void A_changed_checkpoint_is_refused()
    {
        string path = Path.Combine(_run, "checkpoint");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\n31\n", "\n30\n", StringComparison.Ordinal));
        Rejects("signature");
    }

    [Fact]
    public void A_claim_that_is_no_claim_is_refused_without_a_trace()
    {
        File.WriteAllText(Path.Combine(_run, "run.json"), "{\"kind\":1}");
        Assert.Equal(1, _shell.Run("verify", _run).WithoutTrace().Code);
    }

    [Theory]
    [InlineData("\"finished\":", "\"done\": true,\n  \"finished\":", "'done' is not known")]
    [InlineData("\"finished\":", "\"kind\": \"run\",\n  \"finished\":", "kind")]
    [InlineData("\"weights\":", "\"votes\":", "votes")]
    [InlineData("\"firstIndex\": 0", "\"firstIndex\": \"0\"", "'firstIndex' is not what is expected")]
    [InlineData("\"firstIndex\": 0", "\"firstIndex\": -1", "'firstIndex' is not what is expected")]
    [InlineData("\"firstIndex\": 0,", "", "'firstIndex' is missing")]
    [InlineData("\"kind\": \"", "\"kind\": \"\\ud800", "UTF-8")]
    [InlineData("\"runs\": [", "\"runs\": [ 1, ", "object")]
    public void A_claim_of_another_form_is_refused_and_told_where(string part, string instead, string said)
    {
        string path = Path.Combine(_run, "run.json"), text = File.ReadAllText(path);
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(part, instead, StringComparison.Ordinal));
        Said refused = _shell.Run("verify", _run).WithoutTrace();
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("MALFORMED: ", refused.Out, StringComparison.Ordinal);
        Assert.Contains("does not describe a run", refused.Out, StringComparison.Ordinal);
        Assert.Contains(said, refused.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_checkpoint_nothing_can_be_said()
    {
        File.Delete(Path.Combine(_run, "checkpoint"));
        Said said = _shell.Run("verify", _run, "--json").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Equal("UNVERIFIABLE", said.Json.GetProperty("verdict").GetString());
    }

    private System.Text.Json.JsonElement Rejects(string word, Action? tamper = null)
    {
        tamper?.Invoke();
        Said said = _shell.Run("verify", _run, "--json").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Equal("REJECT", said.Json.GetProperty("verdict").GetString());
        Assert.Contains(word, said.Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        return said.Json;
    }

    // Someone who can write the log's files can also make them consistent again; the checkpoint he can't.
    private void Rewrite(Action<List<byte[]>> change)
    {
        string folder = Path.Combine(_run, "log");
        List<byte[]> entries;
        using (RecordLog log = RecordLog.Open(folder))
        {
            entries = [.. log.ReadAll()];
        }

        change(entries);
        Directory.Delete(folder, recursive: true);
        using RecordLog forged = RecordLog.Open(folder);
        foreach (byte[] entry in entries)
        {
            forged.Append(entry);
        }

        forged.CommitAndWait();
    }
}
