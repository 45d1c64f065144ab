using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PomIsa.OnnxCases;
using PomIsa.OnnxCases.Fuzzing;

// PomIsa.OnnxCases INDEX FOLDER [--json] [--only TEXT] [--tier N] [--mutate ROUNDS [--seed N] [--keep FOLDER]] [--shapes] [--bits] [--passes] [--explain [FOLDER]], or --models FOLDER …
var words = args.Where(static a => !a.StartsWith("--", StringComparison.Ordinal)).ToList();
bool json = args.Contains("--json");
string? only = Option("--only"), tier = Option("--tier"), models = Option("--models"), mutate = Option("--mutate"), explain = Option("--explain"), seedText = Option("--seed"), keep = Option("--keep");
words.RemoveAll(w => w == only || w == tier || w == models || w == mutate || w == explain || w == seedText || w == keep);
if (args.Contains("--exports"))
{
    models = Exports.Write();
}

(string index, string folder) = models is not null ? (Path.Combine(models, "index.json"), models)
    : words.Count == 2 ? (words[0], words[1]) : ("", "");
if (!File.Exists(index) || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: PomIsa.OnnxCases <index.json> <folder of cases> [--json] [--only TEXT] [--tier N] [--mutate ROUNDS [--seed N] [--keep FOLDER]] [--shapes] [--bits] [--passes] [--explain [<folder for pictures>]]\n       PomIsa.OnnxCases --models <folder> [the same]\n       PomIsa.OnnxCases --exports [the same], for generated decoders");
    return 2;
}

ImmutableArray<Case> cases = [.. CaseIndex.Read(index, folder)
    .Where(c => (only is null || c.Name.Contains(only, StringComparison.Ordinal)) && (tier is null || c.Tier.ToString(CultureInfo.InvariantCulture) == tier))];
if (mutate is not null)
{
    int seed = Environment.TickCount; // another one each time, which is told
    if (!int.TryParse(mutate, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds)
        || (seedText is not null && !int.TryParse(seedText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seed)))
    {
        Console.Error.WriteLine("--mutate takes the number of changed copies of each model, --seed a number");
        return 2;
    }

    Mutations.Counts counts = Mutations.Run(cases, rounds, seed, keep is null ? null : Directory.CreateDirectory(keep).FullName);
    foreach (string one in counts.Wrong.Take(20))
    {
        Console.WriteLine(one);
    }

    Console.WriteLine($"seed {seed}: {counts.All} changed models: {counts.Compiled} compiled, {counts.Refused} refused, {counts.Wrong.Length} went wrong");
    Console.WriteLine($"most memory for one: {counts.Allocated >> 20} MiB allocated in all ({counts.Greediest}); longest: {counts.Longest.TotalSeconds:F2} s ({counts.Slowest}); peak of the process {PeakMiB()} MiB");
    return counts.Wrong.IsEmpty ? 0 : 1;
}

if (args.Contains("--passes"))
{
    foreach (Case one in cases)
    {
        Console.WriteLine(PassCounts.Line(one));
    }

    return 0;
}

if (args.Contains("--bits"))
{
    using var check = new BitCheck();
    (string Name, bool Compared, string? Difference)[] runs = [.. cases.SelectMany(c => check.Run(c).Select(r => (c.Name, r.Compared, r.Difference)))];
    string[] different = [.. runs.Where(static r => r.Difference is not null).Select(static r => $"{r.Name}: {r.Difference}")];
    foreach (string one in different)
    {
        Console.WriteLine(one);
    }

    Console.WriteLine($"{runs.Count(static r => r.Compared)} sets of data run with and without simplification, {different.Length} with other bits");
    return different.Length == 0 ? 0 : 1;
}

if (args.Contains("--shapes"))
{
    ShapeCheck.Counts[] checks = [.. cases.Select(c => (c.Name, Counts: ShapeCheck.Run(c))).Where(static c => c.Counts is not null)
        .Select(static c => c.Counts! with { Wrong = [.. c.Counts.Wrong.Select(w => $"{c.Name}: {w}")] })];
    string[] wrong = [.. checks.SelectMany(static c => c.Wrong)];
    foreach (string one in wrong)
    {
        Console.WriteLine(one);
    }

    Console.WriteLine($"{checks.Length} models, {checks.Sum(static c => c.Values)} values: {checks.Sum(static c => c.Shapes)} shapes and {checks.Sum(static c => c.Elements)} elements told before lowering, {wrong.Length} wrong");
    return wrong.Length == 0 ? 0 : 1;
}

if (args.Contains("--explain"))
{
    foreach (Case one in cases)
    {
        Console.WriteLine(ExplainedModels.Run(one, explain));
    }

    return 0;
}

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

static long PeakMiB()
{
    using var self = System.Diagnostics.Process.GetCurrentProcess();
    return self.PeakWorkingSet64 >> 20;
}

static Dictionary<string, int> Counts(IEnumerable<CaseOutcome> outcomes) =>
    Enum.GetValues<Verdict>().ToDictionary(static v => v.ToString().ToLowerInvariant(), v => outcomes.Count(o => o.Verdict == v));

internal static class JsonText
{
    public static readonly JsonSerializerOptions Options = new() { WriteIndented = true };
}
