using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

public sealed class CatalogTests
{
    private const string Program = ".weight norm f32[64]\n.driver main\n    halt\n.end\n.entry main\n";

    private sealed class Catalog(params (string Name, WeightBinding Binding)[] all) : IWeightCatalog
    {
        public IEnumerable<string> Names => all.Select(one => one.Name);

        public WeightBinding? Find(string name) => all.Where(one => one.Name == name).Select(one => one.Binding).FirstOrDefault();
    }

    [Fact]
    public void Weights_are_bound_to_the_digests_of_the_catalog()
    {
        var digest = Digest.Of([1]);
        var result = Assemble(Program, ("norm", new WeightBinding(DType.F32, [64], WeightLayout.Rows, digest)));
        Assert.Equal(digest, result.Module!.Weights[0].Digest);
        Assert.True(Source.Assemble(Program).Weights[0].Digest.IsZero);
    }

    [Fact]
    public void A_weight_that_the_catalog_does_not_have_gets_a_suggestion()
    {
        var one = Assert.Single(Assemble(Program, ("norms", new WeightBinding(DType.F32, [64], WeightLayout.Rows, default))).Diagnostics);
        Assert.Equal((DiagnosticCode.UnknownWeight, "did you mean 'norms'?"), (one.Code, one.Hint));
    }

    [Fact]
    public void A_weight_of_another_shape_or_other_bytes_is_refused()
    {
        var shape = Assert.Single(Assemble(Program, ("norm", new WeightBinding(DType.F32, [32], WeightLayout.Rows, default))).Diagnostics);
        Assert.Equal(DiagnosticCode.WeightMismatch, shape.Code);
        var text = Program.Replace("f32[64]", $"f32[64] digest 0x{Digest.Of([2])}", StringComparison.Ordinal);
        var bytes = Assert.Single(Assemble(text, ("norm", new WeightBinding(DType.F32, [64], WeightLayout.Rows, Digest.Of([1])))).Diagnostics);
        Assert.Equal(DiagnosticCode.WeightMismatch, bytes.Code);
    }

    private static AssemblyResult Assemble(string text, params (string, WeightBinding)[] weights) =>
        Assembler.Assemble(text, "x", null, new AssemblerOptions { Weights = new Catalog(weights) });
}
