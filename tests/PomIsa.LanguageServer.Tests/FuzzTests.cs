using System.Text;
using System.Text.Json;
using PomIsa.LanguageServer.Protocol;
using PomIsa.LanguageServer.Tests.Support;

namespace PomIsa.LanguageServer.Tests;

/// <summary>Whatever is typed, the server answers.</summary>
public sealed class FuzzTests
{
    // Each waits some 80 ms for its answers; POMISA_LSP_ROUNDS asks for more.
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("POMISA_LSP_ROUNDS"), out var rounds) ? rounds : 150;
    private static readonly string[] Scraps = ["{", "}", "\"", "[", "]", "(", ")", ",", ";", ".", ":", "->", "..", "=", "\r", "\n", "\0", "😀", ".end", ".repeat i 0..9", "l{i", "0x", "1e99", "max", "data 0x"];

    [Fact]
    public async Task Broken_and_half_typed_sources_are_always_answered()
    {
        var random = new Random(4);
        var sources = Directory.GetFiles(Path.Combine(Sources.Repository, "examples"), "*.pisa", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        const string uri = "untitled:fuzz";
        await using var client = await EditorClient.StartAsync();
        var text = sources[0];
        await client.OpenAsync(uri, text);
        for (var round = 0; round < Rounds; round++)
        {
            if (random.Next(8) == 0 || text.Length > 20_000)
            {
                text = sources[random.Next(sources.Length)];
                text = random.Next(2) == 0 ? text[..WithoutHalf(text, random.Next(text.Length + 1))] : text;
                await client.ReplaceAsync(uri, text, round + 2);
            }
            else
            {
                text = await MutateAsync(client, uri, text, round + 2, random);
            }

            await AskAsync(client, uri, text, random);
        }

        // After all those changes the server has the text that we have.
        var mistakes = Assembly.Assembler.Assemble(text, uri).Diagnostics;
        var lines = new Documents.LineIndex(text);
        Assert.Equal(
            mistakes.Select(one => lines.RangeOf(new Assembly.Analysis.SourcePlace(uri, one.Line, one.Column, one.Length))),
            (await client.MistakesAsync(uri, Rounds + 1)).Select(one => Sources.Range(one.GetProperty("range"))));
        Assert.Equal(0, await client.ExitAsync());
    }

    private static async Task<string> MutateAsync(EditorClient client, string uri, string text, int version, Random random)
    {
        var start = random.Next(text.Length + 1);
        var end = Math.Min(text.Length, start + random.Next(random.Next(4) == 0 ? 200 : 3));
        var put = random.Next(3) switch
        {
            0 => "",
            1 => Scraps[random.Next(Scraps.Length)],
            _ => text.Substring(random.Next(text.Length + 1) / 2, Math.Min(text.Length / 2, random.Next(30))),
        };

        // JSON carries no half of a surrogate pair.
        put = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(put));
        (start, end) = (WithoutHalf(text, start), WithoutHalf(text, end));
        var lines = new Documents.LineIndex(text);
        var range = new TextRange(lines.PositionAt(start), lines.PositionAt(end));
        var (from, to) = (lines.OffsetOf(range.Start), lines.OffsetOf(range.End));
        await client.TypeAsync(uri, range, put, version);
        return text[..from] + put + text[to..];
    }

    private static int WithoutHalf(string text, int at) => at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static async Task AskAsync(EditorClient client, string uri, string text, Random random)
    {
        var lines = new Documents.LineIndex(text);
        var position = lines.PositionAt(random.Next(text.Length + 1));
        var about = new { textDocument = new { uri }, position };
        foreach (var method in new[] { "hover", "completion", "signatureHelp", "definition", "references", "prepareRename" }.Skip(random.Next(6)).Take(2))
        {
            await client.AskAsync("textDocument/" + method, about);
        }

        switch (random.Next(4))
        {
            case 0:
                await client.AskAsync("textDocument/documentSymbol", new { textDocument = new { uri } });
                break;
            case 1:
                await client.AskAsync("textDocument/formatting", new { textDocument = new { uri } });
                break;
            case 2:
                // Refused or done: an answer either way, and never an internal error.
                try
                {
                    Assert.Equal(JsonValueKind.Object, (await client.AskAsync("textDocument/rename", new { textDocument = new { uri }, position, newName = "other" })).ValueKind);
                }
                catch (StreamJsonRpc.RemoteInvocationException e)
                {
                    Assert.Equal(-32803, e.ErrorCode);
                }

                break;
        }
    }
}
