using System.Collections.Immutable;
using PomIsa.Conformance.Vectors;
using PomIsa.Isa;
using PomIsa.Rejections;

namespace PomIsa.Conformance.Tests;

/// <summary>spec/vectors/reject: as its generator makes it, and complete.</summary>
public sealed class RejectionTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(VectorFolder.Find(AppContext.BaseDirectory)!, "..", ".."));

    /// <summary>Faults that no case brings about.</summary>
    private static readonly FaultCode[] Absent =
    [
        FaultCode.ModuleTooLarge, // 64 MiB
        FaultCode.IndexOutOfRange, FaultCode.OperandCount, // the decoder refuses such modules first
        FaultCode.UnknownRegisterType, // an assembler's
        FaultCode.HostLimit, FaultCode.Stopped, // a host's
    ];

    [Fact]
    public void The_files_are_what_the_generator_makes()
    {
        string folder = Path.Combine(Root, "spec", "vectors", "reject");
        List<CaseFile> files = [.. Catalogue.All(Path.Combine(Root, "spec", "generated", "opcodes.md"))];
        string[] names = [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal([.. files.Select(static f => f.Name + ".json").Order(StringComparer.Ordinal)], names);
        foreach (CaseFile file in files)
        {
            Assert.True(file.Text() == File.ReadAllText(Path.Combine(folder, file.Name + ".json")), $"{file.Name}.json is old: dotnet run -c Release --project tests/PomIsa.Rejections -- write .");
        }
    }

    [Fact]
    public void Every_fault_that_a_module_can_cause_has_a_case()
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(Path.Combine(Root, "spec", "vectors", "reject"), []);
        FaultCode[] seen = [.. cases.Select(static c => c.Fault).Distinct()];
        Assert.Equal([], Enum.GetValues<FaultCode>().Except(seen).Except(Absent).Except([FaultCode.None]));
        Assert.Equal([], Absent.Intersect(seen));
    }

    [Fact]
    public void Every_opcode_has_rejections()
    {
        ImmutableArray<VectorCase> cases = VectorFolder.Read(Path.Combine(Root, "spec", "vectors"), []);
        HashSet<string> rejected = [.. cases.Where(static c => c.Expectation != Expectation.Value).Select(static c => c.Group)];
        Assert.Equal([], InstructionTable.All.Select(static r => r.Mnemonic).Where(m => !rejected.Contains(m)));
    }
}
