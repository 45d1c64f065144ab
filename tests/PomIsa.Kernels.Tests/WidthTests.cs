using System.Diagnostics;
using System.Runtime.InteropServices;
using PomIsa.Kernels.Probe;

namespace PomIsa.Kernels.Tests;

/// <summary>One digest under every vector width, each in a process of its own that first says what is off.</summary>
public sealed class WidthTests
{
    // Also in spec/numerics.md. It changes only when the workload does.
    private const string Digest = "fbeea78ca31a8241cf5dc1767901e0c9a938422a8ec5f3208a9e058a9e964846";

    [Theory]
    [InlineData("", "")]
    [InlineData("avx512=False", "EnableAVX512=0")]
    [InlineData("avx512=False avx2=False fma=False", "EnableAVX512=0;EnableAVX2=0")]
    [InlineData("avx512=False avx2=False fma=False sse42=False vector128=False", "EnableHWIntrinsic=0")]
    [InlineData("", "TieredCompilation=0")]
    [InlineData("", "TieredPGO=0;TC_QuickJitForLoops=0")]
    public void Kernels_give_the_same_bits(string off, string settings)
    {
        string[] lines = Probe(settings);
        Assert.All(off.Split(' ', StringSplitOptions.RemoveEmptyEntries), feature => Assert.Contains(feature, lines[0].Split(' ')));
        Assert.Equal(Digest, lines[1]);
    }

    [Fact]
    public void The_workload_has_its_published_digest_in_this_process() => Assert.Equal(Digest, Workload.Run());

    internal static string[] Probe(string settings)
    {
        string host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "PomIsa.Kernels.Probe.dll")]) { RedirectStandardOutput = true };
        foreach (string setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            start.Environment["DOTNET_" + setting.Split('=')[0]] = setting.Split('=')[1];
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
