using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PomIsa.Isa.Tests;

/// <summary>Pages of spec/generated, as they follow from the table. POMISA_UPDATE=1 rewrites them.</summary>
internal static partial class GeneratedPages
{
    private const string Note = "Generated from the table in `src/PomIsa.Isa`; a test keeps it fresh (`POMISA_UPDATE=1` rewrites it).\n\n";

    /// <summary>The folder that holds PomIsa.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Opcodes()
    {
        var page = new StringBuilder("# Opcodes\n\n").Append(Note);
        foreach (IGrouping<Family, OpcodeRow> family in InstructionTable.All.GroupBy(r => r.Family))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {family.Key}\n\n");
            page.Append("| code | example | stack | where | meaning |\n| --- | --- | --- | --- | --- |\n");
            foreach (OpcodeRow row in family)
            {
                page.Append(CultureInfo.InvariantCulture,
                    $"| 0x{row.Code:x2} | [`{Usage(row)}`](../ops/{row.Mnemonic}.md) | {row.Pops} → {row.Pushes} | {Where(row)} | {row.Synopsis.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Mnemonic, operands with their shapes, immediates.</summary>
    public static string Usage(OpcodeRow row)
    {
        IEnumerable<string> operands = row.Operands.Select(Operand)
            .Concat(row.Immediates.Select(i => $"{i.Name}:{i.Kind.ToString()[3..].ToLowerInvariant()}"));
        string text = string.Join(", ", operands);
        return (text.Length == 0 ? row.Mnemonic : $"{row.Mnemonic} {text}") + (row.Variadic ? ", args.. -> results.." : "");
    }

    public static string Limits()
    {
        var page = new StringBuilder("# Limits\n\n").Append(Note).Append("| limit | value | of what |\n| --- | --- | --- |\n");
        foreach (Match match in LimitSource().Matches(File.ReadAllText(PathOf("src", "PomIsa.Isa", "Limits.cs"))))
        {
            object value = typeof(Limits).GetField(match.Groups["name"].Value)!.GetRawConstantValue()!;
            page.Append(CultureInfo.InvariantCulture, $"| {match.Groups["name"].Value} | {value} | {match.Groups["text"].Value} |\n");
        }

        return page.ToString();
    }

    public static string Faults()
    {
        var page = new StringBuilder("# Faults\n\n").Append(Note)
            .Append("| code | name | stage | what is wrong | what to do |\n| --- | --- | --- | --- | --- |\n");
        foreach (FaultRow row in FaultTable.All)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| 0x{(ushort)row.Code:x4} | {row.Code} | {FaultText.NameOf(row.Code.Stage())} | {row.Text} | {row.Advice} |\n");
        }

        return page.ToString();
    }

    private static string Operand(OperandRow operand)
    {
        string types = string.Join("\\|", operand.Types.Select(DTypes.NameOf));
        string shape = operand.Shape.Length > 0 ? $"[{operand.Shape}]" : "";
        string mark = operand.Kind is OperandKind.Register ? "" : operand.Kind.ToString().ToLowerInvariant() + " ";
        return types.Length + shape.Length > 0 ? $"{mark}{operand.Name}:{types}{shape}" : mark + operand.Name;
    }

    private static string Where(OpcodeRow row) => row.Allowed switch
    {
        FunctionKinds.Step => "step",
        FunctionKinds.Driver => "driver",
        _ => "both",
    };

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PomIsa.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No folder above the tests holds PomIsa.sln.");
    }

    [GeneratedRegex(@"<summary>(?<text>.*?)</summary>\s*public const \w+ (?<name>\w+)")]
    private static partial Regex LimitSource();
}
