using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;
using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>spec/vectors: a file for each opcode, and what this machine does. tests/PomIsa.Oracle makes the files.</summary>
public sealed class VectorTests
{
    private const long MostBytes = 20_000_000;

    private static readonly string Folder = VectorFolder.Find(AppContext.BaseDirectory) ?? throw new InvalidOperationException("No folder above the tests holds spec/vectors.");

    public static TheoryData<string> Mnemonics => [.. InstructionTable.All.Select(r => r.Mnemonic)];

    [Fact]
    public void Every_row_has_a_file_and_every_file_a_row()
    {
        string[] files = [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        string[] rows = [.. InstructionTable.All.Select(r => r.Mnemonic + ".json").Append("README.md").Order(StringComparer.Ordinal)];
        Assert.Equal(rows, files);
    }

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void The_machine_gives_exactly_these_bits(string mnemonic)
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(Folder, [mnemonic]);
        Assert.NotEmpty(cases);
        using var machine = new OwnMachine(2, default);
        var runner = new CaseRunner(machine, default);
        CaseResult[] wrong = [.. cases.Select(runner.Run).Where(r => !r.Passed)];
        Assert.True(wrong.Length == 0, string.Join("\n", wrong.Take(20).Select(r => $"{mnemonic}, {r.Case.Name}: {r.Difference}")));
    }

    [Fact]
    public void The_files_stay_small_and_hold_rejections()
    {
        Assert.InRange(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), 1, MostBytes);
        Assert.Contains(VectorFolder.Read(Folder, []), c => c.Expectation != Expectation.Value);
    }

    [Fact]
    public void The_example_of_the_page_is_a_case_of_a_file()
    {
        string page = File.ReadAllText(Path.Combine(Folder, "README.md"));
        JsonNode example = JsonNode.Parse(page.Split("```json", 2)[1].Split("```", 2)[0])!;
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "sum.json")))!;
        Assert.Contains(file["cases"]!.AsArray(), c => JsonNode.DeepEquals(c, example));
    }
}
