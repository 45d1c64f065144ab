using System.Collections.Immutable;
using System.Text;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>What a module keeps of its source: names, positions, doc comments.</summary>
internal static class CustomSections
{
    /// <summary>Null if every name is the one that its index gives.</summary>
    public static ModuleNames? Names(SourceProgram program, IEnumerable<FunctionNames> functions)
    {
        var names = new ModuleNames
        {
            Module = program.Module?.Name ?? "",
            Symbols = Strip(program.Symbols, DefaultNames.Symbol),
            States = Strip(program.States, DefaultNames.State),
            Inputs = Strip(program.Inputs, DefaultNames.Input),
            Functions = [.. functions.Select((one, i) => one.Name == DefaultNames.Of(DefaultNames.Function, i) ? one with { Name = "" } : one)],
        };
        var empty = names.Module.Length == 0 && names.Symbols.IsEmpty && names.States.IsEmpty && names.Inputs.IsEmpty
            && names.Functions.All(one => one.Name.Length == 0 && one.Registers.IsEmpty && one.Locals.IsEmpty);
        return empty ? null : names;
    }

    /// <summary>Null if there is no instruction.</summary>
    public static SourceMap? Positions(IReadOnlyList<string> files, ImmutableArray<ImmutableArray<SourcePosition>> functions) =>
        files.Count == 0 ? null : new SourceMap { Files = [.. files.Select(Clean)], Functions = functions };

    /// <summary>Null if there is no doc comment.</summary>
    public static ModuleText? Text(SourceProgram program, DiagnosticBag diagnostics)
    {
        var entries = ImmutableArray.CreateBuilder<TextEntry>();
        Add(diagnostics, entries, TextTarget.Module, program.Module is { } module ? [module] : []);
        Add(diagnostics, entries, TextTarget.Symbol, program.Symbols);
        Add(diagnostics, entries, TextTarget.Weight, program.Weights);
        Add(diagnostics, entries, TextTarget.State, program.States);
        Add(diagnostics, entries, TextTarget.Input, program.Inputs);
        Add(diagnostics, entries, TextTarget.Function, program.Functions.Select(one => one.Declaration));
        return entries.Count == 0 ? null : new ModuleText { Entries = entries.ToImmutable() };
    }

    private static void Add(
        DiagnosticBag diagnostics, ImmutableArray<TextEntry>.Builder entries, TextTarget target, IEnumerable<Declaration> declarations)
    {
        foreach (var (index, declaration) in declarations.Index())
        {
            var doc = declaration.Statement.Doc;
            if (!Expressions.Names.IsWellFormed(doc) || Encoding.UTF8.GetByteCount(doc) > Limits.TextBytes)
            {
                diagnostics.Add(declaration.At, DiagnosticCode.BadDoc, $"the doc comment above is not Unicode or has more than {Limits.TextBytes} bytes");
            }
            else if (doc.Length > 0)
            {
                entries.Add(new TextEntry(target, index, doc));
            }
        }
    }

    private static ImmutableArray<string> Strip(IEnumerable<Declaration> declarations, string prefix) =>
        DefaultNames.Strip(declarations.Select(one => one.Name), prefix);

    // A path that a module can't hold is cut from the front: its end tells more.
    private static string Clean(string path)
    {
        var clean = new StringBuilder();
        foreach (var rune in path.EnumerateRunes())
        {
            clean.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        var text = clean.ToString();
        while (Encoding.UTF8.GetByteCount(text) > Limits.NameBytes)
        {
            text = text[(char.IsHighSurrogate(text[0]) ? 2 : 1)..];
        }

        return text;
    }
}
