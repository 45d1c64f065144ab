using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PomIsa.OnnxCases;

// PomIsa.OnnxCases INDEX FOLDER [--json] [--only TEXT] [--tier N], or --models FOLDER [--json]
var words = args.Where(static a => !a.StartsWith("--", StringComparison.Ordinal)).ToList();
bool json = args.Contains("--json");
string? only = Option("--only"), tier = Option("--tier"), models = Option("--models");
words.RemoveAll(w => w == only || w == tier || w == models);
(string index, string folder) = models is not null ? (Path.Combine(models, "index.json"), models)
    : words.Count == 2 ? (words[0], words[1]) : ("", "");
if (!File.Exists(index) || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: PomIsa.OnnxCases <index.json> <folder of cases> [--json] [--only TEXT] [--tier N]\n       PomIsa.OnnxCases --models <folder> [--json]");
    return 2;
}

ImmutableArray<Case> cases = [.. CaseIndex.Read(index, folder)
    .Where(c => (only is null || c.Name.Contains(only, StringComparison.Ordinal)) && (tier is null || c.Tier.ToString(CultureInfo.InvariantCulture) == tier))];
var outcomes = new List<CaseOutcome>();
using (var runner = new CaseRunner())
{
    foreach (Case one in cases)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{outcomes.Count}/{cases.Length} {one.Name,-60}");
        }

        outcomes.Add(runner.Run(one));
    }
}

if (!Console.IsErrorRedirected)
{
    Console.Error.Write("\r" + new string(' ', 80) + "\r");
}

if (json)
{
    Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            tiers = outcomes.GroupBy(static o => o.Case.Tier).OrderBy(static g => g.Key).Select(static g => new { tier = g.Key, cases = g.Count(), counts = Counts(g) }),
            cases = outcomes.Select(static o => new { name = o.Case.Name, tier = o.Case.Tier, verdict = o.Verdict.ToString().ToLowerInvariant(), reason = o.Reason, bound = o.Bound }),
        },
        JsonText.Options));
}
else
{
    foreach (CaseOutcome outcome in outcomes.Where(static o => o.Verdict != Verdict.Pass))
    {
        Console.WriteLine($"{outcome.Verdict.ToString().ToLowerInvariant(),-9} tier {outcome.Case.Tier} {outcome.Case.Name}: {outcome.Reason}");
    }

    foreach (IGrouping<int, CaseOutcome> group in outcomes.GroupBy(static o => o.Case.Tier).OrderBy(static g => g.Key))
    {
        Console.WriteLine($"tier {group.Key}: {string.Join(", ", Counts(group).Select(static c => $"{c.Value} {c.Key}"))} of {group.Count()}");
    }
}

return outcomes.TrueForAll(static o => o.Verdict is Verdict.Pass or Verdict.Refused) ? 0 : 1;

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}

static Dictionary<string, int> Counts(IEnumerable<CaseOutcome> outcomes) =>
    Enum.GetValues<Verdict>().ToDictionary(static v => v.ToString().ToLowerInvariant(), v => outcomes.Count(o => o.Verdict == v));

internal static class JsonText
{
    public static readonly JsonSerializerOptions Options = new() { WriteIndented = true };
}
