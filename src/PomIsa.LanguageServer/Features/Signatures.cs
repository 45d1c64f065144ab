using PomIsa.Assembly.Analysis;
using PomIsa.Isa;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>The operands of the instruction that is being typed.</summary>
internal static class Signatures
{
    public static SignatureHelp? At(Snapshot snapshot, TextDocument document, Position position)
    {
        var cursor = Cursor.At(document.Lines.Line(position.Line), position.Character);
        var (program, _) = snapshot.Find(document);
        if (cursor.Operand < 0 || Opcodes.Find(program.Analysis, cursor.Head) is not { } row)
        {
            return null;
        }

        var (text, parts) = OpcodeText.Usage(row);
        return new SignatureHelp(
            [new SignatureInformation(text, MarkupContent.Markdown("```pomisa\n; " + row.Synopsis + "\n```"), [.. parts.Select(one => new ParameterInformation([one.Start, one.End]))])],
            0, Math.Min(cursor.Operand, Math.Max(0, parts.Count - 1)));
    }
}

/// <summary>Opcodes by the names that a program has for them.</summary>
internal static class Opcodes
{
    public static OpcodeRow? Find(SourceAnalysis analysis, string mnemonic) =>
        InstructionTable.TryFind(mnemonic, out var row) ? row
        : analysis.Names.FirstOrDefault(one => one.Kind == NameKind.Alias && one.Names.Contains(mnemonic)) is { } alias
            && InstructionTable.TryFind(alias.Description, out row) ? row
        : null;
}
