using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>Private runs: what their folder and their published log tell, and what their owner shows.</summary>
public sealed class PrivateRunTests(CompiledChatModel model) : IClassFixture<CompiledChatModel>
{
    private const string Question = "Where did I hide it?";

    private readonly Shell _shell = model.Shell;

    [Fact]
    public void A_private_run_is_verified_with_its_secret_and_shown_in_part()
    {
        const string mode = "all";
        Said said = _shell.Run("generate", "out", "--raw", "--prompt", Question, "--max-tokens", "12", "--private", mode, "--openings", "--json", "--data", mode);
        Assert.True(said.Code == 0, said.Error);
        int[] tokens = [.. said.Json.GetProperty("tokens").EnumerateArray().Select(static t => t.GetInt32())];
        string folder = said.Json.GetProperty("evidence").GetProperty("folder").GetString()!, secret = Path.Combine(folder, "private.json");
        Assert.Equal(mode, said.Json.GetProperty("evidence").GetProperty("private").GetString());
        Assert.StartsWith("ACCEPT", _shell.Run("verify", folder, "--level", "audit").Out, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "openings")));
        }

        // Its owner reads it.
        string records = _shell.Run("records", folder).Out;
        Assert.Contains($"private: {mode}", records, StringComparison.Ordinal);
        Assert.Equal(tokens, records.Split('\n').Where(static l => l.Contains(" emit", StringComparison.Ordinal)).Select(static l => int.Parse(l.Split('=')[^1], System.Globalization.CultureInfo.InvariantCulture)));

        // Chosen tokens and the prompt.
        Said made = _shell.Run("open", folder, "--tokens", "3..5", "--prompt", "-o", $"{mode}.opening");
        Assert.True(made.Code == 0, made.Error);
        Said seen = _shell.Run("open", "--check", $"{mode}.opening", "--key", Path.Combine(folder, "key.vkey"), "--json").WithoutTrace();
        Assert.True(seen.Code == 0, seen.Error);
        Assert.Equal([3, 4, 5], seen.Json.GetProperty("tokens").EnumerateArray().Select(static t => t.GetProperty("position").GetInt32()));
        Assert.Equal(tokens[3..6], seen.Json.GetProperty("tokens").EnumerateArray().Select(static t => t.GetProperty("token").GetInt32()));
        Assert.Equal(
            said.Json.GetProperty("promptTokens").EnumerateArray().Select(static t => t.GetInt32()),
            seen.Json.GetProperty("prompt").EnumerateArray().Select(static t => t.GetInt32()).Take(said.Json.GetProperty("promptTokens").GetArrayLength()));
        string shown = File.ReadAllText(_shell.Path($"{mode}.opening")), line = shown.Split('\n').First(static l => l.StartsWith("scalar", StringComparison.Ordinal));
        File.WriteAllText(_shell.Path("lie.opening"), shown.Replace(line, line.Replace($" {tokens[3]} ", $" {tokens[3] + 1} ", StringComparison.Ordinal), StringComparison.Ordinal));
        Said lie = _shell.Run("open", "--check", "lie.opening", "--key", Path.Combine(folder, "key.vkey")).WithoutTrace();
        Assert.Equal(1, lie.Code);
        Assert.Contains("not what was recorded", lie.Error, StringComparison.Ordinal);

        // Without that one file nothing in the folder tells what was said, and nothing can be executed again.
        File.Move(secret, _shell.Path($"{mode}.private"));
        byte[] text = Encoding.UTF8.GetBytes(Question), ids = [.. Encoding.UTF8.GetBytes(Question).SelectMany(static b => BitConverter.GetBytes((int)b))];
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(file);
            Assert.True(bytes.AsSpan().IndexOf(text) < 0 && bytes.AsSpan().IndexOf(ids) < 0, file);
        }

        Assert.DoesNotContain("promptText\": \"W", File.ReadAllText(Path.Combine(folder, "run.json")), StringComparison.Ordinal);
        Said blind = _shell.Run("verify", folder, "--json").WithoutTrace();
        Assert.Equal((1, "UNVERIFIABLE"), (blind.Code, blind.Json.GetProperty("verdict").GetString()));
        Assert.Contains("secret is missing", blind.Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("ACCEPT", _shell.Run("verify", folder, "--level", "signature").Out, StringComparison.Ordinal);
        Assert.Contains("private.json", _shell.Run("open", folder, "--prompt", "-o", "none.opening").WithoutTrace().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_run_that_was_killed_is_taken_up()
    {
        File.WriteAllText(_shell.Path("count.pisa"), Counting.Program);
        using (Process process = _shell.Start("run", "count.pisa", "--private", "tokens", "--data", "cut"))
        {
            Assert.NotEqual(-1, process.StandardOutput.Read());
            process.Kill();
            process.WaitForExit();
        }

        Said resumed = _shell.Run("run", "cut/runs/0001", "--resume", "--json").WithoutTrace();
        Assert.Equal((0, 3000), (resumed.Code, resumed.Json.GetProperty("tokens").GetArrayLength()));
        Assert.StartsWith("ACCEPT", _shell.Run("verify", "cut/runs/0001").Out, StringComparison.Ordinal);
        Assert.Contains("has 3000 tokens", _shell.Run("open", "cut/runs/0001", "--tokens", "2990..3000", "-o", "none.opening").WithoutTrace().Error, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run("open", "cut/runs/0001", "--tokens", "2999", "-o", "last.opening").Code);
        Assert.Contains("2999: 3000 ", _shell.Run("open", "--check", "last.opening", "--key", "cut/runs/0001/key.vkey").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chat_is_private_unless_it_is_told_otherwise_and_a_public_log_warns()
    {
        File.WriteAllText(_shell.Path("one.txt"), Question + "\n/exit\n");
        Assert.Equal(0, _shell.Bash($"dotnet {Shell.Dll} chat out --max-tokens 2 --data talk < one.txt").Code);
        Assert.Equal("all", JsonDocument.Parse(File.ReadAllText(_shell.Path("talk", "runs", "0001", "run.json"))).RootElement.GetProperty("private").GetString());
        Assert.DoesNotContain("--private", _shell.Run("log", "export", "talk/runs/0001", "-o", "tiles1").Error, StringComparison.Ordinal);
        File.WriteAllText(_shell.Path("seven.pisa"), ".driver main\n    push 7\n    emit\n    halt\n.end\n.entry main\n");
        Assert.Equal(0, _shell.Run("run", "seven.pisa", "--data", "open").Code);
        Assert.Contains("--private all", _shell.Run("log", "export", "open/runs/0001", "-o", "tiles2").Error, StringComparison.Ordinal);
        Assert.Contains("public run", _shell.Run("open", "open/runs/0001", "--tokens", "0", "-o", "none.opening").WithoutTrace().Error, StringComparison.Ordinal);
    }
}
