using System.Collections.Immutable;
using System.Text;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>A change of a source text.</summary>
public readonly record struct SourceEdit(SourcePlace At, string NewText);

/// <summary>The edits that rename, or the reason why there are none.</summary>
/// <param name="Refusal">One sentence for the user; null exactly if the edits are good.</param>
public sealed record RenameResult(ImmutableArray<SourceEdit> Edits, string? Refusal);

/// <summary>
/// Another name for a thing, in all files of a program. What cannot be shown to leave the meaning of every line as it is
/// is refused: the edited program is analysed again and compared, name for name and use for use.
/// </summary>
public static class SourceRename
{
    private static readonly DiagnosticCode[] Incomplete =
    [
        DiagnosticCode.IncludeNotFound, DiagnosticCode.IncludeCycle, DiagnosticCode.SourceTooLong, DiagnosticCode.TooDeep,
        DiagnosticCode.TooManyLines, DiagnosticCode.TooManyErrors,
    ];

    /// <summary>Renames.</summary>
    /// <param name="path">What the analysis was told the source is called.</param>
    /// <param name="name">Index in <see cref="SourceAnalysis.Names"/>.</param>
    /// <param name="newText">A name as source writes it, with the braces of the old one.</param>
    public static RenameResult Of(SourceAnalysis analysis, string path, int name, string newText)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(newText);
        var renamed = analysis.Names[name];
        if (Unreadable(analysis) is { } unreadable)
        {
            return Refused(unreadable);
        }

        if (!NameTemplate.TryRead(newText, out var template) || Encoding.UTF8.GetByteCount(newText) > Limits.NameBytes)
        {
            return Refused($"'{newText}' is no name: letters, digits and '_', not a digit first, in parts joined by single dots; any other name is quoted.");
        }

        _ = NameTemplate.TryRead(renamed.Text, out var old);
        if (!template.Braces.SequenceEqual(old.Braces))
        {
            return Refused(old.Braces.Count == 0
                ? "Braces stand for the values of a .repeat; this name has none."
                : $"'{renamed.Text}' stands for {renamed.Names.Length} names: the new one needs {string.Join(" and ", old.Braces.Select(one => $"{{{one}}}"))} too.");
        }

        if (Taken(analysis, renamed, old, template) is { } taken)
        {
            return Refused(taken);
        }

        var edits = ImmutableArray.CreateBuilder<SourceEdit>();
        foreach (var use in analysis.UsesOf(name).DistinctBy(one => one.At))
        {
            if (analysis.UsesAt(use.At.File, use.At.Line, use.At.Column).Any(other => other.At == use.At && other.Name != name))
            {
                return Refused($"{Where(use.At)} means several declarations at once.");
            }

            if (Written(analysis, use, old, template) is not { } text)
            {
                return Refused($"{Where(use.At)} writes the name in another way than its declaration does.");
            }

            edits.Add(new SourceEdit(use.At, text));
        }

        var result = edits.ToImmutable();
        return Change(analysis, path, result) is { } change ? Refused(change) : new RenameResult(result, null);
    }

    /// <summary>A text after edits, none of which overlap.</summary>
    public static string Apply(string text, IEnumerable<SourceEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(edits);
        var file = new Syntax.SourceFile("", text);
        var result = new StringBuilder(text);
        foreach (var edit in edits.OrderByDescending(one => one.At.Line).ThenByDescending(one => one.At.Column))
        {
            var start = file.StartOf(edit.At.Line) + edit.At.Column - 1;
            result.Remove(start, edit.At.Length).Insert(start, edit.NewText);
        }

        return result.ToString();
    }

    private static string? Unreadable(SourceAnalysis analysis) =>
        analysis.Broken is [var broken, ..] ? $"{Where(broken)} can't be read: mend it first, since it may use the name."
        : analysis.Diagnostics.FirstOrDefault(one => Incomplete.Contains(one.Code)) is { } gap
            ? $"The program is not whole: {gap.File}, line {gap.Line}: {gap.Message}."
        : null;

    private static string? Taken(SourceAnalysis analysis, SourceName renamed, NameTemplate old, NameTemplate template)
    {
        var wanted = renamed.Names.Select(one => old.ValuesIn(one) is { } values ? template.Filled(values) : null).ToHashSet();
        if (renamed.Kind == NameKind.Alias && wanted.Any(one => one is not null && InstructionTable.TryFind(one, out _)))
        {
            return $"'{wanted.First()}' is an instruction.";
        }

        if (renamed.Kind == NameKind.ElementType && wanted.Any(one => one is not null && DTypes.TryParse(one, out _)))
        {
            return $"'{wanted.First()}' is an element type.";
        }

        // The variables of two repeats may share a name unless one is inside the other, which the assembler finds.
        var taken = analysis.Names.FirstOrDefault(one => one != renamed && !(one.Kind == NameKind.RepeatVariable && renamed.Kind == one.Kind) && Group(one.Kind) == Group(renamed.Kind)
            && one.Function == renamed.Function && one.Names.Any(each => wanted.Contains(Expressions.Names.Quote(each))));
        return taken is null ? null : $"{taken.Text} is taken: {Where(taken.Declared)} declares {Article(taken.Kind)} of that name.";
    }

    // Constants, symbols and the variables of repeats are looked up in the same places.
    private static NameKind Group(NameKind kind) => kind is NameKind.Symbol or NameKind.RepeatVariable ? NameKind.Constant : kind;

    private static string? Written(SourceAnalysis analysis, NameUse use, NameTemplate old, NameTemplate template)
    {
        var line = new Syntax.SourceFile(use.At.File, analysis.Texts[use.At.File]).Line(use.At.Line);
        if (!NameTemplate.TryRead(line.Substring(use.At.Column - 1, use.At.Length), out var here))
        {
            return null;
        }

        return here.Braces.Count > 0 ? (here.HasSameLiterals(old) ? template.With(here.Braces) : null)
            : old.ValuesIn(use.As) is { } values ? template.Filled(values) : null;
    }

    private static string? Change(SourceAnalysis analysis, string path, ImmutableArray<SourceEdit> edits)
    {
        var texts = analysis.Texts.ToDictionary(
            one => one.Key, one => Apply(one.Value, edits.Where(edit => edit.At.File == one.Key)), StringComparer.Ordinal);
        var after = SourceAnalysis.Of(texts[path], path, (from, requested) =>
            analysis.IncludePaths.TryGetValue((from, requested), out var found) ? new IncludedSource(found, texts[found]) : null);
        if (after.Diagnostics.Length > analysis.Diagnostics.Length)
        {
            var known = analysis.Diagnostics.Select(one => (one.File, one.Line, one.Code)).ToHashSet();
            var mistake = after.Diagnostics.First(one => !known.Contains((one.File, one.Line, one.Code)) || one == after.Diagnostics[^1]);
            return $"With that name {mistake.File}, line {mistake.Line} would be wrong: {mistake.Message}.";
        }

        var (before, now) = (Meaning(analysis), Meaning(after));
        var different = before.Zip(now).FirstOrDefault(pair => pair.First != pair.Second).First;
        return before.Count == now.Count && before.SequenceEqual(now) ? null
            : $"With that name {different.File ?? path}, line {different.Line} would mean something else.";
    }

    private static List<(string File, int Line, int Name)> Meaning(SourceAnalysis analysis) =>
        [.. analysis.Uses.DistinctBy(one => (one.At, one.Name)).Select(one => (one.At.File, one.At.Line, one.Name))];

    private static string Where(SourcePlace place) => $"{place.File}, line {place.Line},";

    private static string Article(NameKind kind) => kind switch
    {
        NameKind.ElementType => "a type",
        NameKind.Input => "an input",
        NameKind.Alias => "an alias",
        NameKind.RepeatVariable => "the variable of a .repeat",
        _ => "a " + kind.ToString().ToLowerInvariant(),
    };

    private static RenameResult Refused(string why) => new([], why);
}
