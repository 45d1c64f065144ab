using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class SpecTests
{
    [Fact]
    public void The_worked_example_of_the_spec_is_exact()
    {
        string page = File.ReadAllText(GeneratedPages.PathOf("spec", "bytecode.md"));
        int start = page.IndexOf("```hex", StringComparison.Ordinal) + 6;
        string block = page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
        byte[] bytes = Convert.FromHexString(string.Concat(block.Split('\n').Select(l => l.Split(';')[0].Replace(" ", "", StringComparison.Ordinal))));
        Module module = new()
        {
            Symbols = [new(8)],
            Inputs = [new(I32(Sym(0)))],
            Functions = [Driver([I32(Sym(0))], Op("input", R(0), R(0)), Op("rows", R(0)), Op("emit"), Op("halt")) with { LocalCount = 0 }],
        };
        Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(module.Encode()));
        Assert.True(Module.TryDecode(bytes, out Module decoded, out _));
        Assert.Equal(4UL, Verified(decoded).Bounds.Retires);
    }

    [Fact]
    public void Every_invalid_fault_stands_beside_its_rule()
    {
        string page = File.ReadAllText(GeneratedPages.PathOf("spec", "bytecode.md"));
        FaultCode[] elsewhere = [FaultCode.UnknownRegisterType, FaultCode.UnboundWeight];
        Assert.All(Enum.GetValues<FaultCode>().Where(c => c != 0 && c.Stage() == Stage.Invalid).Except(elsewhere),
            c => Assert.Contains(c.ToString(), page, StringComparison.Ordinal));
    }
}
