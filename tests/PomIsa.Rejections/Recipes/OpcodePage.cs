using System.Globalization;
using System.Text.RegularExpressions;

namespace PomIsa.Rejections.Recipes;

/// <summary>What the published page says of an opcode.</summary>
/// <param name="Code">The byte.</param>
/// <param name="Mnemonic">The word.</param>
/// <param name="Operands">What each operand names: register, weight, state, input, function, symbol, local; behind them the kinds of immediates.</param>
/// <param name="Pops">Scalars taken.</param>
/// <param name="Pushes">Scalars put.</param>
/// <param name="Where">step, driver or both.</param>
internal sealed record OpcodeRow(byte Code, string Mnemonic, string[] Operands, int Pops, int Pushes, string Where)
{
    public bool InStep => Where is "step" or "both";

    public bool InDriver => Where is "driver" or "both";
}

/// <summary>spec/generated/opcodes.md, which is all that is known here of the instruction set's table.</summary>
internal static partial class OpcodePage
{
    public static List<OpcodeRow> Read(string path)
    {
        var rows = new List<OpcodeRow>();
        foreach (Match match in Row().Matches(File.ReadAllText(path)))
        {
            string[] words = match.Groups["usage"].Value.Replace("\\|", "|", StringComparison.Ordinal).Split(' ', 2);
            rows.Add(new OpcodeRow(
                byte.Parse(match.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                words[0],
                words.Length == 1 ? [] : [.. Split(words[1]).Select(Kind)],
                int.Parse(match.Groups["pops"].Value, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["pushes"].Value, CultureInfo.InvariantCulture),
                match.Groups["where"].Value));
        }

        return rows;
    }

    /// <summary>Commas between operands; those within brackets belong to a shape.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
            else
            {
                depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            }
        }
    }

    private static string Kind(string operand)
    {
        string first = operand.Split(' ')[0];
        return first is "weight" or "state" or "input" or "function" or "symbol" or "local" ? first
            : operand.EndsWith(":u32", StringComparison.Ordinal) ? "u32"
            : operand.EndsWith(":i64", StringComparison.Ordinal) ? "i64"
            : operand.EndsWith(":f32", StringComparison.Ordinal) ? "f32"
            : operand.EndsWith(":axes", StringComparison.Ordinal) ? "axes"
            : operand.EndsWith(":type", StringComparison.Ordinal) ? "type"
            : "register";
    }

    [GeneratedRegex(@"^\| 0x(?<code>[0-9a-f]{2}) \| \[`(?<usage>[^`]+)`\]\([^)]*\) \| (?<pops>\d+) → (?<pushes>\d+) \| (?<where>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
