using System.Globalization;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Properties;

namespace PomIsa.Fuzz;

/// <summary>POMISA_FUZZ_SEED=n checks every property of one program again.</summary>
public sealed class RepeatTests
{
    [Fact]
    public void The_program_of_a_seed_has_every_property()
    {
        if (!ulong.TryParse(Environment.GetEnvironmentVariable("POMISA_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            return;
        }

        using Bench bench = Bench.Open();
        FuzzProgram program = ProgramGenerator.Generate(seed);
        Assert.All(All.Properties, property => property.Check(program, bench));
    }
}
