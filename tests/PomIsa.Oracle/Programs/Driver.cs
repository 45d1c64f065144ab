using System.Globalization;
using System.Text;

namespace PomIsa.Oracle.Programs;

/// <summary>One instruction of a driver: a mnemonic, and the number that it takes where it takes one.</summary>
internal readonly record struct Line(string Mnemonic, long Operand = 0);

/// <summary>A driver without registers: locals and lines.</summary>
internal sealed record Driver(string Name, int Locals, IReadOnlyList<Line> Body);

/// <summary>Drivers, the last of which is the entry. It becomes bytes by spec/bytecode.md and text by spec/assembly.md.</summary>
internal sealed record DriverProgram(IReadOnlyList<Driver> Functions)
{
    private const byte FunctionsSection = 5, CodeSection = 6, EntrySection = 7, DriverKind = 1;

    private static readonly Dictionary<string, byte> Codes = new(StringComparer.Ordinal)
    {
        ["halt"] = 0x00,
        ["call"] = 0x01,
        ["ret"] = 0x02,
        ["loop"] = 0x03,
        ["brk"] = 0x04,
        ["brk_if"] = 0x05,
        ["if"] = 0x06,
        ["else"] = 0x07,
        ["end"] = 0x08,
        ["push"] = 0x10,
        ["drop"] = 0x11,
        ["dup"] = 0x12,
        ["swap"] = 0x13,
        ["get"] = 0x14,
        ["set"] = 0x15,
        ["add"] = 0x18,
        ["sub"] = 0x19,
        ["mul"] = 0x1a,
        ["min"] = 0x1b,
        ["max"] = 0x1c,
        ["eq"] = 0x1d,
        ["ne"] = 0x1e,
        ["lt"] = 0x1f,
        ["le"] = 0x20,
        ["gt"] = 0x21,
        ["ge"] = 0x22,
        ["and"] = 0x23,
        ["or"] = 0x24,
        ["not"] = 0x25,
        ["emit"] = 0x70,
        ["commit"] = 0x71,
    };

    public byte[] Encode()
    {
        var functions = new List<byte>(Unsigned((ulong)Functions.Count));
        var code = new List<byte>(Unsigned((ulong)Functions.Count));
        foreach (Driver function in Functions)
        {
            functions.AddRange([DriverKind, 0, 0, .. Unsigned((ulong)function.Locals), 0]);
            byte[] body = [.. function.Body.SelectMany(static line => Encode(line))];
            code.AddRange([.. Unsigned((ulong)function.Body.Count), .. Unsigned((ulong)body.Length), .. body]);
        }

        return
        [
            0, .. "pis"u8, 1, 0, 0, 0,
            FunctionsSection, .. Unsigned((ulong)functions.Count), .. functions,
            CodeSection, .. Unsigned((ulong)code.Count), .. code,
            EntrySection, 1, .. Unsigned((ulong)Functions.Count - 1),
        ];
    }

    public string Text()
    {
        var text = new StringBuilder();
        foreach (Driver function in Functions)
        {
            text.Append(CultureInfo.InvariantCulture, $".driver {function.Name}\n");
            if (function.Locals > 0)
            {
                text.Append("    .local ").AppendJoin(", ", Enumerable.Range(0, function.Locals).Select(LocalName)).Append('\n');
            }

            foreach (Line line in function.Body)
            {
                text.Append("    ").Append(line.Mnemonic).Append(line.Mnemonic switch
                {
                    "call" => " " + Functions[(int)line.Operand].Name,
                    "push" or "loop" => " " + line.Operand.ToString(CultureInfo.InvariantCulture),
                    "get" or "set" => " " + LocalName((int)line.Operand),
                    _ => "",
                }).Append('\n');
            }

            text.Append(".end\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $".entry {Functions[^1].Name}\n").ToString();
    }

    private static string LocalName(int index) => $"n{index}";

    private static byte[] Encode(Line line) => line.Mnemonic switch
    {
        "push" => [Codes[line.Mnemonic], .. Signed(line.Operand)],
        "call" or "loop" or "get" or "set" => [Codes[line.Mnemonic], .. Unsigned((ulong)line.Operand)],
        _ => [Codes[line.Mnemonic]],
    };

    /// <summary>LEB128 in as few bytes as possible.</summary>
    private static List<byte> Unsigned(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }

    private static List<byte> Signed(long value)
    {
        var bytes = new List<byte>();
        for (; value is < -64 or > 63; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)(value & 0x7f));
        return bytes;
    }
}
