using PomIsa.Kernels.Probe;

namespace PomIsa.Kernels.Tests;

/// <summary>One digest of an audit's sums under every vector width, in processes that first say what is off.</summary>
public sealed class ProjectionWidthTests
{
    private const string Digest = "d500ec7255eabb581af84203e36354c46baac9a9e397dd807d97edf3dd2d6fad";

    [Theory]
    [InlineData("", "")]
    [InlineData("avx512=False", "EnableAVX512=0")]
    [InlineData("avx512=False avx2=False", "EnableAVX2=0")]
    [InlineData("avx512=False avx2=False sse42=False vector128=False", "EnableHWIntrinsic=0")]
    public void Sums_are_the_same_bits(string off, string settings)
    {
        string[] lines = WidthTests.Probe(settings);
        Assert.All(off.Split(' ', StringSplitOptions.RemoveEmptyEntries), feature => Assert.Contains(feature, lines[0].Split(' ')));
        Assert.Equal(Digest, lines[5]);
    }

    [Fact]
    public void The_workload_has_its_digest_in_this_process() => Assert.Equal(Digest, ProjectionWorkload.Run());
}
