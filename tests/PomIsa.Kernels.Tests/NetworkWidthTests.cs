using PomIsa.Kernels.Probe;

namespace PomIsa.Kernels.Tests;

/// <summary>One digest of reductions, windows, attention over registers and draws under every vector width, in processes that first say what is off.</summary>
public sealed class NetworkWidthTests
{
    // Also in spec/numerics.md. It changes only when the workload does.
    private const string Digest = "c21351e014b45814adfed6605869e1b2712e0340ea0938a24d12f771ce8356b7";

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
        Assert.Equal(Digest, lines[3]);
    }

    [Fact]
    public void The_workload_has_its_published_digest_in_this_process() => Assert.Equal(Digest, NetworkWorkload.Run());
}
