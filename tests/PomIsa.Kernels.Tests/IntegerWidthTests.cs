using PomIsa.Kernels.Probe;

namespace PomIsa.Kernels.Tests;

/// <summary>One digest of the quantized products with each set of instructions, in processes that first say what is off.</summary>
public sealed class IntegerWidthTests
{
    // Also in spec/numerics.md. It changes only when the workload does.
    private const string Digest = "78b9a7dbde0c9003be27fc78674c48825f31ab9ea9ae553cadce4ad47653841f";

    [Theory]
    [InlineData("", "")]
    [InlineData("avxvnni=False", "EnableAVXVNNI=0")]
    [InlineData("avx512=False", "EnableAVX512=0")]
    [InlineData("avx512=False avxvnni=False", "EnableAVX512=0;EnableAVXVNNI=0")]
    [InlineData("avx512=False avx2=False avxvnni=False", "EnableAVX2=0")]
    [InlineData("avx512=False avx2=False avxvnni=False sse42=False vector128=False", "EnableHWIntrinsic=0")]
    [InlineData("", "TieredCompilation=0")]
    public void Quantized_products_give_the_same_bits(string off, string settings)
    {
        string[] lines = WidthTests.Probe(settings);
        Assert.All(off.Split(' ', StringSplitOptions.RemoveEmptyEntries), feature => Assert.Contains(feature, lines[0].Split(' ')));
        Assert.Equal(Digest, lines[2]);
    }

    [Fact]
    public void The_workload_has_its_digest_in_this_process() => Assert.Equal(Digest, IntegerWorkload.Run());
}
