using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PomIsa.Evidence.Log;

namespace PomIsa.Cli.Tests;

/// <summary>The levels of verify over one run, what each says, and the verdict that it signs.</summary>
public sealed class LevelTests : IClassFixture<VerifyTests.HelloRun>, IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _run;

    public LevelTests(VerifyTests.HelloRun hello)
    {
        _run = _shell.Path("runs", "0001");
        foreach (string file in Directory.GetFiles(hello.Folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_run, Path.GetRelativePath(hello.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("signature", 0)]
    [InlineData("spot", 31)]
    [InlineData("replay", 31)]
    public void Each_level_says_what_it_proved_and_assumed_and_what_it_cost(string level, int compared)
    {
        JsonElement said = Verify(0, "--level", level);
        Assert.Equal("ACCEPT", said.GetProperty("verdict").GetString());
        Assert.Equal(level, said.GetProperty("level").GetString());
        Assert.Equal((31, compared), (said.GetProperty("records").GetInt32(), said.GetProperty("compared").GetInt32()));
        Assert.NotEqual(0, said.GetProperty("proved").GetArrayLength());
        Assert.NotEqual(0, said.GetProperty("assumed").GetArrayLength());
        Assert.True(said.GetProperty("seconds").GetDouble() > 0 && said.GetProperty("shareOfGeneration").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, said.GetProperty("firstDifference").ValueKind);
    }

    [Fact]
    public void An_audit_of_a_run_without_quantized_products_computes_everything()
    {
        JsonElement said = Verify(0, "--level", "audit");
        Assert.Equal((0, 0, 31), (said.GetProperty("productsTested").GetInt32(), said.GetProperty("productsComputed").GetInt32(), said.GetProperty("compared").GetInt32()));
        Assert.Contains(said.GetProperty("proved").EnumerateArray(), static one => one.GetString()!.Contains("no quantized products", StringComparison.Ordinal));
    }

    [ModelFact]
    public void A_run_with_openings_is_audited()
    {
        Assert.Equal(0, _shell.Run("run", Model.Example, "--openings", "--prompt", "#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed").Code);
        string run = _shell.Path(".pomisa", "runs", "0001");
        JsonElement said = _shell.Run("verify", run, "--level", "audit", "--json").WithoutTrace().Json;
        Assert.Equal("ACCEPT", said.GetProperty("verdict").GetString());
        Assert.Equal(said.GetProperty("records").GetInt32(), said.GetProperty("compared").GetInt32());
        Assert.True(said.GetProperty("productsTested").GetInt32() > 0);

        // Each audit draws a seed, and says it; with it, or with the openings' root, it is repeated.
        string seed = said.GetProperty("seed").GetString()!;
        Assert.NotEqual(seed, _shell.Run("verify", run, "--level", "audit", "--json").WithoutTrace().Json.GetProperty("seed").GetString());
        foreach (string given in (string[])[seed, "openings"])
        {
            JsonElement again = _shell.Run("verify", run, "--level", "audit", "--seed", given, "--json").WithoutTrace().Json;
            Assert.Equal(("ACCEPT", given), (again.GetProperty("verdict").GetString(), again.GetProperty("seed").GetString()));
        }

        Said refused = _shell.Run("verify", run, "--level", "audit", "--seed", "mine").WithoutTrace();
        Assert.Equal(2, refused.Code);
        Assert.Contains("64 hexadecimal digits", refused.Error, StringComparison.Ordinal);

        string openings = Directory.GetFiles(Path.Combine(run, "openings")).Single();
        byte[] bytes = File.ReadAllBytes(openings);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(openings, bytes);
        Assert.NotEqual("REJECT", _shell.Run("verify", run, "--level", "audit", "--json").WithoutTrace().Json.GetProperty("verdict").GetString());

        File.Delete(openings);
        JsonElement without = _shell.Run("verify", run, "--level", "audit", "--json").WithoutTrace().Json;
        Assert.Equal(("ACCEPT", 0), (without.GetProperty("verdict").GetString(), without.GetProperty("productsTested").GetInt32()));
        Assert.True(without.GetProperty("productsComputed").GetInt32() > 0);
        Assert.Contains(without.GetProperty("proved").EnumerateArray(), static one => one.GetString()!.Contains("no openings", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_does_not_say_how_long_it_took_gives_no_share()
    {
        string path = Path.Combine(_run, "run.json");
        File.WriteAllText(path, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(path), ",\\s*\"seconds\": [^,\\s]*", ""));
        Assert.Equal(JsonValueKind.Null, Verify(0).GetProperty("shareOfGeneration").ValueKind);
    }

    [Fact]
    public void Without_the_program_only_the_signature_can_be_checked()
    {
        File.Delete(Path.Combine(_run, "module.pisab"));
        Assert.Equal("ACCEPT", Verify(0, "--level", "signature").GetProperty("verdict").GetString());
        JsonElement said = Verify(1);
        Assert.Equal("UNVERIFIABLE", said.GetProperty("verdict").GetString());
        Assert.Contains("module.pisab is missing", said.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tiles_are_verified_by_signature_and_by_nothing_else()
    {
        string tiles = _shell.Path("tiles");
        Assert.Equal(0, _shell.Run("log", "export", _run, "-o", tiles).Code);
        Said said = _shell.Run("verify", tiles, "--level", "signature", "--json").WithoutTrace();
        Assert.Equal("ACCEPT", said.Json.GetProperty("verdict").GetString());
        Assert.Equal("UNVERIFIABLE", _shell.Run("verify", tiles, "--json").WithoutTrace().Json.GetProperty("verdict").GetString());
        string bundle = Directory.GetFiles(Path.Combine(tiles, "tile", "entries"), "*", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(bundle);
        bytes[^1] ^= 1;
        File.WriteAllBytes(bundle, bytes);
        Assert.Equal("REJECT", _shell.Run("verify", tiles, "--level", "signature", "--json").WithoutTrace().Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public void A_verdict_is_signed_and_checked_by_whoever_has_the_key()
    {
        Assert.Equal(0, _shell.Run("keys", "new", "log", "me", "--data", _shell.Path("mine")).Code);
        string key = _shell.Path("mine", "keys", "me"), file = Path.Combine(_run, "verdict.intoto.jsonl");
        Verify(0, "--level", "signature", "--verdict-key", key + ".key");
        Verify(0, "--verdict-key", key + ".key");
        Said said = _shell.Run("verify-verdict", file, "--key", key + ".vkey", "--run", _run).WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Equal(["ACCEPT by signature", "ACCEPT by replay"], said.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(',')[0]));

        File.WriteAllText(file, File.ReadAllText(file).Replace("\"payload\":\"ey", "\"payload\":\"ez", StringComparison.Ordinal));
        Assert.Equal(1, _shell.Run("verify-verdict", file, "--key", key + ".vkey").WithoutTrace().Code);
    }

    [Fact]
    public void A_rejection_is_signed_as_one()
    {
        Assert.Equal(0, _shell.Run("keys", "new", "log", "me", "--data", _shell.Path("mine")).Code);
        string key = _shell.Path("mine", "keys", "me"), path = Path.Combine(_run, "run.json");
        string text = File.ReadAllText(path);
        int salt = text.LastIndexOf("\"salt\": \"", StringComparison.Ordinal) + 9;
        File.WriteAllText(path, text[..salt] + new string('0', 64) + text[(salt + 64)..]);
        JsonElement said = Verify(1, "--verdict-key", key + ".key");
        Assert.Equal("REJECT", said.GetProperty("verdict").GetString());
        Said checkedAgain = _shell.Run("verify-verdict", Path.Combine(_run, "verdict.intoto.jsonl"), "--key", key + ".vkey", "--json").WithoutTrace();
        Assert.Equal(1, checkedAgain.Code);
        Assert.Equal("POMISA_REJECT", checkedAgain.Json.GetProperty("properties")[0].GetString());
    }

    [Fact]
    public void A_verdict_names_the_runs_of_the_log_whatever_run_json_calls_them()
    {
        Assert.Equal(0, _shell.Run("keys", "new", "log", "me", "--data", _shell.Path("mine")).Code);
        string key = _shell.Path("mine", "keys", "me"), path = Path.Combine(_run, "run.json");
        string id = Verify(0, "--level", "signature").GetProperty("runs")[0].GetString()!, other = new('a', 64);
        File.WriteAllText(path, File.ReadAllText(path).Replace($"\"run\": \"{id}\"", $"\"run\": \"{other}\"", StringComparison.Ordinal));
        Assert.Contains(other, File.ReadAllText(path), StringComparison.Ordinal);
        Verify(0, "--verdict-key", key + ".key");
        JsonElement signed = _shell.Run("verify-verdict", Path.Combine(_run, "verdict.intoto.jsonl"), "--key", key + ".vkey", "--json").WithoutTrace().Json;
        Assert.Equal(id, signed.GetProperty("runs")[0].GetString());
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("audit")]
    [InlineData("spot")]
    [InlineData("replay")]
    public void Records_that_nobody_signed_are_accepted_at_no_level(string level)
    {
        using (RecordLog log = RecordLog.Open(Path.Combine(_run, "log")))
        {
            byte[] opening = log.ReadAll().First();
            opening[40] ^= 1;
            log.Append(opening);
            log.CommitAndWait();
        }

        JsonElement said = Verify(1, "--level", level);
        Assert.Equal("UNVERIFIABLE", said.GetProperty("verdict").GetString());
        Assert.Contains("covers 31 of the log's 32 records", said.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, said.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void Ctrl_C_ends_a_verification_that_waits_for_ever()
    {
        string checkpoint = Path.Combine(_run, "checkpoint");
        File.Delete(checkpoint);
        Assert.Equal(0, _shell.Bash($"mkfifo '{checkpoint}'").Code);
        using Process process = _shell.Start("verify", _run);
        using (File.Open(checkpoint, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) // opens once the other end is read, and has nothing to say
        {
            Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            Assert.True(process.WaitForExit(60_000));
        }

        Assert.Equal(130, process.ExitCode);
    }

    private JsonElement Verify(int code, params string[] more)
    {
        Said said = _shell.Run(["verify", _run, "--json", .. more]).WithoutTrace();
        Assert.True(said.Code == code, said.Out + said.Error);
        return said.Json;
    }
}
