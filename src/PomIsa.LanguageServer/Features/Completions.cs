using System.Collections.Immutable;
using PomIsa.Assembly.Analysis;
using PomIsa.Isa;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>What may stand at a cursor.</summary>
internal static class Completions
{
    public static CompletionList At(Snapshot snapshot, TextDocument document, Position position, bool snippets)
    {
        var cursor = Cursor.At(document.Lines.Line(position.Line), position.Character);
        if (cursor.Silent)
        {
            return new CompletionList(false, []);
        }

        var (program, file) = snapshot.Find(document);
        var line = document.Lines.SourceOf(position).Line;
        var scope = new CompletionScope(program.Analysis, file, line);
        var range = new TextRange(position with { Character = cursor.Start }, position with { Character = Math.Max(cursor.Start, position.Character) });
        return new CompletionList(false, [.. Offered(cursor, scope, snippets).Select((one, i) => one with
        {
            TextEdit = new TextEdit(range, one.TextEdit?.NewText ?? one.Label),
            FilterText = one.Label,
            SortText = one.SortText ?? i.ToString("d5", System.Globalization.CultureInfo.InvariantCulture),
        })]);
    }

    private static IEnumerable<CompletionItem> Offered(Cursor cursor, CompletionScope scope, bool snippets)
    {
        if (cursor.Operand < 0)
        {
            var directives = DirectiveText.All.Where(one => scope.Function is null ? one.OutsideFunctions : one.InFunctions).Select(one => Directive(one, snippets));
            return scope.Function is null ? directives : Mnemonics(scope, snippets).Concat(directives);
        }

        return cursor.Head.StartsWith('.') ? InDirective(cursor, scope)
            : Opcodes.Find(scope.Analysis, cursor.Head) is { } row ? InInstruction(cursor, scope, row) : [];
    }

    private static IEnumerable<CompletionItem> InDirective(Cursor cursor, CompletionScope scope) => cursor switch
    {
        { Head: ".entry" } => scope.Names(NameKind.Function),
        { Head: ".type", Before: not ".type" } => scope.Types(ofWeights: true),
        { Head: ".alias", Before: not ".alias" } => Mnemonics(scope, snippets: false),
        { Depth: > 0, Before: "[" or "," } when cursor.Head is not (".step" or ".driver") || cursor.Depth > 1 => scope.Values(),
        { Before: ":" } => scope.Types(ofWeights: false),
        { Head: ".weight" or ".state" or ".input" } when cursor.Before != cursor.Head && cursor.Depth == 0 => cursor.Before is "max" or "=" or "," ? scope.Values()
            : cursor.Before == "]" && cursor.Head != ".input" ? Words(cursor.Head) : cursor.Before == "]" ? [] : scope.Types(ofWeights: cursor.Head == ".weight"),
        { Head: ".symbol" } when cursor.Before != ".symbol" => cursor.Before == "max" ? scope.Values() : Words(cursor.Head),
        { Head: ".const" or ".repeat" } when cursor.Before != cursor.Head => scope.Values(),
        _ => [],
    };

    private static IEnumerable<CompletionItem> InInstruction(Cursor cursor, CompletionScope scope, OpcodeRow row)
    {
        if (cursor.Depth > 0 && cursor.Before is "[" or ",")
        {
            return scope.Values();
        }

        if (cursor.Before == ":")
        {
            return scope.Types(ofWeights: false);
        }

        if (row.Variadic)
        {
            return cursor is { Operand: 0, Arrow: false } ? scope.Names(NameKind.Function) : scope.Registers();
        }

        return cursor.Operand >= row.OperandCount ? [] : row.KindAt(cursor.Operand) switch
        {
            OperandKind.Register => scope.Registers(),
            OperandKind.Weight => scope.Names(NameKind.Weight),
            OperandKind.State => scope.Names(NameKind.State),
            OperandKind.Input => scope.Names(NameKind.Input),
            OperandKind.Function => scope.Names(NameKind.Function),
            OperandKind.Symbol => scope.Names(NameKind.Symbol),
            OperandKind.Local => scope.Locals(),
            OperandKind.ImmType => scope.Types(ofWeights: false),
            _ => scope.Values(),
        };
    }

    private static IEnumerable<CompletionItem> Mnemonics(CompletionScope scope, bool snippets)
    {
        var allowed = scope.Function?.Kind switch
        {
            FunctionKind.Step => FunctionKinds.Step,
            FunctionKind.Driver => FunctionKinds.Driver,
            _ => FunctionKinds.Both,
        };
        var aliases = scope.Analysis.Names.Where(one => one.Kind == NameKind.Alias)
            .SelectMany(one => Opcodes.Find(scope.Analysis, one.Text) is { } row ? [(one.Text, row)] : Array.Empty<(string, OpcodeRow)>());
        return aliases.Concat(InstructionTable.All.OrderBy(one => one.Mnemonic, StringComparer.Ordinal).Select(one => (one.Mnemonic, one)))
            .Where(one => (one.Item2.Allowed & allowed) != 0)
            .Select(one => Mnemonic(one.Item1, one.Item2, snippets));
    }

    private static CompletionItem Mnemonic(string word, OpcodeRow row, bool snippets) => new(word, CompletionKind.Function)
    {
        Detail = OpcodeText.Usage(row).Text,
        Documentation = MarkupContent.Markdown("```pomisa\n; " + row.Synopsis + "\n```"),
        InsertTextFormat = snippets ? 2 : 1,
        TextEdit = new TextEdit(default, snippets ? word + Snippet(row) : word),
    };

    private static string Snippet(OpcodeRow row)
    {
        var names = row.Operands.Select(one => one.Name).Concat(row.Immediates.Select(one => one.Kind == OperandKind.ImmAxes ? $"[{one.Name}]" : one.Name));
        var operands = string.Join(", ", names.Select((name, i) => $"${{{i + 1}:{name}}}"));
        return row.Variadic ? $" {operands}, ${{2:arguments}} -> ${{3:results}}"
            : (operands.Length > 0 ? " " + operands : "") + (row.Mnemonic is "loop" or "if" ? "\n    $0\nend" : "");
    }

    private static CompletionItem Directive(DirectiveText directive, bool snippets) => new(directive.Word, CompletionKind.Keyword)
    {
        Detail = directive.Example,
        Documentation = MarkupContent.Markdown(directive.Meaning),
        InsertTextFormat = snippets ? 2 : 1,
        TextEdit = new TextEdit(default, snippets ? directive.Word + directive.Snippet : directive.Word),
        SortText = "~" + directive.Word,
    };

    private static ImmutableArray<CompletionItem> Words(string head)
    {
        ImmutableArray<string> words = head == ".weight" ? ["panels", "rows", "digest", "data"] : ["max"];
        return [.. words.Select(one => new CompletionItem(one, CompletionKind.Keyword))];
    }
}
