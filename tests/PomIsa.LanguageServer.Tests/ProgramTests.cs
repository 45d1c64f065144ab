using System.Text.Json;
using PomIsa.Assembly;
using PomIsa.LanguageServer.Tests.Support;
using StreamJsonRpc;

namespace PomIsa.LanguageServer.Tests;

/// <summary>Programs of several files.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Part = ".weight w W[8] rows\n.step f(x: f32[2, 8]) -> (y: f32[2, 8])\n    scale y, x, w, EPS\n    ret\n.end\n";
    private const string Ending = ".driver main\n    halt\n.end\n.entry main\n";

    private readonly Sources _sources = new();

    public void Dispose() => _sources.Dispose();

    [Fact]
    public async Task Mistakes_of_an_included_file_are_shown_there_and_vanish_when_it_is_mended()
    {
        var main = _sources.Write("main.pisa", ".include \"part.pisa\"\n" + Ending);
        var part = _sources.Write("part.pisa", ".const N 8\n.weight w f99[N]\n");
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(main, ".include \"part.pisa\"\n" + Ending);
        Assert.Equal("A202", Assert.Single(await client.MistakesAsync(part, null, static all => all.Count > 0)).GetProperty("code").GetString());
        Assert.Empty(await client.MistakesAsync(main, 1));

        // Mended in an editor, though not on the disk.
        await client.OpenAsync(part, ".const N 8\n.weight w f32[N]\n");
        Assert.Empty(await client.MistakesAsync(part, 1));
        await client.TellAsync("textDocument/didClose", new { textDocument = new { uri = part } });
        Assert.Single(await client.MistakesAsync(part, null, static all => all.Count > 0));
        await client.TellAsync("textDocument/didClose", new { textDocument = new { uri = main } });
        Assert.Empty(await client.MistakesAsync(part, null, static all => all.Count == 0));
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact]
    public async Task A_missing_include_is_a_mistake_until_the_file_is_there()
    {
        const string text = ".include \"late.pisa\"\n.step f(x: f32[N]) -> ()\n    ret\n.end\n" + Ending;
        var main = _sources.Write("main.pisa", text);
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(main, text);
        Assert.Equal("A120", Assert.Single(await client.MistakesAsync(main, 1)).GetProperty("code").GetString());
        _sources.Write("late.pisa", ".const N 4\n");
        await client.TellAsync("workspace/didChangeWatchedFiles", new { changes = Array.Empty<object>() });
        Assert.Empty(await client.MistakesAsync(main, 1, static all => all.Count == 0));
        var to = Assert.Single((await client.AtAsync("definition", main, Sources.Find(text, "la|te"))).EnumerateArray());
        Assert.EndsWith("late.pisa", to.GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rename_reaches_every_program_that_includes_the_file()
    {
        string[] heads = [".type W f32\n.alias scale rmsnorm\n.const EPS 0.5\n", ".type W f32\n.alias scale rmsnorm\n.const EPS 1e-5\n"];
        string[] mains = [.. heads.Select(head => head + ".include \"part.pisa\"\n" + Ending)];
        string[] uris = [.. mains.Select((text, i) => _sources.Write($"m{i}.pisa", text))];
        var part = _sources.Write("part.pisa", Part);
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(part, Part);
        Assert.Empty(await client.MistakesAsync(part, 1));

        foreach (var (piece, name) in new[] { ("|EPS", "TINY"), ("sca|le", "norm"), ("w |W[8]", "Element"), ("weight |w", "weights.first") })
        {
            var answer = await client.AskAsync("textDocument/rename", new { textDocument = new { uri = part }, position = Sources.Find(Part, piece), newName = name });
            var changes = answer.GetProperty("changes");
            var newPart = Sources.Apply(Part, changes.GetProperty(part));
            foreach (var (main, uri) in mains.Zip(uris))
            {
                var text = changes.TryGetProperty(uri, out var edits) ? Sources.Apply(main, edits) : main;
                Assert.Equal(name != "weights.first", text.Contains(name, StringComparison.Ordinal));
                var result = Assembler.Assemble(text, "main.pisa", (_, _) => new IncludedSource("part.pisa", newPart));
                Assert.Empty(result.Diagnostics);
            }
        }
    }

    [Theory]
    [InlineData("sca|le", "softmax", "is an instruction")]
    [InlineData("w |W[8]", "f16", "is an element type")]
    [InlineData("|x: f32", "y", "declares a register of that name")]
    [InlineData("|EPS", "1st", "is no name")]
    [InlineData("|EPS", "a b", "is no name")]
    [InlineData("|EPS", "", "is no name")]
    [InlineData("|EPS", "E{i}", "this name has none")]
    [InlineData("re|t", "go", "no name here")]
    public async Task A_rename_that_cannot_be_is_refused_with_the_reason(string piece, string name, string reason)
    {
        const string text = ".type W f32\n.alias scale rmsnorm\n.const EPS 0.5\n" + Part + Ending;
        var uri = _sources.Write("whole.pisa", text);
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(uri, text);
        var refusal = await Assert.ThrowsAsync<RemoteInvocationException>(() =>
            client.AskAsync("textDocument/rename", new { textDocument = new { uri }, position = Sources.Find(text, piece), newName = name }));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(-32803, refusal.ErrorCode);
    }

    [Fact]
    public async Task The_example_model_has_its_types_although_another_file_names_them()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Sources.Govsum, "model.pisa"));
        var uri = new Uri(Path.Combine(Sources.Govsum, "model.pisa")).AbsoluteUri;
        await using var client = await EditorClient.StartAsync();
        await client.OpenAsync(uri, text);
        Assert.Empty(await client.MistakesAsync(uri, 1));
        var alias = (await client.AtAsync("definition", uri, Sources.Find(text, "lin|ear q"))).EnumerateArray().Single();
        Assert.EndsWith("f32.pisa", alias.GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, (await client.AtAsync("hover", uri, Sources.Find(text, "linear |q"))).ValueKind);
    }
}
