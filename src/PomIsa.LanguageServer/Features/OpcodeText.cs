using System.Globalization;
using System.Text;
using PomIsa.Isa;

namespace PomIsa.LanguageServer.Features;

/// <summary>An opcode's row in words.</summary>
internal static class OpcodeText
{
    /// <summary>Mnemonic, operands with types and shapes, immediates, and where each of them stands in the text.</summary>
    public static (string Text, IReadOnlyList<(int Start, int End)> Parts) Usage(OpcodeRow row)
    {
        var text = new StringBuilder(row.Mnemonic);
        var parts = new List<(int, int)>();
        foreach (var part in row.Operands.Select(Operand).Concat(row.Immediates.Select(one => $"{one.Name}: {ImmediateType(one.Kind)}"))
            .Concat(row.Variadic ? ["arguments"] : []))
        {
            text.Append(parts.Count == 0 ? " " : ", ");
            parts.Add((text.Length, text.Length + part.Length));
            text.Append(part);
        }

        return (row.Variadic ? text.Append(" -> results").ToString() : text.ToString(), parts);
    }

    /// <summary>Such as <c>takes 2 from the stack, puts 1</c>; empty where the stack is left alone.</summary>
    public static string Stack(OpcodeRow row) => (row.Pops, row.Pushes) switch
    {
        (0, 0) => "",
        (0, var pushes) => $"puts {Number(pushes)} on the stack",
        (var pops, 0) => $"takes {Number(pops)} from the stack",
        var (pops, pushes) => $"takes {Number(pops)} from the stack, puts {Number(pushes)}",
    };

    public static string Where(OpcodeRow row) => row.Allowed switch
    {
        FunctionKinds.Step => "in steps",
        FunctionKinds.Driver => "in drivers",
        _ => "in steps and drivers",
    };

    /// <summary>What a name or a number at an operand's place is.</summary>
    public static string Operand(OperandRow operand)
    {
        var types = string.Join("|", operand.Types.Select(DTypes.NameOf));
        var type = types + (operand.Shape.Length > 0 ? $"[{operand.Shape}]" : "");
        var kind = operand.Kind is OperandKind.Register ? "" : operand.Kind.ToString().ToLowerInvariant() + " ";
        return kind.Trim() == operand.Name || type.Length == 0 ? kind.Trim() == operand.Name ? operand.Name : kind + operand.Name : $"{kind}{operand.Name}: {type}";
    }

    public static string ImmediateType(OperandKind kind) => kind.ToString()["Imm".Length..].ToLowerInvariant();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
