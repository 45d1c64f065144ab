using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Assembly;
using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>The assembler's mistakes as diagnostics of each file.</summary>
internal static class Mistakes
{
    private const int Error = 1;

    /// <summary>For each URI that has mistakes or is open: what is wrong in it, through whatever open program it is met.</summary>
    public static IReadOnlyDictionary<string, ImmutableArray<DiagnosticItem>> Of(Snapshot snapshot, CancellationToken stop)
    {
        var found = new Dictionary<string, List<DiagnosticItem>>(StringComparer.Ordinal);
        var programs = new HashSet<ProgramView>(ReferenceEqualityComparer.Instance);
        foreach (var document in snapshot.Open.Values)
        {
            stop.ThrowIfCancellationRequested();
            found.TryAdd(document.Uri, []);
            programs.Add(snapshot.Find(document).Program);
        }

        foreach (var program in programs)
        {
            foreach (var mistake in program.Analysis.Diagnostics)
            {
                var uri = snapshot.UriOf(program.FullPath(mistake.File));
                if (!found.TryGetValue(uri, out var list))
                {
                    found[uri] = list = [];
                }

                var item = Item(program, mistake);
                if (!list.Contains(item))
                {
                    list.Add(item);
                }
            }
        }

        return found.ToDictionary(one => one.Key, one => one.Value.ToImmutableArray(), StringComparer.Ordinal);
    }

    private static DiagnosticItem Item(ProgramView program, Diagnostic mistake) => new(
        program.RangeOf(new SourcePlace(mistake.File, mistake.Line, mistake.Column, mistake.Length)), Error,
        "A" + ((int)mistake.Code).ToString(CultureInfo.InvariantCulture), "pomisa",
        string.Join('\n', ((string?[])[mistake.Message, mistake.Hint, DiagnosticRules.Of(mistake.Code)]).Where(one => one is not null)));
}
