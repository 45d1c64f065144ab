using System.Text.RegularExpressions;

// usage: FOLDER FILE…   Lines of the files that processes left, each once and in order, as a source of ilasm for each assembly whose code takes them in: a profile in
// the form that crossgen2 reads (.mibc), in which AssemblyDictionary names a group, and the group's method names methods.
IEnumerable<string> lines = args.Skip(1).SelectMany(File.ReadLines).Distinct().Where(static l => !l.Contains("[PomIsa.StartupProfile]", StringComparison.Ordinal));
foreach (IGrouping<string, string> home in lines.Order(StringComparer.Ordinal).GroupBy(Home))
{
    IEnumerable<string> assemblies = home.SelectMany(static l => Regex.Matches(l, @"\[([A-Za-z][\w.]*)\]'").Select(static m => m.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal);
    string[] text =
    [
        "// Instantiations of generics that commands use. Made by tests/startup-profile.sh; what no longer exists is passed over.",
        .. assemblies.Select(static a => $".assembly extern '{a}' {{}}"),
        ".assembly startup {}",
        ".method static void AssemblyDictionary() cil managed",
        "{",
        $"    ldstr \"{home.Key};\"",
        "    ldtoken method void Group()",
        "    pop",
        "    ret",
        "}",
        ".method static void Group() cil managed",
        "{",
        .. home.Select(static l => $"    ldtoken method {l} pop"),
        "    ret",
        "}",
    ];
    File.WriteAllText(Path.Combine(args[0], home.Key + ".il"), string.Concat(text.Select(static l => l + "\n")));
    Console.WriteLine($"{home.Key}: {home.Count()} methods");
}

// Code of the stores' library is compiled only within one version bubble with it (src/PomIsa.Cli/ReadyToRun.targets).
static string Home(string line) => !line.Contains("[FASTER.core]", StringComparison.Ordinal) ? "pomisa"
    : line.Contains("[PomIsa.Shards]", StringComparison.Ordinal) || line.Contains("PomIsa.Digest'", StringComparison.Ordinal) ? "PomIsa.Shards"
    : "PomIsa.Evidence";
