using System.Collections.Immutable;
using System.Text;
using PomIsa.Assembly.Formatting;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Architectures.Tests;

/// <summary>Configurations at full size become verified programs; only their weights are left out.</summary>
public sealed class PublishedTests
{
    public static TheoryData<string> Names => [.. Published.Configs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_configuration_fits_the_machine(string name)
    {
        byte[] config = Encoding.UTF8.GetBytes(Published.Configs[name]);
        foreach (WeightKind kind in Enum.GetValues<WeightKind>())
        {
            Module module = ArchitectureCompiler.Describe(config, new ArchitectureOptions { Weights = kind });
            Assert.True(Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults), string.Join('\n', faults));
            Assert.True(verified.Bounds.ArenaBytes < 8UL << 30, $"registers {verified.Bounds.ArenaBytes}");
            Assert.True(verified.Bounds.StateBytes < 2UL << 30, $"states {verified.Bounds.StateBytes}");
        }

        Module rows = ArchitectureCompiler.Describe(config, new ArchitectureOptions { AllRows = true });
        Assert.Single(rows.Inputs);
    }

    [Theory]
    [InlineData("answer"), InlineData("decoder"), InlineData("gemma"), InlineData("gpt2"), InlineData("llama"), InlineData("logits")]
    public void Descriptions_are_in_canonical_form(string name)
    {
        string text = ArchitectureCompiler.Description(name + ".pisa");
        Assert.Equal(text, SourceFormatter.Format(text).Text);
    }

    [Theory]
    [InlineData("SmolLM2-135M", 134515008)]
    [InlineData("Qwen2.5-0.5B", 494032768)]
    [InlineData("Qwen3-0.6B", 596049920)]
    [InlineData("Llama-3.2-1B", 1235814400)]
    [InlineData("Mistral-7B-v0.1", 7241732096)]
    [InlineData("Phi-3.5-mini", 3821079552)]
    [InlineData("gemma-2-2b", 2614341888)]
    [InlineData("gemma-3-1b", 999885952)]
    [InlineData("gpt2", 124439808)]
    [InlineData("SmolLM3-3B", 3075098624)]
    public void A_program_has_as_many_parameters_as_its_model(string name, long parameters)
    {
        Assert.Equal(parameters, ArchitectureCompiler.Parameters(Encoding.UTF8.GetBytes(Published.Configs[name])));
    }
}
