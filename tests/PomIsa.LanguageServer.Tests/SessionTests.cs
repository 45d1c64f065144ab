using System.Text.Json;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.LanguageServer.Tests.Support;

namespace PomIsa.LanguageServer.Tests;

/// <summary>One session as an editor has it, from hello to the exit code.</summary>
public sealed class SessionTests : IDisposable
{
    private const string Program = """
        ;; Twice what comes in.
        .module twice
        .const D 8            ; width
        .symbol T max 16
        .input given f32[T, D]
        .weight scale f32[D]

        ;; Doubles and scales each row.
        .step double(x: f32[T, D]) -> (y: f32[T, D])
            vadd sum, x, x
            rmsnorm y, sum, scale, 1e-5
            ret
        .end
        .driver main
            input a, given
            call double, a -> b
            halt
        .end
        .entry main

        """;

    private readonly Sources _sources = new();

    public void Dispose() => _sources.Dispose();

    [Fact]
    public async Task A_session_from_open_to_exit()
    {
        var uri = _sources.Write("twice.pisa", Program);
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(uri, Program);
        Assert.Empty(await client.MistakesAsync(uri, 1));

        // A letter too much: one mistake at the word, with what it breaks and what would mend it.
        await client.TypeAsync(uri, Sources.Range(Program, "rmsnorm"), "rmsnormm", 2);
        var mistake = Assert.Single(await client.MistakesAsync(uri, 2));
        Assert.Equal("A203", mistake.GetProperty("code").GetString());
        Assert.Equal("unknown instruction 'rmsnormm'\ndid you mean 'rmsnorm'?\nrule 15: an instruction is one of the table or an alias above", mistake.GetProperty("message").GetString());
        Assert.Equal(Sources.Range(Program.Replace("rmsnorm", "rmsnormm", StringComparison.Ordinal), "rmsnormm"), Sources.Range(mistake.GetProperty("range")));

        await client.TypeAsync(uri, Sources.Range(Program, "rmsnorm") with { End = Sources.Find(Program, "rmsnorm|") with { Character = Sources.Find(Program, "rmsnorm|").Character + 1 } }, "rmsnorm", 3);
        Assert.Empty(await client.MistakesAsync(uri, 3));

        await Hover(client, uri);
        await Complete(client, uri);
        await Navigate(client, uri);
        await Rename(client, uri);
        Assert.Equal(0, await client.ExitAsync());
    }

    private static async Task Hover(EditorClient client, string uri)
    {
        var opcode = Markdown(await client.AtAsync("hover", uri, Sources.Find(Program, "rms|norm")));
        Assert.Contains("rmsnorm y: f32[..,D], x: f32[..,D], weight w: f32[D], eps: f32", opcode, StringComparison.Ordinal);
        Assert.Contains("Opcode 0x53", opcode, StringComparison.Ordinal);
        Assert.Contains("sum: f32[T, 8]", Markdown(await client.AtAsync("hover", uri, Sources.Find(Program, "y, su|m"))), StringComparison.Ordinal);
        Assert.Contains("Doubles and scales", Markdown(await client.AtAsync("hover", uri, Sources.Find(Program, "call dou|ble"))), StringComparison.Ordinal);
        Assert.Contains("width", Markdown(await client.AtAsync("hover", uri, Sources.Find(Program, "scale f32[|D]"))), StringComparison.Ordinal);
        Assert.Contains("max 16", Markdown(await client.AtAsync("hover", uri, Sources.Find(Program, "given f32[|T"))), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await client.AtAsync("hover", uri, Sources.Find(Program, ";; Tw|ice"))).ValueKind);
    }

    private static async Task Complete(EditorClient client, string uri)
    {
        var mnemonics = Items(await client.AtAsync("completion", uri, Sources.Find(Program, "|rmsnorm y")));
        Assert.Equal("rmsnorm ${1:y}, ${2:x}, ${3:w}, ${4:eps}", mnemonics["rmsnorm"].GetProperty("textEdit").GetProperty("newText").GetString());
        Assert.DoesNotContain("halt", mnemonics.Keys);
        Assert.Equal(["x", "y", "sum"], Items(await client.AtAsync("completion", uri, Sources.Find(Program, "rmsnorm y, |sum"))).Keys);
        Assert.Equal(["scale"], Items(await client.AtAsync("completion", uri, Sources.Find(Program, "sum, |scale"))).Keys);
        Assert.Equal(["double", "main"], Items(await client.AtAsync("completion", uri, Sources.Find(Program, "call |double"))).Keys);
        Assert.Contains(".reg", Items(await client.AtAsync("completion", uri, Sources.Find(Program, "|vadd"))).Keys);
        Assert.Contains(".weight", Items(await client.AtAsync("completion", uri, Sources.Find(Program, ".we|ight"))).Keys);
        Assert.Equal(["T", "D"], Items(await client.AtAsync("completion", uri, Sources.Find(Program, "given f32[|T"))).Keys);
        Assert.Contains("bf16", Items(await client.AtAsync("completion", uri, Sources.Find(Program, "given |f32"))).Keys);
        Assert.Empty(Items(await client.AtAsync("completion", uri, Sources.Find(Program, "; wid|th"))));

        var signature = await client.AtAsync("signatureHelp", uri, Sources.Find(Program, "rmsnorm y, |sum"));
        Assert.Equal(1, signature.GetProperty("activeParameter").GetInt32());
    }

    private static async Task Navigate(EditorClient client, string uri)
    {
        var declared = Assert.Single((await client.AtAsync("definition", uri, Sources.Find(Program, "call do|uble"))).EnumerateArray());
        Assert.Equal(uri, declared.GetProperty("uri").GetString());
        Assert.Equal(Sources.Range(Program, "double"), Sources.Range(declared.GetProperty("range")));

        var at = Sources.Find(Program, "|sum, x");
        var uses = await client.AskAsync("textDocument/references", new { textDocument = new { uri }, position = at, context = new { includeDeclaration = true } });
        Assert.Equal([at, Sources.Find(Program, "y, |sum")], uses.EnumerateArray().Select(one => Sources.Range(one.GetProperty("range")).Start));

        var outline = await client.AskAsync("textDocument/documentSymbol", new { textDocument = new { uri } });
        Assert.Equal(["twice", "D", "T", "given", "scale", "double", "main"], outline.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(["x", "y", "sum"], outline[5].GetProperty("children").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
    }

    private static async Task Rename(EditorClient client, string uri)
    {
        var answer = await client.AskAsync("textDocument/rename", new { textDocument = new { uri }, position = Sources.Find(Program, "|sum, x"), newName = "twofold" });
        var renamed = Sources.Apply(Program, answer.GetProperty("changes").GetProperty(uri));
        Assert.Equal(Program.Replace("vadd sum,", "vadd twofold,", StringComparison.Ordinal).Replace("y, sum,", "y, twofold,", StringComparison.Ordinal), renamed);
        Assert.Equal(Digest(Program), Digest(renamed));

        await client.ReplaceAsync(uri, renamed, 4);
        Assert.Empty(await client.MistakesAsync(uri, 4));

        // Crooked lines become straight ones, and only those change.
        var crooked = Program.Replace("    vadd sum, x, x", "  vadd   sum,x , x", StringComparison.Ordinal);
        await client.ReplaceAsync(uri, crooked, 5);
        var edits = await client.AskAsync("textDocument/formatting", new { textDocument = new { uri }, options = new { tabSize = 4, insertSpaces = true } });
        Assert.Equal(PomIsa.Assembly.Formatting.SourceFormatter.Format(Program).Text, Sources.Apply(crooked, edits));
    }

    private static string Markdown(JsonElement hover) => hover.GetProperty("contents").GetProperty("value").GetString()!;

    private static Dictionary<string, JsonElement> Items(JsonElement list) =>
        list.GetProperty("items").EnumerateArray().ToDictionary(one => one.GetProperty("label").GetString()!, one => one);

    private static string Digest(string text) => Assembler.Assemble(text, "twice.pisa").Module!.ProgramDigest().ToString();
}
