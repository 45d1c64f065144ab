using System.Globalization;

namespace PomIsa.Isa.Tests;

public sealed class TableTests
{
    private static bool Update => Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1";

    public static TheoryData<string> Mnemonics => [.. InstructionTable.All.Select(r => r.Mnemonic)];

    [Fact]
    public void Rows_are_in_code_order_and_unlike_each_other()
    {
        byte[] codes = [.. InstructionTable.All.Select(r => r.Code)];
        Assert.Equal(codes.Order(), codes);
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.Equal(codes.Length, InstructionTable.All.Select(r => r.Mnemonic).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void Every_row_is_found_and_well_formed(string mnemonic)
    {
        Assert.True(InstructionTable.TryFind(mnemonic, out OpcodeRow? row));
        Assert.True(InstructionTable.TryFind(row.Code, out OpcodeRow? same));
        Assert.Same(row, same);
        Assert.Matches("^[a-z][a-z0-9_.]*$", mnemonic);
        Assert.InRange(row.Synopsis.Length, 1, 100);
        Assert.NotEqual(FunctionKinds.None, row.Allowed);
        Assert.InRange(row.Since, 1, InstructionTable.Version);
        Assert.All(row.Immediates, i => Assert.True(i.Kind >= OperandKind.ImmF32));
        Assert.All(row.Operands, o => Assert.True(o.Kind < OperandKind.ImmF32));
        Assert.True((row.Allowed & FunctionKinds.Step) == 0 || row.Pops + row.Pushes == 0, "steps have no scalars");
    }

    [Fact]
    public void Named_opcodes_have_the_codes_of_their_rows()
    {
        foreach (System.Reflection.FieldInfo field in typeof(Opcode).GetFields())
        {
            Assert.True(InstructionTable.TryFind((byte)field.GetRawConstantValue()!, out OpcodeRow? row));
            Assert.Equal(field.Name, row.Mnemonic.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal), ignoreCase: true);
        }
    }

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void Every_row_has_a_page_that_begins_with_an_example(string mnemonic)
    {
        string page = GeneratedPages.PathOf("spec", "ops", mnemonic + ".md");
        Assert.True(File.Exists(page), $"spec/ops/{mnemonic}.md is missing");
        string[] lines = File.ReadAllLines(page);
        Assert.InRange(lines.Length, 10, 25);
        Assert.StartsWith($"    {mnemonic}", lines[0] + " ", StringComparison.Ordinal);
        Assert.True(InstructionTable.TryFind(mnemonic, out OpcodeRow? row));
        Assert.Contains($"0x{row.Code:x2}", lines[2], StringComparison.Ordinal);
        foreach (string part in new[] { "Shapes", "Traps", "Work" })
        {
            Assert.Contains(lines, l => l.StartsWith($"- {part}:", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_page_lacks_its_row() => Assert.All(
        Directory.GetFiles(GeneratedPages.PathOf("spec", "ops"), "*.md"),
        page => Assert.True(InstructionTable.TryFind(Path.GetFileNameWithoutExtension(page), out _), page));

    [Fact]
    public void Shipped_opcodes_keep_their_numbers()
    {
        string path = GeneratedPages.PathOf("spec", "generated", "opcodes.freeze");
        string[] frozen = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] table = [.. InstructionTable.All.Select(r => string.Create(CultureInfo.InvariantCulture, $"0x{r.Code:x2} {r.Mnemonic}"))];
        Assert.Empty(frozen.Except(table)); // never rewritten, whatever is set
        string[] added = [.. table.Except(frozen)];
        if (Update && added.Length > 0)
        {
            File.WriteAllText(path, string.Concat(frozen.Concat(added).Select(l => l + "\n")));
            return;
        }

        Assert.Empty(added);
    }

    [Fact]
    public void The_opcode_page_is_fresh() => Fresh("opcodes.md", GeneratedPages.Opcodes());

    [Fact]
    public void The_limits_page_is_fresh() => Fresh("limits.md", GeneratedPages.Limits());

    [Fact]
    public void The_faults_page_is_fresh() => Fresh("faults.md", GeneratedPages.Faults());

    [Fact]
    public void Every_fault_code_has_text_and_advice()
    {
        FaultCode[] codes = [.. Enum.GetValues<FaultCode>().Where(c => c != FaultCode.None)];
        Assert.Equal(codes, FaultTable.All.Select(r => r.Code));
        Assert.All(codes, c => Assert.True(Enum.IsDefined(c.Stage())));
        Assert.All(FaultTable.All, r => Assert.True(r.Text.Length > 0 && r.Advice.EndsWith('.')));
    }

    private static void Fresh(string name, string page)
    {
        string path = GeneratedPages.PathOf("spec", "generated", name);
        if (Update)
        {
            File.WriteAllText(path, page);
        }

        Assert.True(File.Exists(path), $"spec/generated/{name} is missing: run with POMISA_UPDATE=1");
        Assert.Equal(page, File.ReadAllText(path));
    }
}
