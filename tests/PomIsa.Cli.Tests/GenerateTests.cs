using System.Diagnostics;
using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>A compiled model that several tests use.</summary>
public sealed class CompiledChatModel : IDisposable
{
    public CompiledChatModel()
    {
        ChatModel.Write(Shell.Path("model"));
        Said compiled = Shell.Run("compile", "model", "-o", "out");
        Assert.True(compiled.Code == 0, compiled.Error);
    }

    internal Shell Shell { get; } = new();

    public void Dispose() => Shell.Dispose();
}

public sealed class GenerateTests(CompiledChatModel model) : IClassFixture<CompiledChatModel>
{
    private readonly Shell _shell = model.Shell;

    [Fact]
    public void Text_comes_out_figures_and_evidence_beside_it_and_the_run_is_accepted()
    {
        Said said = _shell.Run("generate", "out", "--raw", "--prompt", "Hello", "--max-tokens", "20", "--data", "first");
        Assert.True(said.Code == 0, said.Error);
        Assert.Contains("prompt 5 tokens", said.Error, StringComparison.Ordinal);
        Assert.Contains("records minted", said.Error, StringComparison.Ordinal);
        Assert.Contains("verify   pomisa verify first/runs/0001", said.Error.Replace('\\', '/'), StringComparison.Ordinal);
        Said json = Json("--raw", "--prompt", "Hello", "--max-tokens", "20");
        Assert.Equal(said.Out, json.Json.GetProperty("text").GetString() + "\n");
        Assert.StartsWith("ACCEPT", _shell.Run("verify", Folder(json)).Out, StringComparison.Ordinal);
        Assert.Equal(["tokenizer.json", "tokenizer_config.json"], json.Json.GetProperty("evidence").GetProperty("tokenizer").EnumerateObject().Select(static o => o.Name));
    }

    [Fact]
    public void The_same_seed_draws_the_same_text_with_any_number_of_threads()
    {
        string[] drawn = ["--raw", "--prompt", "Hello", "--max-tokens", "24", "--temperature", "0.9", "--top-p", "0.95", "--top-k", "60", "--seed"];
        Said one = Json([.. drawn, "7", "--threads", "1"]), two = Json([.. drawn, "7", "--threads", "2"]), other = Json([.. drawn, "8"]);
        Assert.Equal(Tokens(one), Tokens(two));
        Assert.NotEqual(Tokens(one), Tokens(other));
        Assert.StartsWith("ACCEPT", _shell.Run("verify", Folder(one)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_text_ends_the_answer_and_what_was_minted_is_accepted()
    {
        string whole = Json("--raw", "--prompt", "Hello", "--max-tokens", "40", "--temperature", "1").Json.GetProperty("text").GetString()!;
        string stop = whole[(whole.Length / 2)..(whole.Length / 2 + 1)];
        Said said = Json("--raw", "--prompt", "Hello", "--max-tokens", "40", "--temperature", "1", "--stop", stop, "--stop", "never there");
        Assert.Equal("stop", said.Json.GetProperty("ended").GetString());
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], said.Json.GetProperty("text").GetString());
        Assert.Equal("abandoned", said.Json.GetProperty("evidence").GetProperty("status").GetString());
        Said verified = _shell.Run("verify", Folder(said));
        Assert.StartsWith("ACCEPT", verified.Out, StringComparison.Ordinal);
        Assert.Contains("ended early", verified.Out, StringComparison.Ordinal);

        // A run that claims to have gone on is not the one that was minted.
        string description = System.IO.Path.Combine(Folder(said), "run.json");
        File.WriteAllText(description, File.ReadAllText(description).Replace("\"stoppedAfter\": ", "\"stoppedAfter\": 1", StringComparison.Ordinal));
        Assert.StartsWith("REJECT", _shell.Run("verify", Folder(said)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_answer_with_130_and_leaves_a_sound_run()
    {
        using Process process = _shell.Start("generate", "out", "--raw", "--prompt", "Hello", "--max-tokens", "250", "--temperature", "1", "--json", "--threads", "1", "--data", "stopped");
        Task<string> text = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        while (!process.HasExited && !File.Exists(_shell.Path("stopped", "runs", "0001", "run.json")))
        {
            await Task.Delay(2);
        }

        await Task.Delay(30);
        Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 130 or 0, await error + await text); // a fast machine may be done before
        Assert.StartsWith("ACCEPT", _shell.Run("verify", "stopped/runs/0001").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@FILE")]
    [InlineData("-")]
    public void Prompts_come_from_files_and_from_the_standard_input(string from)
    {
        File.WriteAllText(_shell.Path("prompt.txt"), "Hello");
        Said said = _shell.Bash($"dotnet {Shell.Dll} generate out --raw --json --max-tokens 3 --prompt {(from == "-" ? "- < prompt.txt" : "@prompt.txt")}");
        Assert.Equal("Hello", said.Json.GetProperty("promptText").GetString());
    }

    [Theory]
    [InlineData(2, "--max-tokens must be 1 or greater", "--raw", "--prompt", "a", "--max-tokens", "0")]
    [InlineData(2, "--stop needs a text", "--raw", "--prompt", "a", "--stop", "")]
    [InlineData(2, "There is no file nowhere", "--raw", "--prompt", "@nowhere")]
    [InlineData(1, "The prompt has no tokens", "--raw", "--prompt", "")]
    [InlineData(2, "--temperature must be a finite number", "--raw", "--prompt", "a", "--temperature", "-1")]
    [InlineData(2, "--prompt' is required", "--raw")]
    public void What_can_not_be_asked_is_refused(int code, string says, params string[] arguments)
    {
        Said said = _shell.Run(["generate", "out", .. arguments]).WithoutTrace();
        Assert.Equal(code, said.Code);
        Assert.Contains(says, said.Error, StringComparison.Ordinal);
        Assert.Equal("", said.Out);
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_refused()
    {
        Said said = _shell.Run("generate", "out", "--raw", "--prompt", new string('x', 300)).WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("The prompt has 300 tokens; model holds 256 at most", said.Error, StringComparison.Ordinal);
        Said full = Json("--raw", "--prompt", new string('x', 250), "--max-tokens", "100");
        Assert.InRange(Tokens(full).Length, 0, 6);
    }

    [Fact]
    public void Models_that_are_none_are_refused()
    {
        Assert.Contains("There is no folder nothing", _shell.Run("generate", "nothing", "--prompt", "a").WithoutTrace().Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_shell.Path("empty"));
        Assert.Contains("is no compiled model", _shell.Run("generate", "empty", "--prompt", "a").WithoutTrace().Error, StringComparison.Ordinal);
        string broken = Copy("broken");
        File.WriteAllText(Path.Combine(broken, "tokenizer", "tokenizer.json"), "{\"model\":{}}");
        Said said = _shell.Run("generate", "broken", "--prompt", "a").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("tokenizer.json: model has no 'vocab'", said.Error, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(broken, "tokenizer"), recursive: true);
        Assert.Contains("has no tokenizer", _shell.Run("generate", "broken", "--prompt", "a").WithoutTrace().Error, StringComparison.Ordinal);
    }

    private string Copy(string name)
    {
        string from = _shell.Path("out"), to = _shell.Path(name);
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return to;
    }

    private Said Json(params string[] arguments)
    {
        Said said = _shell.Run(["generate", "out", "--json", .. arguments]);
        Assert.True(said.Code == 0, said.Error);
        return said;
    }

    private static int[] Tokens(Said said) => [.. said.Json.GetProperty("tokens").EnumerateArray().Select(static t => t.GetInt32())];

    private static string Folder(Said said) => said.Json.GetProperty("evidence").GetProperty("folder").GetString()!;
}
