using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PomIsa.Isa;
using PomIsa.LanguageServer.Features;

namespace PomIsa.LanguageServer.Tests;

/// <summary>Files of the VS Code extension, as they follow from the instruction table and the list of directives.</summary>
internal static class EditorFiles
{
    private const string Name = """(?:"(?:[^"\\]|\\.)*"|(?:[A-Za-z_]|\{[^{}]*\})(?:[A-Za-z0-9_.]|\{[^{}]*\})*)""";
    private const string NameEnd = "(?![A-Za-z0-9_.{])";

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>syntaxes/pomisa.tmLanguage.json.</summary>
    public static string Grammar()
    {
        var patterns = new JsonArray
        {
            Match(";;.*$", "comment.block.documentation"),
            Match(";.*$", "comment.line.semicolon"),
            Match(@"^\s*(\.(?:step|driver))\s+(" + Name + ")", ("1", "storage.type.function"), ("2", "entity.name.function")),
            Match($@"^\s*({Words(DirectiveText.All.Select(one => one.Word))}){NameEnd}", ("1", "keyword.other.directive")),
            Match($@"^\s*(call)\s+({Name})", ("1", "keyword.control"), ("2", "entity.name.function")),
        };
        foreach (var family in InstructionTable.All.GroupBy(one => one.Family).OrderBy(one => one.Key))
        {
            var scope = family.Key == Family.Control ? "keyword.control" : "support.function." + family.Key.ToString().ToLowerInvariant();
            patterns.Add(Match($@"^\s*({Words(family.Select(one => one.Mnemonic))}){NameEnd}", ("1", scope)));
        }

        foreach (var one in (JsonNode[])
        [
            Match($@"^\s*({Name})", ("1", "support.function.alias")),
            Match("\"(?:[^\"\\\\]|\\\\.)*\"", "string.quoted.double"),
            Match(@"\bbits:0x[0-9a-fA-F]+", "constant.numeric.float"),
            Match(@"\b0x[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?[pP][+-]?[0-9]+", "constant.numeric.float"),
            Match(@"\b0x[0-9a-fA-F]+\b", "constant.numeric.hex"),
            Match(@"\b[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)", "constant.numeric.float"),
            Match(@"(?<![A-Za-z0-9_.}])[0-9]+(?![A-Za-z0-9_])", "constant.numeric.integer"),
            Match($@"(?<![A-Za-z0-9_.}}])(?:{Words(Enum.GetValues<DType>().Select(DTypes.NameOf))}){NameEnd}", "storage.type"),
            Match($@"(?<![A-Za-z0-9_.}}])(?:max|panels|rows|digest|data){NameEnd}", "keyword.other"),
            Match(@"->|\.\.|[-+*/%=]", "keyword.operator"),
            Match(@"\{[^{}]*\}", "variable.other.interpolation"),
            Match($@"{Name}(?=\s*:)", "variable.parameter"),
            Match("[A-Za-z_][A-Za-z0-9_.]*", "variable.other"),
        ])
        {
            patterns.Add(one);
        }

        return Text(new JsonObject
        {
            ["information_for_contributors"] = "Generated from the table in src/PomIsa.Isa; POMISA_UPDATE=1 dotnet test tests/PomIsa.LanguageServer.Tests rewrites it.",
            ["name"] = "PomIsa assembly",
            ["scopeName"] = "source.pomisa",
            ["patterns"] = patterns,
        });
    }

    /// <summary>snippets/pomisa.json.</summary>
    public static string Snippets()
    {
        var snippets = new JsonObject
        {
            ["program"] = Snippet("program", "a driver to begin with", ".driver ${1:main}\n    $0\n    halt\n.end\n.entry ${1:main}"),
            ["loop"] = Snippet("loop", "lines that go round a number of times", "push ${1:4}\nloop ${1:4}\n    $0\nend"),
            ["if"] = Snippet("if", "two ways", "if\n    $1\nelse\n    $0\nend"),
        };
        foreach (var one in DirectiveText.All.Where(one => one.Snippet.Length > 0))
        {
            snippets[one.Word] = Snippet(one.Word, one.Meaning, one.Word + one.Snippet);
        }

        return Text(snippets);
    }

    private static JsonObject Snippet(string prefix, string description, string body) => new()
    {
        ["prefix"] = prefix,
        ["description"] = description,
        ["body"] = new JsonArray([.. body.Split('\n').Select(line => JsonValue.Create(line))]),
    };

    private static JsonObject Match(string pattern, string scope) => new() { ["match"] = pattern, ["name"] = scope + ".pomisa" };

    private static JsonObject Match(string pattern, params ReadOnlySpan<(string Group, string Scope)> captures)
    {
        var scopes = new JsonObject();
        foreach (var (group, scope) in captures)
        {
            scopes[group] = new JsonObject { ["name"] = scope + ".pomisa" };
        }

        return new JsonObject { ["match"] = pattern, ["captures"] = scopes };
    }

    // The longest first, since a regular expression takes the first that fits.
    private static string Words(IEnumerable<string> words) =>
        "(?:" + string.Join('|', words.OrderByDescending(one => one.Length).ThenBy(one => one, StringComparer.Ordinal).Select(Regex.Escape)) + ")";

    private static string Text(JsonObject value) => value.ToJsonString(Form) + "\n";
}
