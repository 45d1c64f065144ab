using System.Text.Json.Nodes;
using PomIsa.Isa;
using PomIsa.Kernels;
using Xunit.Abstractions;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>spec/vectors: complete, as generated, and what this machine does. POMISA_UPDATE=1 rewrites the files.</summary>
public sealed class VectorTests(ITestOutputHelper output)
{
    private const long MostBytes = 4_000_000;

    public static TheoryData<string> Mnemonics => [.. InstructionTable.All.Select(r => r.Mnemonic)];

    [Fact]
    public void Every_row_has_a_file_and_every_file_a_row()
    {
        Update();
        string[] files = [.. Directory.EnumerateFiles(Catalogue.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        string[] rows = [.. InstructionTable.All.Select(r => r.Mnemonic + ".json").Append("README.md").Order(StringComparer.Ordinal)];
        Assert.Equal(rows, files);
    }

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void A_file_is_what_the_references_give(string mnemonic)
    {
        Update();
        OpcodeRow row = InstructionTable.All.Single(r => r.Mnemonic == mnemonic);
        Assert.True(File.Exists(Catalogue.PathOf(mnemonic)), $"no vectors for {mnemonic}");
        Assert.Equal(Catalogue.Generate(row), File.ReadAllText(Catalogue.PathOf(mnemonic)));
    }

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void The_machine_gives_exactly_these_bits(string mnemonic)
    {
        Update();
        OpcodeRow row = InstructionTable.All.Single(r => r.Mnemonic == mnemonic);
        VectorCase[] cases = CaseReader.Read(File.ReadAllText(Catalogue.PathOf(mnemonic)), out string opcode);
        Assert.Equal(mnemonic, opcode);
        Assert.NotEmpty(cases);
        Assert.Equal(cases.Length, cases.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
        using var pool = new WorkerPool(2);
        var wrong = new List<string>();
        foreach (VectorCase one in cases)
        {
            if (Record.Exception(() => Check(row, one, pool)) is { } difference)
            {
                wrong.Add($"{mnemonic}, {one.Name}: {difference.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void The_files_stay_small_and_hold_rejections()
    {
        Update();
        VectorCase[] all = [.. Directory.EnumerateFiles(Catalogue.Folder, "*.json").SelectMany(f => CaseReader.Read(File.ReadAllText(f), out _))];
        long bytes = Directory.EnumerateFiles(Catalogue.Folder).Sum(f => new FileInfo(f).Length);
        int rejections = all.Count(c => c.IsRejection);
        output.WriteLine($"{InstructionTable.All.Length} files, {bytes} bytes, {all.Length} cases, {rejections} rejections");
        Assert.InRange(bytes, 1, MostBytes);
        Assert.True(rejections > 0);
    }

    [Fact]
    public void The_example_of_the_page_is_a_case_of_a_file()
    {
        Update();
        string page = File.ReadAllText(Path.Combine(Catalogue.Folder, "README.md"));
        JsonNode example = JsonNode.Parse(page.Split("```json", 2)[1].Split("```", 2)[0])!;
        JsonNode file = JsonNode.Parse(File.ReadAllText(Catalogue.PathOf("sum")))!;
        Assert.Contains(file["cases"]!.AsArray(), c => JsonNode.DeepEquals(c, example));
    }

    private static void Check(OpcodeRow row, VectorCase one, WorkerPool pool)
    {
        switch (one)
        {
            case OperandCase operands:
                OperandRunner.Check(row, operands, pool);
                break;
            case ProgramCase program:
                ProgramRunner.Check(row, program, pool);
                break;
        }
    }

    private static void Update()
    {
        if (Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1")
        {
            _ = Updated.Value;
        }
    }

    // Once in a run, before the first test looks at the folder.
    private static readonly Lazy<int> Updated = new(static () =>
    {
        Directory.CreateDirectory(Catalogue.Folder);
        foreach (OpcodeRow row in InstructionTable.All)
        {
            if (Catalogue.Generate(row) is { } text)
            {
                File.WriteAllText(Catalogue.PathOf(row.Mnemonic), text);
            }
        }

        return 0;
    });
}
