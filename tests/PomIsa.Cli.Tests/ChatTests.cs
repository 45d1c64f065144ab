using System.Diagnostics;
using System.Text.Json;

namespace PomIsa.Cli.Tests;

public sealed class ChatTests(CompiledChatModel model) : IClassFixture<CompiledChatModel>
{
    private readonly Shell _shell = model.Shell;

    [Fact]
    public void Each_line_is_a_question_and_each_answer_a_run_of_the_whole_conversation()
    {
        File.WriteAllText(_shell.Path("lines.txt"), "Hi\n/save talk.json\nWhy?\n/odd\n/reset\nAgain\n/save later.json\n/exit\nnever\n");
        Said said = _shell.Bash($"dotnet {Shell.Dll} chat out --max-tokens 4 --system 'Be brief.' --data chat < lines.txt");
        Assert.True(said.Code == 0, said.Error);
        Assert.Equal(3, Directory.GetDirectories(_shell.Path("chat", "runs")).Length);
        Assert.Contains("/reset forgets what was said", said.Error, StringComparison.Ordinal);
        Assert.Contains("(and 2 before it)", said.Error, StringComparison.Ordinal);
        string first = Prompt(1), second = Prompt(2), third = Prompt(3);
        Assert.Equal("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", first);
        Assert.StartsWith(first, second, StringComparison.Ordinal);
        Assert.EndsWith("<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n", second, StringComparison.Ordinal);
        Assert.Equal(first.Replace("Hi", "Again", StringComparison.Ordinal), third);
        JsonElement talk = JsonDocument.Parse(File.ReadAllText(_shell.Path("talk.json"))).RootElement;
        Assert.Equal(["system", "user", "assistant"], talk.GetProperty("messages").EnumerateArray().Select(static m => m.GetProperty("role").GetString()));
        Assert.StartsWith("ACCEPT", _shell.Run("verify", "chat/runs/0002").Out, StringComparison.Ordinal);

        string Prompt(int run) => JsonDocument.Parse(File.ReadAllText(_shell.Path("chat", "runs", $"000{run}", "private.json"))).RootElement.GetProperty("runs")[0].GetProperty("promptText").GetString()!;
    }

    [Fact]
    public void A_conversation_that_does_not_fit_is_told_and_the_chat_goes_on()
    {
        File.WriteAllText(_shell.Path("long.txt"), new string('x', 300) + "\nHi\n");
        Said said = _shell.Bash($"dotnet {Shell.Dll} chat out --max-tokens 2 --data long < long.txt").WithoutTrace();
        Assert.Equal(0, said.Code);
        Assert.Contains("holds 256 at most. Say /reset", said.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_shell.Path("long", "runs")));
    }

    [Fact]
    public async Task Ctrl_C_ends_the_answer_and_not_the_program()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Shell.Dll, "chat", "out", "--max-tokens", "200", "--temperature", "1", "--threads", "1", "--data", "cut"])
        {
            WorkingDirectory = _shell.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteLineAsync("Hi");
        var first = new char[1];
        Assert.Equal(1, await process.StandardOutput.ReadAsync(first));
        Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        await process.StandardInput.WriteLineAsync("/exit");
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.StartsWith("ACCEPT", _shell.Run("verify", "cut/runs/0001").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_goes_through_the_template_and_a_system_message_with_it()
    {
        Said said = _shell.Run("generate", "out", "--prompt", " Hello ", "--system", "Be brief.", "--max-tokens", "2", "--json");
        Assert.Equal("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", said.Json.GetProperty("promptText").GetString());
        Assert.Equal(257, said.Json.GetProperty("promptTokens")[0].GetInt32());
        Assert.Contains("reads it as that token", _shell.Run("generate", "out", "--prompt", "a<|im_end|>b", "--max-tokens", "1").Error, StringComparison.Ordinal);
        Said both = _shell.Run("generate", "out", "--raw", "--system", "x", "--prompt", "y").WithoutTrace();
        Assert.Equal(2, both.Code);
        Assert.Contains("--raw leaves it out", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_that_fail_or_refuse_are_told()
    {
        ChatModel.Write(_shell.Path("odd"), "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[0].content.nope() }}");
        Assert.Equal(0, _shell.Run("compile", "odd", "-o", "odd.out").Code);
        Said refused = _shell.Run("generate", "odd.out", "--prompt", "a", "--system", "b").WithoutTrace();
        Assert.Equal(1, refused.Code);
        Assert.Contains("The chat template, line 1: System role not supported.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("a text has no method nope here", _shell.Run("generate", "odd.out", "--prompt", "a").WithoutTrace().Error, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run("generate", "odd.out", "--prompt", "a", "--raw", "--max-tokens", "1").Code);
        ChatModel.Write(_shell.Path("none"), null);
        Assert.Equal(0, _shell.Run("compile", "none", "-o", "none.out").Code);
        Assert.Contains("has no chat template", _shell.Run("chat", "none.out").WithoutTrace().Error, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run("generate", "none.out", "--prompt", "a", "--max-tokens", "1").Code);
    }
}
