using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Commands;

namespace PomIsa.Cli.Tests;

/// <summary>Folders of runs as somebody hands them over who means no good: whatever lies in them, verify says one clear sentence, or a verdict that is none of acceptance.</summary>
public sealed class HostileFolderTests(HostileFolderTests.Runs runs) : IClassFixture<HostileFolderTests.Runs>, IDisposable
{
    private const long MostAllocated = 256L << 20;

    private static readonly string[] Levels = ["replay", "signature", "audit", "spot"];

    private readonly Shell _shell = new();
    private readonly Random _random = new(Rounds);

    /// <summary>How often each kind of change is made that is drawn.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("POMISA_HOSTILE_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int many) ? many : 1;

    /// <summary>A run with openings, a private one, one of which roots were kept, and another of each that it is mixed up with.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly Shell _shell = new();

        public Runs()
        {
            foreach (string data in (string[])["one", "another"])
            {
                Made("run", Path.Combine(Shell.Repository, "examples", "quantized.pisa"), "--openings", "--data", _shell.Path("open", data));
                Made("run", Path.Combine(Shell.Repository, "examples", "linear.pisa"), "--input", "x=1 2, -1 0.5", "--private", "all", "--data", _shell.Path("private", data));
                Made("run", Path.Combine(Shell.Repository, "examples", "stream.pisa"), "--prompt", "0 1", "--data", _shell.Path("kept", data));
                Made("log", "prune", Path.Combine(_shell.Path("kept", data), "runs", "0001"));
            }
        }

        public string Folder(string kind, string data) => _shell.Path(kind, data, "runs", "0001");

        public void Dispose() => _shell.Dispose();

        private static void Made(params string[] arguments)
        {
            (int code, string said) = Invoke(arguments);
            Assert.True(code == 0, said);
        }
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("open")]
    [InlineData("private")]
    [InlineData("kept")]
    public void Whatever_a_file_is_replaced_by_verify_says_one_sentence(string kind)
    {
        string honest = runs.Folder(kind, "one");
        string[] files = [.. Directory.GetFiles(honest, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(honest, file))];
        Assert.InRange(files.Length, 5, 20);
        Replace(kind, honest, runs.Folder(kind, "another"), files);
    }

    [ModelFact]
    public void Whatever_says_which_weights_they_are_is_replaced_by_verify_says_one_sentence()
    {
        foreach (string data in (string[])["one", "another"])
        {
            Said said = _shell.Run("run", Model.Example, "--weights", data == "one" ? "w8" : "f32", "--prompt", "#1 text | a | b | yes 1 no 0 abstain 0 quorum 1 | passed", "--data", _shell.Path(data));
            Assert.True(said.Code == 0, said.Error);
        }

        Replace("one", _shell.Path("one", "runs", "0001"), _shell.Path("another", "runs", "0001"), ["model.sig", "publisher.pub"]);
    }

    private void Replace(string kind, string honest, string other, string[] files)
    {
        string run = _shell.Path(kind, "runs", "0002");
        Copy(honest, run);
        Assert.All(kind == "kept" ? Levels[..2] : Levels, level => Assert.Equal(0, Verify(run, level, "as it is")));
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(honest, file));
            int level = 0;
            foreach ((string what, byte[]? changed) in Changes(bytes))
            {
                if (changed is not null)
                {
                    File.WriteAllBytes(Path.Combine(run, file), changed);
                }
                else
                {
                    File.Delete(Path.Combine(run, file));
                }

                Verify(run, Levels[level++ % Levels.Length], $"{file} {what}");
                Copy(honest, run);
            }

            File.Delete(Path.Combine(run, file));
            Directory.CreateDirectory(Path.Combine(run, file));
            Verify(run, "replay", $"{file} is a folder");
            Directory.Delete(Path.Combine(run, file));

            // Of another run: what the verdict rests on can't be taken from there.
            bool isOpening = file.StartsWith("openings", StringComparison.Ordinal);
            string from = isOpening ? Directory.GetFiles(Path.Combine(other, "openings")).Single() : Path.Combine(other, file);
            File.Copy(from, Path.Combine(run, file));
            foreach (string name in Levels)
            {
                bool isRead = !isOpening && !file.StartsWith("log/commit", StringComparison.Ordinal) && !(kind == "private" && file == "run.json") && (name != "signature" || file is "checkpoint" or "key.vkey" or "roots" or "log/records.0");
                bool differs = !File.ReadAllBytes(from).AsSpan().SequenceEqual(bytes);
                Assert.False(Verify(run, name, $"{file} of another run") == Exit.Ok && isRead && differs, $"{file} of another run is accepted by {name}");
            }

            Copy(honest, run);
        }
    }

    [Theory]
    [InlineData("open", "run.json")]
    [InlineData("private", "private.json")]
    [InlineData("kept", "run.json")]
    public void Whatever_a_description_says_verify_says_one_sentence(string kind, string name)
    {
        string honest = runs.Folder(kind, "one"), run = _shell.Path(kind, "runs", "0001");
        Copy(honest, run);
        string text = File.ReadAllText(Path.Combine(honest, name));
        string[] paths = [.. Paths(JsonNode.Parse(text)!).Distinct()];
        Assert.InRange(paths.Length, 10, 60);
        int at = 0;
        foreach (string path in paths)
        {
            foreach (string value in (string[])["null", "-1", "0", "4294967296", "18446744073709551615", "1e300", "\"\"", "\"x\"", "\"" + new string('0', 64) + "\"", "[]", "[null]", "[2147483647,2147483647]", "{}", "true"])
            {
                File.WriteAllText(Path.Combine(run, name), With(text, path, value));
                Verify(run, Levels[at++ % Levels.Length], $"{path} = {value}");
            }
        }

        foreach (string whole in (string[])["", "null", "[]", "7", new string('[', 100_000), "{\"kind\":" + new string('[', 100_000), text + text, "\ufeff" + text])
        {
            File.WriteAllText(Path.Combine(run, name), whole);
            Verify(run, "replay", $"{name} is {whole[..Math.Min(whole.Length, 20)]}");
        }
    }

    private IEnumerable<(string What, byte[]? Bytes)> Changes(byte[] bytes)
    {
        yield return ("is empty", []);
        yield return ("is gone", null);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (int length in (int[])[bytes.Length / 2, Math.Max(0, bytes.Length - 1), _random.Next(bytes.Length)])
            {
                yield return ($"ends at {length}", bytes[..length]);
            }

            for (int flip = 0; flip < 6 && bytes.Length > 0; flip++)
            {
                int at = flip % 2 == 0 ? _random.Next(Math.Min(bytes.Length, 64)) : _random.Next(bytes.Length);
                byte[] changed = [.. bytes];
                changed[at] ^= (byte)(1 << _random.Next(8));
                yield return ($"has another byte {at}", changed);
                int length = Math.Min(8, bytes.Length - at);
                changed = [.. bytes];
                changed.AsSpan(at, length).Fill(0xff);
                yield return ($"has ones at {at}", changed);
            }

            byte[] junk = new byte[1 + _random.Next(9000)];
            _random.NextBytes(junk);
            yield return ("is junk", junk);
            yield return ("goes on", [.. bytes, .. junk]);
            yield return ("is junk behind its head", [.. bytes.Take(16), .. junk]);
        }

        yield return ("is zeros", new byte[bytes.Length]);
        yield return ("is twice there", [.. bytes, .. bytes]);
    }

    private int Verify(string run, string level, string what)
    {
        long before = GC.GetTotalAllocatedBytes();
        int code;
        string said;
        try
        {
            (code, said) = Invoke(["verify", run, "--level", level, "--json", "--threads", "1"]);
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}, {level}: {e}");
            throw;
        }

        Assert.True(GC.GetTotalAllocatedBytes() - before < MostAllocated, $"{what}, {level}: {GC.GetTotalAllocatedBytes() - before} bytes were asked for");
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        if (!File.Exists(Path.Combine(run, "run.json")))
        {
            Assert.Equal(Exit.Usage, code); // it is no run's folder
            Assert.StartsWith($"pomisa: {run} is no run folder", said, StringComparison.Ordinal);
            return code;
        }

        Assert.True(said.StartsWith('{'), $"{what}, {level}: {code} {said}");
        JsonNode verdict = JsonNode.Parse(said[..(said.LastIndexOf('}') + 1)])!;
        string text = verdict["text"]!.GetValue<string>();
        Assert.True((verdict["verdict"]!.GetValue<string>() == "ACCEPT") == (code == Exit.Ok), $"{what}, {level}: {said}");
        Assert.True(text.Length is > 10 and < 1000 && !text.Contains("System.", StringComparison.Ordinal) && !text.Contains('\n', StringComparison.Ordinal), $"{what}, {level}: {said}");
        return code;
    }

    private static (int Code, string Said) Invoke(string[] arguments)
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        Console.SetOut(said);
        Console.SetError(said);
        try
        {
            return (CommandLine.Invoke(CommandTree.Root(default).Parse(arguments)), said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        foreach (string file in Directory.GetFiles(to, "*", SearchOption.AllDirectories).Where(file => !File.Exists(Path.Combine(from, Path.GetRelativePath(to, file)))))
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string> Paths(JsonNode node)
    {
        if (node.GetPath() != "$")
        {
            yield return node.GetPath();
        }

        IEnumerable<JsonNode?> inner = node switch
        {
            JsonObject one => one.Select(static p => p.Value),
            JsonArray list => list.Take(1),
            _ => [],
        };
        foreach (string path in inner.OfType<JsonNode>().SelectMany(Paths))
        {
            yield return path;
        }
    }

    private static string With(string text, string path, string value)
    {
        JsonNode root = JsonNode.Parse(text)!;
        Nodes(root).First(node => node.GetPath() == path).ReplaceWith(JsonNode.Parse(value));
        return root.ToJsonString();
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject one => one.Select(static p => p.Value).OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        JsonArray list => list.OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        _ => [node],
    };
}
