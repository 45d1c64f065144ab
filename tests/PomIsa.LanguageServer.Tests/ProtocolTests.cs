using System.Text.Json;
using PomIsa.Assembly;
using PomIsa.LanguageServer.Protocol;
using PomIsa.LanguageServer.Tests.Support;
using StreamJsonRpc;

namespace PomIsa.LanguageServer.Tests;

/// <summary>The protocol around the features.</summary>
public sealed class ProtocolTests
{
    private const string Uri = "untitled:Untitled-1";

    [Fact]
    public async Task Before_initialize_and_after_shutdown_nothing_is_answered_but_errors()
    {
        await using var client = new EditorClient();
        var early = await Assert.ThrowsAsync<RemoteInvocationException>(() => client.AtAsync("hover", Uri, default));
        Assert.Equal(-32002, early.ErrorCode);
        await client.AskAsync("initialize", new { processId = (int?)null, rootUri = (string?)null, capabilities = new { } });
        Assert.Equal(-32600, (await Assert.ThrowsAsync<RemoteInvocationException>(() => client.AskAsync("initialize", new { capabilities = new { } }))).ErrorCode);
        await client.AskAsync("shutdown");
        Assert.Equal(-32600, (await Assert.ThrowsAsync<RemoteInvocationException>(() => client.AtAsync("hover", Uri, default))).ErrorCode);
        await client.TellAsync("exit");
        Assert.Equal(0, await client.EndAsync());
    }

    [Fact]
    public async Task Exit_without_shutdown_and_an_end_of_the_stream_are_failures()
    {
        await using var rude = await EditorClient.StartAsync();
        await rude.TellAsync("exit");
        Assert.Equal(1, await rude.EndAsync());
        await using var gone = await EditorClient.StartAsync();
        gone.HangUp();
        Assert.Equal(1, await gone.EndAsync());
    }

    [Fact]
    public async Task What_is_not_known_is_an_error_and_the_session_goes_on()
    {
        await using var client = await EditorClient.StartAsync();
        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => client.AskAsync("textDocument/foldingRange", new { textDocument = new { uri = Uri } }));
        await client.TellAsync("$/setTrace", new { value = "off" });
        await client.TellAsync("workspace/didChangeConfiguration", new { settings = new { } });
        var wrong = await Assert.ThrowsAnyAsync<RemoteRpcException>(() => client.AskAsync("textDocument/hover", new { nothing = 1 }));
        Assert.Equal("The parameters are none of textDocument/hover.", wrong.Message);
        Assert.Equal(-32602, (int?)wrong.ErrorCode);
        Assert.Equal(JsonValueKind.Null, (await client.AtAsync("hover", "file:///not/open.pisa", default)).ValueKind);
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_the_next_is_answered()
    {
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(Uri, LongProgram());
        using var stop = new CancellationTokenSource();
        var asked = client.AskAsync("textDocument/references", new { textDocument = new { uri = Uri }, position = new Position(0, 0) }, stop.Token);
        await stop.CancelAsync();
        try
        {
            await asked; // it may have been answered before the cancellation came
        }
        catch (OperationCanceledException)
        {
        }

        Assert.Equal(JsonValueKind.Object, (await client.AtAsync("completion", Uri, default)).ValueKind);
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact]
    public async Task A_document_beyond_the_limit_is_refused_with_one_mistake()
    {
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(Uri, new string(' ', AssemblerLimits.SourceLength + 1));
        Assert.Equal("A106", Assert.Single(await client.MistakesAsync(Uri, 1)).GetProperty("code").GetString());
        Assert.Empty((await client.AskAsync("textDocument/formatting", new { textDocument = new { uri = Uri } })).EnumerateArray());
        await client.ReplaceAsync(Uri, ".driver main\n    halt\n.end\n.entry main\n", 2);
        Assert.Empty(await client.MistakesAsync(Uri, 2));
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact]
    public async Task Ranges_count_utf16_units_behind_wide_characters_and_carriage_returns()
    {
        const string text = ".driver main\r\n    \"😀\" 1\r\n    pusch 5\r\n    halt\r\n.end\r\n.entry main\r\n";
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(Uri, text);
        var all = await client.MistakesAsync(Uri, 1);
        Assert.Equal([Sources.Range(text, "\"😀\""), Sources.Range(text, "pusch")], all.Select(one => Sources.Range(one.GetProperty("range"))));

        // Formatting keeps the line ends.
        var crooked = text.Replace("    pusch 5", "  push  5", StringComparison.Ordinal).Replace("    \"😀\" 1\r\n", "", StringComparison.Ordinal);
        await client.ReplaceAsync(Uri, crooked, 2);
        var edits = await client.AskAsync("textDocument/formatting", new { textDocument = new { uri = Uri } });
        Assert.Equal(".driver main\r\n    push 5\r\n    halt\r\n.end\r\n.entry main\r\n", Sources.Apply(crooked, edits));
    }

    private static string LongProgram() =>
        ".driver main\n" + string.Concat(Enumerable.Repeat("    push 1\n    drop\n", 20_000)) + "    halt\n.end\n.entry main\n";
}
