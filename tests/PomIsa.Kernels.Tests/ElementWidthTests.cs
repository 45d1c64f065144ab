using PomIsa.Kernels.Probe;

namespace PomIsa.Kernels.Tests;

/// <summary>One digest of exact operations, whole numbers, comparisons, logic, conversions, views and choices under every vector width, in processes that first say what is off.</summary>
public sealed class ElementWidthTests
{
    // Also in spec/numerics.md. It changes only when the workload does.
    private const string Digest = "c012827051fa2ed48038c4300207f4cbfc0e1eb9643db66f2a37a5ecc7a768f3";

    [Theory]
    [InlineData("", "")]
    [InlineData("avx512=False", "EnableAVX512=0")]
    [InlineData("avx512=False avx2=False fma=False", "EnableAVX512=0;EnableAVX2=0")]
    [InlineData("avx512=False avx2=False fma=False sse42=False vector128=False", "EnableHWIntrinsic=0")]
    [InlineData("", "TieredCompilation=0")]
    public void Kernels_give_the_same_bits(string off, string settings)
    {
        string[] lines = WidthTests.Probe(settings);
        Assert.All(off.Split(' ', StringSplitOptions.RemoveEmptyEntries), feature => Assert.Contains(feature, lines[0].Split(' ')));
        Assert.Equal(Digest, lines[4]);
    }

    [Fact]
    public void The_workload_has_its_published_digest_in_this_process() => Assert.Equal(Digest, ElementWorkload.Run());
}
